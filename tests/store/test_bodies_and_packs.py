import hashlib

from tests.store.rows import MINUTE, NOON
from tocsin.record.sealing import Vault
from tocsin.store import bodies, packs
from tocsin.store.instants import to_us

VAULT = Vault(b"w" * 32)


def test_a_reports_bytes_come_back_as_they_came_and_once(store):
    content = bytes(range(256))
    sha256 = hashlib.sha256(content).hexdigest()
    for minutes in (0, 1):
        with store.write() as db:
            bodies.put_body(
                db,
                VAULT,
                sha256=sha256,
                content=content,
                text="a\0\u00e9",
                now=NOON + minutes * MINUTE,
                randomness=bytes([minutes]) * 44,
            )
    with store.read() as db:
        found = bodies.body(db, VAULT, sha256)
        assert bodies.body(db, VAULT, "00" * 32) is None
    assert found == bodies.Body(
        sha256=sha256, bytes=content, text="a\u2400\u00e9", received_at_us=to_us(NOON)
    )


def test_a_pack_is_kept_as_it_was_when_first_used(store):
    for text in ("EXAMPLE", "never: the hash is the content's"):
        with store.write() as db:
            packs.put_pack(db, pack_hash="ab" * 32, name="example", text=text)
    with store.read() as db:
        assert packs.pack_text(db, "ab" * 32) == "EXAMPLE"
        assert packs.pack_text(db, "cd" * 32) is None
