"""Is this warning genuine? A page for anybody who holds one; it knows nobody and keeps nothing."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from tocsin.app import App
from tocsin.casework import genuine
from tocsin.casework.export import house_key_text
from tocsin.casework.genuine import Genuine
from tocsin.domain.pasted import MAX_PASTED
from tocsin.domain.refusal import Refusal
from tocsin.record.note import VerifierKey
from tocsin.record.printed import fingerprints
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, public
from tocsin.web.pages.forms import Form, Typed

router = doors.router("/genuine")

ANYBODY = public("whoever got a warning must be able to check it; the answer tells nothing else")
ASK_WORDS = "Paste the words of the warning, or the whole message"
PROOF = "warning.tlog-proof"


@router.get("", dependencies=[ANYBODY])
def show(request: Request, app: House) -> Response:
    return _page(request, app, Form())


@router.post("", dependencies=[ANYBODY])
def check(request: Request, app: House, form: Typed) -> Response:
    try:
        found = genuine.check(app, _pasted(form))
    except Refusal as refusal:
        return _page(request, app, form, refusal=refusal)
    return _page(request, app, form, found)


@router.post("/proof", dependencies=[ANYBODY])
def proof(request: Request, app: House, form: Typed) -> Response:
    """The proof of the newest release of these words."""
    try:
        found = genuine.check(app, _pasted(form))
    except Refusal as refusal:
        return _page(request, app, form, refusal=refusal)
    if not found:
        return _page(request, app, form, found)
    newest = found[0]
    return attached(genuine.proof(app, newest.case_id, newest.warning_id), PROOF)


@router.get("/keys", dependencies=[ANYBODY])
def keys(app: House) -> Response:
    return attached(f"{house_key_text(app)}\n", "tocsin.keys")


def attached(text: str, name: str) -> Response:
    """A file to be kept."""
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, headers=named, media_type="application/octet-stream")


def _pasted(form: Form) -> str:
    words = form.text("words", ASK_WORDS, longest=MAX_PASTED)
    form.done()
    return words


def _page(
    request: Request,
    app: App,
    form: Form,
    found: tuple[Genuine, ...] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    lines = house_key_text(app).splitlines()
    return page(
        request,
        "recipient/genuine.html",
        status=status_of(refusal.code) if refusal else 200,
        form=form,
        found=found,
        problems=form.problems(refusal),
        house=app.settings.house,
        keys=fingerprints(map(VerifierKey.from_text, lines)),
    )
