"""Encrypted mail, opened by the programs of its readers: openssl, gpg, age."""

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pysequoia
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.channels.test_mail_message import PAGE
from tests.channels.test_smtp import a_message, composed, settings
from tests.support.missing import missing
from tocsin.channels.base import FailureReason, Permanent
from tocsin.channels.mail_message import compose
from tocsin.channels.mail_sealing import PAD_TO, checked_key
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.refusal import Code, Refusal

TODAY = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
SECRET = a_message(subject="Threat to Ana", body="Stay at home, Ana. №7\n", attachments=(PAGE,))
RSA = rsa.generate_private_key(65537, 2048)
AGE = pyrage.x25519.Identity.generate()
TSK = pysequoia.Tsk.generate("Ana <ana@example.org>", validity_seconds=7 * 86_400)


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, begins: datetime = TODAY - DAY
) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ana")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    built = (
        builder.public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + 7 * DAY)
    )
    return built.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def revoked() -> str:
    cert = TSK.extract_certificate()
    whole = bytes(cert) + bytes(cert.revoke(TSK.certifier()))
    return pysequoia.armor(whole, pysequoia.ArmorKind.PublicKey)


KEYS = {
    KeyKind.AGE: EncryptionKey(key_kind=KeyKind.AGE, text=str(AGE.to_public())),
    KeyKind.SMIME: EncryptionKey(key_kind=KeyKind.SMIME, text=certificate(RSA)),
    KeyKind.OPENPGP: EncryptionKey(key_kind=KeyKind.OPENPGP, text=str(TSK.extract_certificate())),
}


def sealed(kind: KeyKind, **changes: object) -> bytes:
    message = replace(SECRET, encrypt_to=KEYS[kind], **changes)  # type: ignore[arg-type]
    return bytes(compose(message, settings(25), TODAY))


def ran(program: list[str], content: bytes = b"", **more: str) -> bytes:
    """What a program that readers have prints; it succeeds."""
    if not shutil.which(program[0]):
        missing(program[0])
    environment = {**os.environ, **more}
    return subprocess.run(
        program, check=True, input=content, capture_output=True, env=environment, timeout=20
    ).stdout


def opened_by(program: list[str], content: bytes, **more: str) -> EmailMessage:
    """What the recipient's program makes of `content`, read as the mail that it is."""
    out = ran(program, content, **more)
    mail = message_from_bytes(out, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def says_the_secret(mail: EmailMessage) -> bool:
    words, file = mail.iter_parts()
    assert isinstance(words, EmailMessage)
    assert isinstance(file, EmailMessage)
    whole = words.get_content().replace("\r\n", "\n") == SECRET.body
    return whole and file.get_content() == PAGE.content


@pytest.mark.parametrize("kind", KeyKind)
def test_nothing_of_an_encrypted_mail_can_be_read_but_that_it_is_one(kind: KeyKind) -> None:
    content = sealed(kind, exercise=True)
    mail = composed(replace(SECRET, encrypt_to=KEYS[kind], exercise=True), TODAY)
    assert mail["Subject"] == "EXERCISE Encrypted warning"
    for part in mail.walk():
        shown = part.as_bytes() if part.is_multipart() else part.get_payload(decode=True)
        assert isinstance(shown, bytes)
        for word in (b"Threat", b"Stay at home", b"warning.pdf", b"%PDF"):
            assert word not in shown
    assert b"Threat" not in content


def test_openssl_opens_smime(tmp_path: Path) -> None:
    pem = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    command = ["openssl", "cms", "-decrypt", "-inkey", str(tmp_path / "key.pem")]
    assert says_the_secret(opened_by(command, sealed(KeyKind.SMIME)))
    printed = ran(["openssl", "cms", "-cmsout", "-print"], sealed(KeyKind.SMIME))
    assert b"aes-256-cbc" in printed


@contextmanager
def gpg_key(folder: Path, kind: str) -> Iterator[tuple[EncryptionKey, dict[str, str]]]:
    """A key that GnuPG made itself, and the environment in which it can be used."""
    folder.chmod(0o700)
    home, name = {"GNUPGHOME": str(folder)}, "ana@example.org"
    make = ["gpg", "--batch", "--passphrase", "", "--quick-gen-key", name, *kind.split(), "7d"]
    try:
        ran(make, **home)
        text = ran(["gpg", "--armor", "--export", name], **home).decode()
        yield EncryptionKey(key_kind=KeyKind.OPENPGP, text=text), home
    finally:
        ran(["gpgconf", "--kill", "gpg-agent"], **home)


def test_gpg_opens_openpgp(tmp_path: Path) -> None:
    with gpg_key(tmp_path, "future-default default") as (key, home):
        mail = composed(replace(SECRET, encrypt_to=key), TODAY)
        assert mail.get_content_type() == "multipart/encrypted"
        control, words = mail.iter_parts()
        assert control.get_content_type() == "application/pgp-encrypted"
        armored = words.get_payload(decode=True)
        assert isinstance(armored, bytes)
        assert says_the_secret(opened_by(["gpg", "--batch", "--decrypt"], armored, **home))


def test_age_opens_padded_files_below_a_cover() -> None:
    mail = composed(replace(SECRET, encrypt_to=KEYS[KeyKind.AGE]), TODAY)
    cover, words, files = mail.iter_parts()
    assert isinstance(cover, EmailMessage)
    assert "call the office" in cover.get_content()
    assert [one.get_filename() for one in (words, files)] == [
        "warning.txt.age",
        "attachments.zip.age",
    ]
    plain, packed = (pyrage.decrypt(one.get_payload(decode=True), [AGE]) for one in (words, files))
    assert (len(plain) % PAD_TO, len(packed) % PAD_TO) == (0, 0)
    assert plain.decode().rstrip("\n") == SECRET.body.rstrip("\n")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            PAGE.name: PAGE.content
        }


def test_the_cover_may_be_in_other_words() -> None:
    message = replace(SECRET, encrypt_to=KEYS[KeyKind.AGE])
    content = bytes(compose(message, settings(25), TODAY, cover="Call 020 7946 0000.\n"))
    assert b"Call 020 7946 0000." in content


def test_a_key_tells_its_own_end_and_the_earlier_end_holds() -> None:
    assert checked_key(KEYS[KeyKind.SMIME], TODAY).expires_at == TODAY + 6 * DAY
    end = checked_key(KEYS[KeyKind.OPENPGP], TODAY).expires_at
    assert end
    assert abs(end - TODAY - 7 * DAY) < timedelta(minutes=5)
    assert checked_key(KEYS[KeyKind.AGE], TODAY).expires_at is None
    agreed = replace(KEYS[KeyKind.SMIME], expires_at=TODAY + DAY)
    assert checked_key(agreed, TODAY) == agreed


@pytest.mark.parametrize("kind", KeyKind)
def test_an_expired_key_is_a_loud_failure_and_never_clear_text(kind: KeyKind) -> None:
    for key, at in (
        (replace(KEYS[kind], expires_at=TODAY), TODAY),
        (replace(KEYS[kind], expires_at=TODAY + 2 * DAY), TODAY + 8 * DAY),
    ):
        with pytest.raises(Permanent) as failed:
            compose(replace(SECRET, encrypt_to=key), settings(25), at)
        assert failed.value.reason is FailureReason.KEY_EXPIRED
        with pytest.raises(Refusal) as refused:
            checked_key(key, at)
        assert refused.value.code is Code.KEY_EXPIRED


UNUSABLE = {
    "no age key": (KeyKind.AGE, "age1qqqq"),
    "a private age key": (KeyKind.AGE, str(AGE)),
    "no OpenPGP key": (KeyKind.OPENPGP, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxx"),
    "a private OpenPGP key": (KeyKind.OPENPGP, str(TSK)),
    "a revoked OpenPGP key": (KeyKind.OPENPGP, revoked()),
    "no certificate": (
        KeyKind.SMIME,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ),
    "an elliptic curve": (KeyKind.SMIME, certificate(ec.generate_private_key(ec.SECP256R1()))),
    "a certificate of tomorrow": (KeyKind.SMIME, certificate(RSA, TODAY + DAY)),
    "another kind of key": (KeyKind.SMIME, str(AGE.to_public())),
    "no end": (KeyKind.AGE, "age1" * 100_000),
    "nothing": (KeyKind.OPENPGP, ""),
}


@pytest.mark.parametrize("flaw", UNUSABLE)
def test_a_key_that_cannot_be_used_is_a_loud_failure(flaw: str) -> None:
    kind, text = UNUSABLE[flaw]
    key = EncryptionKey(key_kind=kind, text=text)
    with pytest.raises(Refusal) as refused:
        checked_key(key, TODAY)
    assert refused.value.code is Code.KEY_UNUSABLE
    assert text[:40] not in str(refused.value) or not text
    with pytest.raises(Permanent) as failed:
        compose(replace(SECRET, encrypt_to=key), settings(25), TODAY)
    assert failed.value.reason is FailureReason.KEY_UNUSABLE


def test_a_key_that_only_signs_seals_nothing(tmp_path: Path) -> None:
    with gpg_key(tmp_path, "ed25519 sign") as (key, _), pytest.raises(Refusal) as refused:
        checked_key(key, TODAY)
    assert refused.value.code is Code.KEY_UNUSABLE
