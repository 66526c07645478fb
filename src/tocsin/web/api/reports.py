"""Reports in, and what they say out to the officers of the case."""

import base64
import binascii
from typing import Annotated, Any

from fastapi import Form, Response, UploadFile
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Bound

from tocsin.app import App
from tocsin.casework.intake import Receipt, Received, receive
from tocsin.casework.reads import report_bytes, report_text
from tocsin.domain.actor import Actor
from tocsin.domain.findings import Urgency
from tocsin.domain.report import Credibility, Reliability
from tocsin.domain.serial import to_plain
from tocsin.web.api.common import closed
from tocsin.web.api.fields import MOST_ITEMS, Identifier, InPath, Instant, Short, Words
from tocsin.web.doors import House, Officer, officer

router = closed()
RECEIVED: dict[int | str, dict[str, Any]] = {
    200: {"model": Receipt, "description": "Received before; it is one report"},
    201: {"model": Receipt, "description": "Received; a case is open on it"},
}


class About(BaseModel):
    """What is known of a report beside its bytes; unstated urgency counts as imminent.

    With `warned_by` it is a warning that somebody gave us, by `warned_path`.
    """

    model_config = ConfigDict(extra="forbid")

    acquired_at: Instant
    acquired_by: Short
    received_from: Short
    reliability: Reliability = Reliability.F
    credibility: Credibility = Credibility.SIX
    marking: Short = ""
    originator: Short = ""
    originator_controls: Annotated[tuple[Short, ...], Bound(max_length=MOST_ITEMS)] = ()
    language: Short = ""
    title: Short = ""
    tearline: Words = ""
    urgency: Urgency | None = None
    case_id: Identifier | None = None
    restricted: bool = False
    exercise: bool = False
    warned_by: Short = ""
    warned_path: Short = ""
    answer_to: Short = ""
    claims: Annotated[tuple[Words, ...], Bound(max_length=MOST_ITEMS)] = ()


class Uploaded(About):
    """A report as a file."""

    report: UploadFile


class Written(About):
    """A report in the body itself: either `text` or `content_base64`."""

    text: str | None = None
    content_base64: str | None = None
    filename: Short | None = None
    media_type: Short | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "Written":
        if (self.text is None) == (self.content_base64 is None):
            raise ValueError("give either text or content_base64")
        self.content()
        return self

    def content(self) -> bytes:
        """The report's bytes. Raises ValueError where they cannot be told."""
        try:
            if self.content_base64 is not None:
                return base64.b64decode(self.content_base64, validate=True)
            return (self.text or "").encode()
        except (UnicodeEncodeError, binascii.Error):
            raise ValueError("the content cannot be decoded") from None


@router.post(
    "/reports",
    operation_id="receive_report",
    status_code=201,
    responses=RECEIVED,
    tags=["report"],
    dependencies=[officer("receive_report")],
)
def upload(
    form: Annotated[Uploaded, Form(media_type="multipart/form-data")], app: House, by: Officer
) -> Response:
    """Receive a report as a file"""
    file = form.report
    return _receive(app, by, form, file.file.read(), file.filename, file.content_type)


@router.post(
    "/reports/text",
    operation_id="receive_report_text",
    status_code=201,
    responses=RECEIVED,
    tags=["report"],
    dependencies=[officer("receive_report")],
)
def write(body: Written, app: House, by: Officer) -> Response:
    """Receive a report in JSON"""
    return _receive(app, by, body, body.content(), body.filename, body.media_type)


def _receive(
    app: App, by: Actor, about: About, content: bytes, filename: str | None, media_type: str | None
) -> Response:
    stated: dict[str, Any] = {name: getattr(about, name) for name in About.model_fields}
    stated |= {"case_id": about.case_id or "", "filename": filename, "media_type": media_type}
    receipt = receive(app, Received(content=content, **stated), by)
    return JSONResponse(to_plain(receipt), 200 if receipt.again else 201)


@router.get(
    "/cases/{case_id}/reports/{report_id}/text",
    operation_id="read_report_text",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    tags=["report"],
    dependencies=[officer()],
)
def text(case_id: InPath, report_id: InPath, app: House, by: Officer) -> Response:
    """What a report says, as text"""
    return PlainTextResponse(report_text(app, case_id, report_id, by))


@router.get(
    "/cases/{case_id}/reports/{report_id}/original",
    operation_id="read_report_original",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    tags=["report"],
    dependencies=[officer()],
)
def original(case_id: InPath, report_id: InPath, app: House, by: Officer) -> Response:
    """A report's original bytes, never shown by a browser"""
    content = report_bytes(app, case_id, report_id, by)
    return download(content, f"{report_id}.bin", "application/octet-stream")


def download(content: bytes, name: str, media_type: str) -> Response:
    """Bytes to be saved; `name` is made of identifiers alone."""
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
