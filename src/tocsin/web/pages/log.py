"""The published log over HTTP: C2SP tlog-tiles under /log/."""

from fastapi.responses import Response

from tocsin.casework.publishing import CHECKPOINT, file_of
from tocsin.domain.refusal import Code, refuse
from tocsin.web import doors
from tocsin.web.doors import House, officer, public

router = doors.router("/log")

KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
"""What a tile's path names never changes; only who may read it is asked again."""


@router.get(
    "/checkpoint",
    dependencies=[public("anybody may hold the log to it; it tells only how large the log is")],
)
def checkpoint(app: House) -> Response:
    """The newest checkpoint signed, with the cosignatures it has."""
    return Response(_found(app, CHECKPOINT), media_type="text/plain; charset=utf-8")


@router.get("/{path:path}", dependencies=[officer("read_record")])
def file(app: House, path: str) -> Response:
    """A tile, or the leaves under one."""
    return Response(_found(app, path), media_type="application/octet-stream", headers=KEPT)


def _found(app: House, path: str) -> bytes:
    content = file_of(app, path)
    if content is None:
        refuse(
            Code.RECORD_UNKNOWN,
            "Nothing was given out: the newest checkpoint speaks for no such file.",
            "Read the checkpoint; C2SP tlog-tiles tells which files a log of its size has.",
        )
    return content
