"""The mail as it leaves, read by the standard library and vouched for before dkimpy."""

import re
from base64 import b64encode
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.channels.test_smtp import NOW, a_message, composed, settings
from tests.support.mail import MailServer
from tocsin.channels.base import Attachment, Message
from tocsin.channels.mail_message import compose, key_of, message_id
from tocsin.channels.smtp import SmtpChannel
from tocsin.domain.refusal import Code, Refusal

FILE = b"%PDF\x00\r\n.\r\n" * 9
PAGE = Attachment(name="warning.pdf", media_type="application/pdf", content=FILE)


def test_nobody_tells_the_message_id_of_a_mail_they_were_not_sent() -> None:
    ours = "tocsin.example", b"known here alone"
    name = message_id("C-1-l1.2", *ours)
    assert (
        key_of(name, *ours) == key_of(name.upper().replace("C-1-L1", "C-1-l1"), *ours) == "C-1-l1.2"
    )
    for other in (name.replace("l1.2", "l1.3"), "<C-1-l1.3@tocsin.example>", "<C-1-l1.3@\udc80>"):
        assert key_of(other, *ours) is None
    assert key_of(message_id("k" * 65, *ours), *ours) == ""


def test_words_come_first_and_files_arrive_byte_for_byte() -> None:
    mail = composed(a_message(attachments=(PAGE,), language="ru"))
    words, file = mail.iter_parts()
    assert words.get_content().replace("\r\n", "\n") == a_message().body  # type: ignore[union-attr]
    assert words["Content-Language"] == "ru"
    assert isinstance(file, EmailMessage)
    assert (file.get_filename(), file.get_content_type()) == ("warning.pdf", "application/pdf")
    assert file.get_content() == PAGE.content


def test_an_imminent_warning_rings_and_says_until_when_it_holds() -> None:
    ends = datetime(2030, 5, 14, 20, 0, tzinfo=UTC).astimezone(
        datetime.strptime("+0200", "%z").tzinfo
    )
    mail = composed(a_message(imminent=True, expires_at=ends))
    assert (mail["Importance"], mail["X-Priority"]) == ("high", "1 (Highest)")
    assert mail["Expires"] == "Tue, 14 May 2030 20:00:00 +0000"
    assert not {"Importance", "X-Priority", "Expires"} & set(composed(a_message()).keys())


@pytest.mark.parametrize("body", ["a\rb\n", "x" * 2_000, "\x0c\x1b[2J", "no end", "", "a\n\n\n"])
def test_no_body_breaks_a_line_rule_or_loses_a_letter(body: str) -> None:
    content = bytes(compose(a_message(body=body), settings(25), NOW))
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    read = composed(a_message(body=body)).get_content().replace("\r\n", "\n")
    assert read.removesuffix("\n") == body.replace("\r", "\n").removesuffix("\n")


def test_a_message_id_leads_back_to_its_key() -> None:
    assert key_of(message_id("C-1.d2", "tocsin.example"), "tocsin.example") == "C-1.d2"
    assert key_of(message_id("k" * 65, "tocsin.example"), "tocsin.example") == ""
    for other in ("<C-1@evil.example>", "<@tocsin.example>", "<a b@tocsin.example>", "C-1"):
        assert key_of(other, "tocsin.example") is None


def test_a_key_that_fits_no_message_id_is_matched_by_the_whole_of_it() -> None:
    with MailServer() as server:
        channel = SmtpChannel(settings(server.port))
        handed = channel.send(a_message(key="w" * 100))
        channel.close()
    assert handed.provider_id == server.messages[0].mail["Message-ID"]


KEYS = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}


def dkim_settings(folder: Path, kind: str) -> dict[str, object]:
    file = folder / f"{kind}.pem"
    file.write_bytes(KEYS[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {"dkim_selector": "s1", "dkim_key_file": file}


def sent(message: Message, **changes: object) -> bytes:
    with MailServer() as server:
        channel = SmtpChannel(settings(server.port, **changes), clock=lambda: datetime.now(UTC))
        channel.send(message)
        channel.close()
    return server.messages[0].content


def is_genuine(content: bytes, kind: str) -> bool:
    """What dkimpy says, given what the sender's domain would publish."""
    form = PublicFormat.Raw if kind == "ed25519" else PublicFormat.SubjectPublicKeyInfo
    coding = Encoding.Raw if kind == "ed25519" else Encoding.DER
    public = b64encode(KEYS[kind].public_key().public_bytes(coding, form))
    asked: list[bytes] = []

    def published(name: bytes, timeout: float = 5) -> bytes:
        asked.append(name)
        return b"v=DKIM1; k=%s; p=%s" % (kind.encode(), public)

    verdict = bool(dkim.verify(content, dnsfunc=published))
    assert set(asked) <= {b"s1._domainkey.tocsin.example."}
    return verdict


@pytest.mark.parametrize("kind", KEYS)
def test_a_signed_mail_is_genuine_and_no_changed_byte_passes(kind: str, tmp_path: Path) -> None:
    message = a_message(
        to_name="Țîru, Ana", imminent=True, expires_at=NOW, body="Stay.\n..\n.\n\n\n", key="w1"
    )
    content = sent(message, **dkim_settings(tmp_path, kind))
    assert is_genuine(content, kind)
    assert is_genuine(b"Received: from a by b; now\r\n" + content, kind)
    body = content.index(b"\r\n\r\n") + 4
    for at in range(body, len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert not is_genuine(changed, kind)
    for line in content[:body].split(b"\r\n"):
        if re.match(rb"(From|To|Subject|Date|Message-ID|Content-|MIME|Expires|Imp|X-)", line):
            assert not is_genuine(content.replace(line, line[:-1] + b"?", 1), kind)
    for added in (b"From: eve@example.net\r\n", b"Subject: All clear\r\n"):
        assert not is_genuine(added + content, kind)


def test_a_signature_holds_for_files_and_addresses_beyond_ascii(tmp_path: Path) -> None:
    message = a_message(attachments=(PAGE,), to_address="анна@example.org", to_name="Анна")
    assert is_genuine(sent(message, **dkim_settings(tmp_path, "ed25519")), "ed25519")


def test_a_signing_key_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it is to be refused
    curve = ec.generate_private_key(ec.SECP256R1())
    forms = {
        "weak": weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "curve": curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "junk": b"none",
    }
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
    for name in (*forms, "absent"):
        with pytest.raises(Refusal) as refused:
            SmtpChannel(settings(25, dkim_selector="s1", dkim_key_file=tmp_path / name))
        assert refused.value.code is Code.SETTINGS_INVALID
    for half in ({"dkim_selector": "s1"}, {"dkim_key_file": tmp_path / "junk"}):
        with pytest.raises(Refusal):
            settings(25, **half)
