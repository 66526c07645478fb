"""Every parser of something from outside, as a function of bytes, with bytes it accepts.

A target may refuse, by ValueError or Refusal; whatever else it raises is a bug.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.feeds import hostile
from tests.feeds.people.listing import a_workbook
from tests.record import logs
from tests.record.asking import Asked, a_book
from tests.record.logs import KEYS, POLICY, POLICY_TEXT
from tests.record.test_tally import Made
from tocsin.feeds import Limits
from tocsin.feeds.extract import Reading
from tocsin.feeds.people import open_list
from tocsin.policy import pack
from tocsin.record import (
    canonical,
    checkpoint,
    leaf,
    note,
    tiles,
    tlog_proof,
    trust,
    verify,
    witnessing,
)
from tocsin.record import prefix_map as prefixes
from tocsin.record.answer import verify_answer
from tocsin.record.note import VerifierKey
from tocsin.record.tally import verify_tally
from tocsin.record.timestamps import verify_token
from tocsin.record.verify_proof import verify_proof

GOLDEN = Path(__file__).parents[1] / "record" / "golden"
LIMITS = Limits(read_seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`seeds` are inputs that the parser accepts, for the fuzzer to begin with."""

    parse: Callable[[bytes], object]
    seeds: Sequence[bytes]


@cache
def a_published_log() -> logs.Published:
    return logs.a_log(40, every=17).published()


@cache
def a_note() -> bytes:
    return a_published_log().files["checkpoint"]


def _report(media_type: str) -> Callable[[bytes], object]:
    return lambda data: Reading(LIMITS).read(data, media_type, None)


def _people(data: bytes) -> object:
    with open_list(io.BytesIO(data)) as found:
        return list(found.rows)


def _a_file_of_the_log(data: bytes) -> object:
    """The first byte chooses which file of a good log is replaced by the others."""
    published = a_published_log()
    path = sorted(published.files)[data[0] % len(published.files)] if data else "checkpoint"
    return logs.check(published.replacing(path, data[1:]))


def _prefix_proof(data: bytes) -> object:
    pairs = [prefixes.Pair(bytes([n]) * 40, bytes(32)) for n in range(9)]
    return prefixes.verify_prefix(prefixes.root(pairs), b"\3\3", pairs[3:4], data)


@cache
def targets() -> dict[str, Target]:
    """All targets by name."""
    return {**_of_reports(), **_of_the_log(), **_of_files()}


def _of_reports() -> dict[str, Target]:
    mail = hostile.a_mail((b"<p>At the embassy", "text/html", "a.html")).as_bytes()
    return {
        "mail": Target(parse=_report("message/rfc822"), seeds=[mail, hostile.a_nested_mail(5)]),
        "html": Target(parse=_report("text/html"), seeds=[b"<title>T</title><p hidden>x</p>"]),
        "pdf": Target(parse=_report("application/pdf"), seeds=[hostile.a_pdf("Page one")]),
        "json": Target(
            parse=_report("application/json"), seeds=[b'{"tocsin_report": 1, "text": "words"}']
        ),
        "people": Target(
            parse=_people,
            seeds=[
                b'name,birth\n"Norr, Ilda",1980\nArvo Kask,1981\n',
                b'{"name": "Ilda Norr", "dob": 1980}\n{"schema": "Person", "properties": {}}\n',
                a_workbook([["Name", "Passport"], ["Ilda Norr", "<c><v>12</v></c>"]]),
            ],
        ),
        "sheet": Target(
            parse=lambda data: _people(a_workbook([], sheet=data.decode("utf-8", "replace"))),
            seeds=[
                b'<row><c t="str"><v>Name</v></c></row><row r="3"><c s="1"><v>29221.5</v></c></row>'
            ],
        ),
        "pack": Target(
            parse=lambda data: pack.load(data, name="x"), seeds=[pack.shipped("us_ic_icd191")]
        ),
    }


def _of_the_log() -> dict[str, Target]:
    log = logs.a_log(40, every=17, rotated=False)
    proof = tlog_proof.spell(logs.a_proof(log, 3, ["kind"])).encode()
    us = [key.text.encode() for key in KEYS]
    return {
        "canonical": Target(parse=canonical.parse, seeds=[b'{"a":[1,null,"x"],"b":{}}']),
        "leaf": Target(parse=leaf.decode, seeds=log.leaves[:3]),
        "note": Target(parse=note.parse, seeds=[a_note()]),
        "verifier-key": Target(
            parse=lambda data: VerifierKey.from_text(data.decode("latin-1")), seeds=us
        ),
        "checkpoint": Target(parse=lambda data: checkpoint.verified(data, KEYS), seeds=[a_note()]),
        "trust-policy": Target(parse=trust.parse, seeds=[POLICY_TEXT.encode()]),
        "tlog-proof": Target(parse=lambda data: verify_proof(data, keys=KEYS), seeds=[proof]),
        "tile-path": Target(
            parse=lambda data: tiles.parse_path(data.decode("latin-1")),
            seeds=[b"tile/0/x001/067.p/3", b"tile/entries/000"],
        ),
        "entries": Target(
            parse=lambda data: tiles.read_entries(data, 3),
            seeds=[tiles.spell_entries(log.leaves[:3])],
        ),
        "log-file": Target(parse=_a_file_of_the_log, seeds=[b"\0" + a_note()]),
        "prefix-proof": Target(parse=_prefix_proof, seeds=[b"\5" + bytes(32)]),
    }


def _of_files() -> dict[str, Target]:
    asked = Asked(a_book())
    request = witnessing.Request(old_size=0, note=a_note().decode()).spelled
    exports = [path.read_bytes() for path in sorted(GOLDEN.glob("case-export-*.json"))]
    return {
        "export": Target(
            parse=lambda data: verify.verify(data, keys=KEYS, policy=POLICY), seeds=exports
        ),
        "answer": Target(parse=lambda data: verify_answer(data, keys=KEYS), seeds=[asked.answer()]),
        "tally": Target(parse=lambda data: verify_tally(data, keys=KEYS), seeds=[Made().file()]),
        "add-checkpoint": Target(parse=witnessing.parse, seeds=[request]),
        "cosignatures": Target(
            parse=witnessing.read_reply, seeds=[a_note()[a_note().rindex(b"\n\n") + 2 :]]
        ),
        "timestamp": Target(
            parse=lambda data: verify_token(data, b"message", []), seeds=[b"0\x030\x01\x02"]
        ),
    }
