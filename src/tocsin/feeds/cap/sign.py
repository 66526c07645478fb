"""Enveloped XML signatures on CAP alerts: made with the house's key, judged by pinned certificates.

What can be told apart: a genuine alert, one altered after it was signed, and one of which nothing
can be said, for want of a signature, of trust, or of an algorithm that still proves anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from lxml import etree  # type: ignore[import-untyped]
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tocsin.feeds.cap.document import DSIG, Element, parse

_METHODS: Final = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
_DIGESTS: Final = frozenset(
    {DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
)
_ENVELOPED: Final = SignatureConstructionMethod.enveloped.value


class Judgement(StrEnum):
    GENUINE = "genuine"
    ALTERED = "altered"
    CANNOT_VERIFY = "cannot-verify"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` is a sentence for people, quoting nothing of the alert."""

    judgement: Judgement
    why: str


def sign(data: bytes, *, key: bytes, certificate: bytes) -> bytes:
    """The alert with its signature as last element, still valid by the schema. Key (RSA or an
    elliptic curve, without passphrase) and certificate are PEM.

    Raises Refusal as `document.parse` does, ValueError for a key or certificate of no use here.
    """
    private, public = _key(key), x509.load_pem_x509_certificate(certificate)
    if _spki(private.public_key()) != _spki(public.public_key()):
        raise ValueError("the certificate is not of this key")
    is_rsa = isinstance(private, rsa.RSAPrivateKey)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    root = signer.sign(parse(data), key=private, cert=[public])
    signed: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return signed + b"\n"


def verify(data: bytes, trusted: Sequence[bytes], at: datetime) -> Verdict:
    """Whether the whole alert was signed by one of the `trusted` certificates (PEM, pinned per
    partner), which was valid `at` the time the alert was received.

    Raises Refusal as `document.parse` does.
    """
    root = parse(data, keep_comments=True)
    signatures = root.findall(f".//{{{DSIG}}}Signature")
    if not signatures:
        return _cannot("It is not signed.")
    if len(signatures) > 1 or signatures[0].getparent() is not root:
        return _cannot("It has several signatures, or one that is not its own.")
    if why := _unusual(signatures[0]):
        return _cannot(why)
    verdict = _cannot("It is not signed with a certificate that is trusted here.")
    for certificate in _pinned(signatures[0], trusted):
        verdict = _judge(root, certificate, at)
        if verdict.judgement is Judgement.GENUINE:
            break
    return verdict


def self_signed(name: str, key: bytes, now: datetime, days: int) -> bytes:
    """The house's own certificate (PEM), which partners pin, for its private `key` (PEM).

    Raises ValueError for a key that is neither RSA nor of an elliptic curve, or a name over 64
    characters.
    """
    private = _key(key)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    serial = sha256(_spki(private.public_key()) + now.isoformat().encode()).digest()[:16]
    usage = dict.fromkeys(_USAGES, False) | {"digital_signature": True}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(int.from_bytes(serial) | 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(private, SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _key(pem: bytes) -> _Private:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, _Private):
        raise ValueError("alerts are signed with an RSA or elliptic curve key")
    return key


def _spki(key: object) -> bytes:
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise ValueError("alerts are signed with an RSA or elliptic curve key")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _cannot(why: str) -> Verdict:
    return Verdict(Judgement.CANNOT_VERIFY, why)


def _unusual(signature: Element) -> str:
    """Why this signature proves nothing, whatever its figures; "" where it might."""
    method = [one.get("Algorithm") for one in signature.iter(f"{{{DSIG}}}SignatureMethod")]
    digest = [one.get("Algorithm") for one in signature.iter(f"{{{DSIG}}}DigestMethod")]
    references = list(signature.iter(f"{{{DSIG}}}Reference"))
    values = [
        *signature.iter(f"{{{DSIG}}}SignatureValue"),
        *signature.iter(f"{{{DSIG}}}DigestValue"),
    ]
    if [len(method), len(digest), len(references), len(values)] != [1, 1, 1, 2]:
        return "Its signature does not cover one whole alert."
    if method[0] not in _known(_METHODS) or digest[0] not in _known(_DIGESTS):
        return "It is signed with an algorithm that no longer proves anything, such as SHA-1."
    if not all(one.text for one in values):
        return "Its signature is empty."
    transforms = [one.get("Algorithm") for one in references[0].iter(f"{{{DSIG}}}Transform")]
    if (
        references[0].get("URI") != ""
        or transforms.count(_ENVELOPED) != 1
        or any(one not in {_ENVELOPED, *_known(CanonicalizationMethod)} for one in transforms)
    ):
        return "Its signature does not say that it covers the whole alert as it is."
    return ""


def _known(algorithms: Iterable[Enum]) -> set[str]:
    return {algorithm.value for algorithm in algorithms}


def _pinned(signature: Element, trusted: Sequence[bytes]) -> list[x509.Certificate]:
    """The trusted certificates that it may be of: those it carries, if it carries any."""
    pins = [x509.load_pem_x509_certificate(one) for one in trusted]
    carried = {
        "".join((one.text or "").split()) for one in signature.iter(f"{{{DSIG}}}X509Certificate")
    }
    return [pin for pin in pins if not carried or _base64(pin) in carried]


def _base64(certificate: x509.Certificate) -> str:
    lines = certificate.public_bytes(Encoding.PEM).decode().splitlines()
    return "".join(lines[1:-1])


def _judge(root: Element, certificate: x509.Certificate, at: datetime) -> Verdict:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return _cannot("The certificate was not valid when the alert was received.")
    rules = SignatureConfiguration(
        location="./",
        ignore_ambiguous_key_info=True,  # the pinned certificate alone has the key
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        verification_time=at,
    )
    try:
        XMLVerifier().verify(root, x509_cert=certificate, expect_config=rules)
    except (InvalidDigest, InvalidSignature):
        return Verdict(Judgement.ALTERED, "It was altered after it was signed.")
    except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError):
        return _cannot("Its signature is not in the form of XML signatures.")
    return Verdict(Judgement.GENUINE, "It is signed, whole, by a certificate trusted here.")
