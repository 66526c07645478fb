"""Reports that mean harm, built rather than stored."""

import zlib
from email.message import EmailMessage
from functools import cache
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

WORDS = "They will attack the concert tonight."


def a_mail(*attachments: tuple[bytes, str, str], body: str = WORDS) -> EmailMessage:
    """A mail with attachments given as bytes, media type and file name."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Duty officer <duty@station.example>", "A threat"
    mail["Date"], mail["Message-ID"] = "Thu, 07 Mar 2024 10:00:00 +0000", "<1@station.example>"
    mail.set_content(body)
    for data, media_type, name in attachments:
        main, _, sub = media_type.partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail


def a_part_bomb(count: int) -> bytes:
    """A mail of `count` tiny parts."""
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n"


def a_nested_mail(depth: int) -> bytes:
    """Containers inside containers, the words innermost."""
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    return f"MIME-Version: 1.0\r\n{head}\r\n{WORDS}\r\n".encode()


def a_pdf(*pages: str, script: str = "", password: str = "", bomb_bytes: int = 0) -> bytes:
    """A PDF of text pages; perhaps with a script, a password, or a stream that swells."""
    writer = PdfWriter()
    for words in pages:
        page = writer.add_blank_page(width=500, height=500)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 400 Td ({words}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(
            _swollen(bomb_bytes) if bomb_bytes else stream
        )
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if script:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(script),
            }
        )
    if password:
        writer.encrypt(password)
    writer.write(out := BytesIO())
    return out.getvalue()


@cache
def _swollen(size: int) -> DecodedStreamObject:
    packer = zlib.compressobj(1)
    packed = (
        b"".join(packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000))
        + packer.flush()
    )
    stream = DecodedStreamObject()
    stream.set_data(packed)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    return stream
