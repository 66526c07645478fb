"""A record kept in the clear by an older version is sealed when it is opened, leaf by leaf."""

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from tocsin.record.leaf import leaf_hash
from tocsin.record.merkle import root
from tocsin.record.sealing import Vault
from tocsin.store import bodies, engine, events
from tocsin.store.engine import Store

VAULT = Vault(b"w" * 32)
SAID = [f'{{"kind":"RemarkRecorded","words":"EXAMPLE {n}"}}' for n in range(300)]
REPORT = {"sha256": "ab" * 32, "bytes": b"EXAMPLE bytes \0", "text": "EXAMPLE words", "at": 7}


def leaf(number: int) -> bytes:
    return number.to_bytes(384)


@pytest.fixture
def old_store(database_url):
    """A store of the first version, with a record and a report in the clear."""
    store = Store(database_url)
    if store.url.get_backend_name() == "sqlite":
        store._create_file()
    with store.write() as db:
        config = Config()
        folder = Path(engine.__file__).with_name("migrations")
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes |= {"connection": db, "sealer": None}
        command.upgrade(config, "0001")
        rows = [
            {
                "position": number,
                "case_seq": number,
                "body": said,
                "leaf": leaf(number),
                "leaf_hash": leaf_hash(leaf(number)),
            }
            for number, said in enumerate(SAID, 1)
        ]
        db.execute(
            text(
                "INSERT INTO event (position, case_id, case_seq, kind, at_us, body, seed, leaf, "
                "leaf_hash) VALUES (:position, 'C-1', :case_seq, 'RemarkRecorded', 5, :body, "
                ":leaf_hash, :leaf, :leaf_hash)"
            ),
            rows,
        )
        db.execute(text("INSERT INTO report_body VALUES (:sha256, :bytes, :text, :at)"), REPORT)
        db.execute(text("UPDATE head SET position = 300, updated_at_us = 5"))
    yield store
    store.close()


def test_an_older_record_is_sealed_and_keeps_every_leaf(old_store):
    old_store.migrate((VAULT, iter_of_bytes()))
    with old_store.read() as db:
        rows = events.all_events(db, 0, 1_000)
        head = events.read_head(db)
        report = bodies.body(db, VAULT, REPORT["sha256"])
    hashes = [leaf_hash(leaf(number)) for number in range(1, 301)]
    opened = [
        VAULT.open(bytes(row.sealed), bytes(row.wrapped), bound_to=bytes(row.leaf_hash))
        for row in rows
    ]
    assert [bytes(row.leaf_hash) for row in rows] == hashes
    assert [one[32:].decode() for one in opened] == SAID
    assert [one[:32] for one in opened] == hashes  # the seeds, which were these
    assert (head.position, head.tree.root) == (300, root(hashes))
    assert report == bodies.Body(
        sha256=REPORT["sha256"], bytes=REPORT["bytes"], text=REPORT["text"], received_at_us=7
    )


def test_nothing_of_it_stays_in_the_clear(old_store):
    old_store.migrate((VAULT, iter_of_bytes()))
    with old_store.write() as db:
        tables = inspect(db).get_table_names()
        assert not [name for name in tables if name.startswith("plain_")]
    url = old_store.url
    if url.get_backend_name() == "sqlite":
        old_store.close()
        assert b"EXAMPLE" not in Path(str(url.database)).read_bytes()


def test_a_record_in_the_clear_is_not_opened_without_the_key(old_store):
    with pytest.raises(RuntimeError, match="without the house's key"):
        old_store.migrate()
    with old_store.read() as db:
        assert json.loads(db.execute(text("SELECT body FROM event LIMIT 1")).scalar_one())


def iter_of_bytes():
    """Randomness that never repeats itself."""
    numbers = iter(range(1, 10_000))
    return lambda size: next(numbers).to_bytes(size)
