"""The key with which the house signs what goes public, and the certificate that partners pin."""

import os
from collections.abc import Callable
from pathlib import Path

from tocsin.casework.house import App
from tocsin.domain.refusal import Code, refuse

DAYS = 3_650
"""How long a certificate made here holds; partners pin it, so it is not changed often."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256. Source: SEC 2, section 2.4.2."""


def signing(app: App) -> tuple[bytes, bytes]:
    """Key and certificate, in PEM; made on first need where the settings name none.

    Refuses SETTINGS_INVALID where they cannot be read or written.
    """
    public, folder = app.settings.public, app.settings.data_dir
    given = (public.key_file, public.certificate_file) if public else (None, None)
    key_path = given[0] or folder / "cap.key"
    certificate_path = given[1] or folder / "cap.pem"
    try:
        if given[0] is None:
            _made_once(key_path, lambda: _new_key(app), 0o600)
        key = key_path.read_bytes()
        if given[1] is None:
            _made_once(certificate_path, lambda: _certificate(app, key), 0o644)
        return key, certificate_path.read_bytes()
    except OSError as error:
        refuse(
            Code.SETTINGS_INVALID,
            f"Nothing was signed: the key for public warnings is away ({type(error).__name__}).",
            "Restore cap.key and cap.pem in the data folder, or mend public.key_file.",
        )


def certificate(app: App) -> bytes:
    """What partners pin, in PEM."""
    return signing(app)[1]


def _new_key(app: App) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    # 64 bits more than the order has, so that no residue is likelier than another.
    number = int.from_bytes(app.randomness(40)) % (_ORDER - 1) + 1
    key = ec.derive_private_key(number, ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(app: App, key: bytes) -> bytes:
    from tocsin.feeds.cap.sign import self_signed

    public = app.settings.public
    name = (public.sender_name or public.sender) if public else ""
    return self_signed((name or "Tocsin")[:64], key, app.clock(), DAYS)


def _made_once(path: Path, make: Callable[[], bytes], mode: int) -> None:
    if path.exists():
        return
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=mode)
    try:
        fresh.write_bytes(make())
        # link, not rename: whoever comes second must not replace the first one's key.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
