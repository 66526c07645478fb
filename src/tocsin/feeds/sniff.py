"""Which format some bytes are in: by their content, then by name, then by declaration."""

import re

from tocsin.feeds.model import DefectCode, Extract

PLAIN, HTML, MAIL, PDF, JSON, CAP = (
    "text/plain",
    "text/html",
    "message/rfc822",
    "application/pdf",
    "application/json",
    "application/cap+xml",
)
UNKNOWN = "application/octet-stream"
_READ = frozenset({PLAIN, HTML, MAIL, PDF, JSON, CAP})

_ARCHIVES = {
    b"PK\x03\x04": "application/zip",
    b"PK\x05\x06": "application/zip",
    b"\x1f\x8b": "application/gzip",
    b"BZh": "application/x-bzip2",
    b"\xfd7zXZ\0": "application/x-xz",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"\x28\xb5\x2f\xfd": "application/zstd",
    b"MSCF": "application/vnd.ms-cab-compressed",
}
_UNREAD = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"MZ": "application/vnd.microsoft.portable-executable",
    b"\x7fELF": "application/x-elf",
    b"OggS": "application/ogg",
    b"{\\rtf": "application/rtf",
}
_ENDINGS = {
    "txt": PLAIN, "md": PLAIN, "csv": PLAIN, "log": PLAIN, "htm": HTML, "html": HTML,
    "xhtml": HTML, "eml": MAIL, "mht": MAIL, "pdf": PDF, "json": JSON,
    "cap": CAP,
}  # fmt: skip
_DECLARED = {"application/xhtml+xml": HTML, "message/global": MAIL, "text/json": JSON}
_XML = frozenset({"application/xml", "text/xml"})
_NO_CLAIM = frozenset({"", UNKNOWN, "application/x-www-form-urlencoded", "binary/octet-stream"})
_MARKUP = re.compile(
    rb"(?>\s+|<\?xml[^>]{0,200}>|<!--.{0,2000}?-->)*+"
    rb"<(!doctype\s+html|html|head|body|title|meta|script|style|iframe|table|div|p|br|h[1-6]|a|b|font|span|img|svg)"
    rb"[\s>/]",
    re.I | re.S,
)
_CAP = re.compile(
    rb"(?>\s+|<\?[^>]{0,400}>|<!--.{0,2000}?-->)*+<(?:[\w.-]{1,50}:)?alert\s[^>]{0,2000}?"
    rb"(?:urn:oasis:names:tc:emergency:cap:1\.[12]|http://www\.incident\.com/cap/1\.0)[\"']",
    re.S,
)
_JSON = re.compile(rb'\s*+(\{\s*+["}]|\[\s*+[\[{"\]])')
_HEADER = rb"[!-9;-~]{1,70}:[^\n]*\n(?:[ \t][^\n]*\n)*"
_HEADERS = re.compile(rb"(?:From [^\n]*\n)?((?:" + _HEADER + rb"){1,200})")
_MAILISH = re.compile(
    rb"^(?:mime-version|message-id|received|return-path|dkim-signature|content-type)[ \t]*:",
    re.I | re.M,
)
_TAR = "application/x-tar"
_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,100}")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def media_type_of(data: bytes, name: str | None, declared: str | None, into: Extract) -> str:
    """The media type to read `data` as; contradictions and unread types are listed in `into`.

    Returns one of the six formats we read, or the best-known type of the rest.
    """
    stated = claim = (declared or "").partition(";")[0].strip().lower()
    claim = _DECLARED.get(claim, PLAIN if claim.startswith("text/") and claim != HTML else claim)
    ending = _ENDINGS.get((name or "").rpartition(".")[2].lower())
    found = _by_content(data)
    if found is None:
        found = next((t for t in (ending, claim) if t in (HTML, MAIL, JSON)), PLAIN)
    elif found == UNKNOWN and claim not in _READ and _TYPE.fullmatch(claim):
        found = claim
    if claim in _NO_CLAIM:
        claim = ending or found
    elif found == CAP and stated in _XML:
        claim = CAP
    if claim != found and {claim, found} & _READ:
        into.flaw(
            DefectCode.TYPE_MISMATCH, f"It came as another type than {found}, which it looks like."
        )
    if found == _TAR or found in _ARCHIVES.values():
        into.flaw(DefectCode.ARCHIVE_NOT_OPENED, f"An archive ({found}) was kept unopened.")
    elif found not in _READ:
        into.flaw(DefectCode.TYPE_NOT_READ, f"Content of type {found} was kept and not read.")
    return found


def _by_content(data: bytes) -> str | None:
    """The type that the bytes themselves show, or None where they look like any text."""
    for magic, media_type in (*_ARCHIVES.items(), *_UNREAD.items()):
        if data.startswith(magic) and (_BINARY.search(data[:512]) or magic.startswith(b"{")):
            return media_type
    if b"%PDF-" in data[:1024]:
        return PDF
    if data[257:262] == b"ustar":
        return _TAR
    head = data[:65_536].removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(head):
        return HTML
    if _CAP.match(head):
        return CAP
    if _JSON.match(head) and data.rstrip()[-1:] in (b"}", b"]"):
        return JSON
    if (headers := _HEADERS.match(head.replace(b"\r\n", b"\n"))) and _MAILISH.search(headers[1]):
        return MAIL
    return UNKNOWN if _looks_binary(head) else None


def _looks_binary(head: bytes) -> bool:
    share = len(_BINARY.findall(head)) / max(len(head), 1)
    if share < 0.1 or _looks_wide(head):
        return False
    return share > 0.3 or "\ufffd" in head[:-3].decode("utf-8", "replace")


def _looks_wide(head: bytes) -> bool:
    """UTF-16 and UTF-32 text is full of NULs without being binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    half = len(head) // 2
    return (
        bool(half)
        and max(head[::2].count(0), head[1::2].count(0)) > half * 0.4
        and not (min(head[::2].count(0), head[1::2].count(0)) > half * 0.1)
    )
