"""A mail that only its recipient can read: S/MIME, OpenPGP/MIME or an age-encrypted file.

What cannot be sealed is not sent: there is no way from here to clear text.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

import pyrage  # type: ignore[import-untyped]
import pysequoia
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from tocsin.channels.base import Attachment, FailureReason, Message, Permanent
from tocsin.channels.mail_parts import Entity, file_part, in_base64, multipart, text_part
from tocsin.domain.directory import EncryptionKey, KeyKind
from tocsin.domain.refusal import Code, Refusal, refuse

PAD_TO = 4096
"""Age hides no sizes; what it encrypts is brought to a multiple of this many bytes first."""
LONGEST_KEY = 100_000
_REMEDY = "Ask the recipient for a key in use, and check it with them by voice."


def checked_key(key: EncryptionKey, now: datetime) -> EncryptionKey:
    """The same key, with the end that it names itself where that comes first.

    It has been tried: something was encrypted to it. Raises `Refusal` (key-unusable,
    key-expired).
    """
    if len(key.text) > LONGEST_KEY:
        _unusable("it is too long")
    if "PRIVATE KEY" in key.text:
        _unusable("it is a private one, which nobody but its owner should have")
    ends = [end for end in (key.expires_at, _own_end(key.key_kind, key.text, now)) if end]
    key = replace(key, expires_at=min(ends, default=None))
    if key.is_expired(now):
        refuse(Code.KEY_EXPIRED, "The key was not accepted: it has expired.", _REMEDY)
    try:
        _SEALS[key.key_kind](b"", _KEYS[key.key_kind](key.text))
    except _UNFIT:
        _unusable("nothing can be encrypted to it")
    return key


def sealed(content: Entity, message: Message, at: datetime, cover: str) -> Entity:
    """`content` as only the holder of `message.encrypt_to` can read it.

    Raises `Permanent` (key-expired, key-unusable).
    """
    if not message.encrypt_to:
        raise ValueError("nothing is sealed without a key")
    try:
        key = checked_key(message.encrypt_to, at)
    except Refusal as refusal:
        raise Permanent(FailureReason(refusal.code.value)) from None
    public = _KEYS[key.key_kind](key.text)
    match key.key_kind:
        case KeyKind.SMIME:
            return _smime(_enveloped(bytes(content), public))
        case KeyKind.OPENPGP:
            return _pgp_mime(_to_openpgp(bytes(content), public))
        case KeyKind.AGE:
            return _age_files(message, public, cover)


def _own_end(kind: KeyKind, text: str, now: datetime) -> datetime | None:
    try:
        public = _KEYS[kind](text)
    except _UNFIT:
        _unusable("it cannot be read")
    end: datetime | None = None
    if kind is KeyKind.SMIME:
        if public.not_valid_before_utc > now:
            _unusable("it is not valid yet")
        end = public.not_valid_after_utc
    if kind is KeyKind.OPENPGP:
        if public.is_revoked:
            _unusable("its owner has revoked it")
        end = public.expiration
    return end


def _unusable(why: str) -> NoReturn:
    refuse(Code.KEY_UNUSABLE, f"The key was not accepted: {why}.", _REMEDY)


def _smime(envelope: bytes) -> Entity:
    kind = 'application/pkcs7-mime; smime-type=enveloped-data;\r\n name="smime.p7m"'
    headers = (
        ("Content-Type", kind),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", 'attachment; filename="smime.p7m"'),
    )
    return Entity(headers, in_base64(envelope))


def _pgp_mime(armored: bytes) -> Entity:
    control = Entity((("Content-Type", "application/pgp-encrypted"),), b"Version: 1\r\n")
    kind = 'application/octet-stream; name="encrypted.asc"'
    words = Entity((("Content-Type", kind),), armored.replace(b"\n", b"\r\n"))
    return multipart('encrypted; protocol="application/pgp-encrypted"', [control, words])


def _age_files(message: Message, public: Any, cover: str) -> Entity:
    text = message.body.encode()
    files = {"warning.txt.age": text + b"\n" * (-len(text) % PAD_TO)}
    if message.attachments:
        files["attachments.zip.age"] = _zipped(message.attachments)
    return multipart(
        "mixed",
        [
            text_part(cover),
            *(
                file_part(name, "application/octet-stream", _to_age(content, public))
                for name, content in files.items()
            ),
        ],
    )


def _zipped(attachments: tuple[Attachment, ...]) -> bytes:
    """Names and sizes are hidden too; the archive's comment is the padding."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in attachments:
            archive.writestr(zipfile.ZipInfo(one.name), one.content)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.comment = b" " * (-len(packed.getvalue()) % PAD_TO)
    return packed.getvalue()


def _certificate(text: str) -> x509.Certificate:
    certificate = x509.load_pem_x509_certificate(text.encode())
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return certificate
    if not usage.key_encipherment:
        raise ValueError("a certificate that is not for encryption")
    return certificate


def _enveloped(content: bytes, certificate: x509.Certificate) -> bytes:
    builder = PKCS7EnvelopeBuilder().set_data(content).add_recipient(certificate)
    aes256 = builder.set_content_encryption_algorithm(AES256)
    return aes256.encrypt(Encoding.DER, [PKCS7Options.Binary])


def _to_openpgp(content: bytes, cert: pysequoia.Cert) -> bytes:
    return pysequoia.encrypt(content, recipients=[cert])


def _to_age(content: bytes, recipient: Any) -> bytes:
    return bytes(pyrage.encrypt(content, [recipient]))


# TypeError: a certificate whose key is not RSA. RuntimeError: whatever OpenPGP refuses.
_UNFIT = (
    ValueError, TypeError, RuntimeError, UnsupportedAlgorithm, x509.DuplicateExtension,
    pyrage.RecipientError, pyrage.EncryptError,
)  # fmt: skip
_KEYS: Mapping[KeyKind, Callable[[str], Any]] = {
    KeyKind.AGE: lambda text: pyrage.x25519.Recipient.from_str(text.strip()),
    KeyKind.OPENPGP: lambda text: pysequoia.Cert.from_bytes(text.encode()),
    KeyKind.SMIME: _certificate,
}
_SEALS: Mapping[KeyKind, Callable[[bytes, Any], bytes]] = {
    KeyKind.AGE: _to_age,
    KeyKind.OPENPGP: _to_openpgp,
    KeyKind.SMIME: _enveloped,
}
