"""A timestamp authority on this machine: RFC 3161 over HTTP, honest or not as a test asks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from asn1crypto import algos, cms, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
REJECTION = bytes.fromhex("30053003020102")
"""A TimeStampResp that says no; asn1crypto would want a token in it."""


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class TimestampAuthority:
    """`with TimestampAuthority() as tsa:` answers at `tsa.url`; fields may be changed any time.

    `twist` may change the fields of a TSTInfo before it is signed; `answer` replaces the whole
    HTTP answer (status, content type, body).
    """

    clock: Callable[[], datetime] = _now
    for_timestamping: bool = True
    critical: bool = True
    lifetime: timedelta = timedelta(days=36_500)
    twist: Callable[[dict[str, Any]], None] = lambda _: None
    answer: tuple[int, str, bytes] | None = None
    refuses: bool = False
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self._certified(
            "Root of Example Time", self._root_key, x509.BasicConstraints(ca=True, path_length=None)
        )
        usage = ExtendedKeyUsageOID.TIME_STAMPING
        other = ExtendedKeyUsageOID.CODE_SIGNING
        self.certificate = self._certified(
            "Example Time",
            self._key,
            x509.ExtendedKeyUsage([usage if self.for_timestamping else other]),
        )

    def _certified(
        self, name: str, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder(serial_number=x509.random_serial_number())
            .subject_name(_name(name))
            .issuer_name(_name("Root of Example Time"))
            .public_key(key.public_key())
            .not_valid_before(EPOCH)
            .not_valid_after(EPOCH + self.lifetime)
            .add_extension(extension, critical=self.critical)
            .sign(self._root_key, hashes.SHA256())
        )

    def respond(self, request: bytes) -> bytes:
        """The DER TimeStampResp to a DER TimeStampReq."""
        if self.refuses:
            return REJECTION
        asked = tsp.TimeStampReq.load(request, strict=True)
        fields = {
            "version": "v1",
            "policy": "1.3.6.1.4.1.99999.1",
            "message_imprint": asked["message_imprint"],
            "serial_number": len(self.requests) + 1,
            "gen_time": self.clock(),
            "nonce": asked["nonce"],
        }
        self.twist(fields)
        token = self._signed(tsp.TSTInfo(fields).dump())
        return bytes(
            tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
        )

    def _signed(self, info: bytes) -> Any:
        certificate = self.certificate.public_bytes(Encoding.DER)
        essential = tsp.SigningCertificateV2(
            {"certs": [{"cert_hash": sha256(certificate).digest()}]}
        )
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [essential]},
            ]
        )
        loaded = asn1_x509.Certificate.load(certificate)
        who = {"issuer": loaded.issuer, "serial_number": loaded.serial_number}
        algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", who),
            "digest_algorithm": algorithm,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        content = {"content_type": "tst_info", "content": cms.ParsableOctetString(info)}
        signed = {
            "version": "v3",
            "digest_algorithms": [algorithm],
            "encap_content_info": content,
            "certificates": [loaded],
            "signer_infos": [signer],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def __enter__(self) -> Self:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                status, media, body = authority.answer or (
                    200,
                    "application/timestamp-reply",
                    authority.respond(request),
                )
                authority.requests.append(request)
                self.send_response(status)
                self.send_header("Content-Type", media)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
