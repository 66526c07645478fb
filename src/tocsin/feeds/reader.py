"""The one way in: bytes received from outside to a report as read."""

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
from dataclasses import asdict
from types import MappingProxyType

from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.feeds.characters import decode, safe_name, tidy
from tocsin.feeds.extract import Reading
from tocsin.feeds.model import Defect, DefectCode, Extract, Limits, Part, ReadReport
from tocsin.feeds.sniff import CAP, HTML, MAIL, PDF, PLAIN, media_type_of

# Parsers of these formats are large, and may be made to loop, to swell or to crash.
_BOUNDED = frozenset({CAP, HTML, MAIL, PDF})
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^"';\s]{1,40})""", re.I)
_GRACE_S = 2.0
_log = logging.getLogger(__name__)
_DEFAULT = Limits()


def read_report(
    data: bytes,
    *,
    filename: str | None = None,
    media_type: str | None = None,
    limits: Limits = _DEFAULT,
) -> ReadReport:
    """The text of a report, its parts and everything that is wrong with it.

    `filename` and `media_type` are the sender's claims; the content decides.
    Nothing is executed or fetched, and archives stay closed. Mail, HTML, PDF and
    CAP are read in a process of their own, which is stopped after `limits.read_seconds`;
    the report is then kept with the defect READING_STOPPED.

    Raises Refusal: REPORT_EMPTY, REPORT_TOO_LARGE, REPORT_TOO_COMPLEX (parts,
    nesting, expansion); for our own JSON format also UNKNOWN_FIELD, BAD_VALUE and
    TIME_WITHOUT_ZONE.
    """
    if len(data) > limits.report_bytes:
        refuse(
            Code.REPORT_TOO_LARGE,
            f"The report was not read: it exceeds {limits.report_bytes} bytes.",
            "Send the part that matters, or raise the limit in the settings.",
        )
    if not data.strip(b"\0 \t\r\n"):
        refuse(
            Code.REPORT_EMPTY,
            "The report was not read: it is empty.",
            "Check the file and send it again.",
        )
    top = Extract()
    found_type = media_type_of(data, safe_name(filename, top), media_type, top)
    stated = _CHARSET.search(media_type or "")
    charset = stated[1] if stated else None
    read = _read_bounded if found_type in _BOUNDED else _read_here
    found = read(data, found_type, charset, limits)
    plain = found_type == PLAIN
    return ReadReport(
        media_type=found_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        title=found.title,
        language=found.language,
        text=found.text,
        charset=found.charset if plain else "",
        mark_bytes=found.mark_bytes if plain else 0,
        parts=tuple(found.parts),
        defects=tuple(dict.fromkeys(top.defects + found.defects)),
        hints=MappingProxyType(found.hints),
    )


def _read_here(data: bytes, media_type: str, charset: str | None, limits: Limits) -> Extract:
    return Reading(limits).read(data, media_type, charset)


def _read_bounded(data: bytes, media_type: str, charset: str | None, limits: Limits) -> Extract:
    """The same in a process of bounded time and memory that inherits no secrets."""
    job = {"media_type": media_type, "charset": charset, "limits": asdict(limits)}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-m", "tocsin.feeds._worker"],
            input=json.dumps(job).encode() + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers quote what they read
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
            cwd="/",
            timeout=limits.read_seconds + _GRACE_S,
            check=False,
        )
        if done.returncode == 0:
            return _answered(done.stdout)
        _log.warning("a reader of %s stopped with status %d", media_type, done.returncode)
    except subprocess.TimeoutExpired:
        _log.warning("a reader of %s was stopped after its time", media_type)
    return _stopped(data, media_type, charset, limits)


def _answered(answer: bytes) -> Extract:
    found = json.loads(answer)
    if "refusal" in found:
        code, what, remedy = found["refusal"]
        raise Refusal(Code(code), what, remedy)
    parts = [Part(**part) for part in found.pop("parts")]
    defects = [Defect(DefectCode(code), what) for code, what in found.pop("defects")]
    return Extract(**found, parts=parts, defects=defects)


def _stopped(data: bytes, media_type: str, charset: str | None, limits: Limits) -> Extract:
    """What is left when the reader had to be stopped: the source of a mail or page is text too."""
    into = Extract(media_type=media_type)
    into.flaw(
        DefectCode.READING_STOPPED, "Reading it took too much time or memory and was stopped."
    )
    if media_type != PDF:
        into.text = tidy(decode(data, charset, into), into)[: limits.text_characters]
    return into
