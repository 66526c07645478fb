"""A search with proof: everything under a name, a place or a case, and that there is no more.

The search goes on the record before anything is looked up for whoever asks, and the root
that the answer is proved against covers it: nobody can search without its being seen, nor
answer from an old map.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NoReturn

from tocsin.casework import completeness, ledger, logbook, records, witnessing
from tocsin.casework.access import allows
from tocsin.casework.house import App
from tocsin.domain.actor import Actor
from tocsin.domain.ledger import SearchMade
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.record import answer as pure
from tocsin.record.answer import MAX_LISTINGS, Before, Listing, Question, verify_answer
from tocsin.record.evidence import OpenedLeaf, trusted
from tocsin.record.map_blocks import Prover
from tocsin.record.note import VerifierKey
from tocsin.record.tags import CASE, SUBJECT, folded, name_keys, tag
from tocsin.record.witnessing import CLOCKS_APART_S
from tocsin.store import events, log, tagged, walks
from tocsin.store.engine import Connection
from tocsin.store.instants import to_us

MOST_TEXTS, LONGEST_TEXT = 64, 500
MOST_PAIRS = 400_000  # in one answer, which they make 40 MB long
Kind = Literal["subject", "place", "case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCase:
    """A case that a search led to, by the indexes of its leaves.

    `found` are the records that stand under what was asked, `all` the case's, and `closed`
    those among them whose contents were lawfully destroyed.
    """

    case_id: str
    found: tuple[int, ...]
    all: tuple[int, ...]
    closed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a search found, and the file that proves it to somebody else.

    `before` counts the leaves shown to be from before the date asked for, and is None where
    none was; `witnessed`, whether a quorum of the trust policy vouches for the file.
    """

    index: int  # the leaf of the search itself
    variants: tuple[str, ...]
    cases: tuple[FoundCase, ...]
    covered: int  # the first leaves, about which the answer is complete
    size: int  # leaves under the file's checkpoint
    before: int | None
    witnessed: bool
    file: bytes = field(repr=False)


def search(
    app: App,
    by: Actor,
    *,
    kind: Kind,
    texts: Sequence[str],
    before: datetime | None = None,
    reason: str,
) -> Answer:
    """Search the record for a subject, a place or a case's number, under every one of `texts`.

    Refuses NOT_ALLOWED, BAD_VALUE, TIME_WITHOUT_ZONE and TIME_IN_FUTURE, and then nothing is
    on the record; RECORD_DAMAGED where the map is not what the record says.
    """
    if not allows(app, by, "search_record"):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was searched: none of your roles allows it.",
            "Ask an inspector.",
        )
    question = _question(app, kind, checked_texts(texts, reason), before)
    index = _put_on_record(app, by, question, before, reason)
    with app.store.read() as db:
        looked = _Looked.up(app, db, question)
    # Whatever is signed now covers the search, and the root that the proofs were made against.
    asked = witnessing.ask_all(app) if logbook.is_watched(app) else None
    size = asked.size if asked else logbook.sign(app).size
    with app.store.read() as db:
        file, earlier = _file(app, db, question, looked, index, size)
        keys = _keys(db)
    met = asked is not None and asked.is_met
    policy = app.trust if met else None
    if verify_answer(file, keys=keys, policy=policy, tag_key=app.keys.tags).faults:
        _damaged()
    return Answer(
        index=index,
        variants=question.variants,
        cases=looked.cases,
        covered=looked.root.covered,
        size=size,
        before=earlier,
        witnessed=met,
        file=file,
    )


def checked_texts(texts: Sequence[str], reason: str) -> tuple[str, ...]:
    """What to look for, each once. Refuses BAD_VALUE for what cannot be, or without a reason."""
    sought = tuple(dict.fromkeys(" ".join(one.split()) for one in texts))
    lengths = [len(one) for one in (*sought, reason.strip())]
    spelled = "".join((*sought, reason))
    if (
        len(sought) > MOST_TEXTS
        or not 0 < min(lengths) <= max(lengths) <= LONGEST_TEXT
        or any("\ud800" <= one <= "\udfff" or one == "\0" for one in spelled)
    ):
        refuse(
            Code.BAD_VALUE,
            "Nothing was looked for: a text or the reason is blank, too long, or no text.",
            f"Give up to {MOST_TEXTS} texts and a reason, each of 1 to {LONGEST_TEXT} characters.",
        )
    return sought


def _question(app: App, kind: Kind, texts: tuple[str, ...], before: datetime | None) -> Question:
    """The question with every spelling under which is looked up."""
    if before is not None and before.utcoffset() is None:
        refuse(
            Code.TIME_WITHOUT_ZONE,
            "Nothing was searched: the time has no zone.",
            "Give it with its offset, such as 2024-03-07T14:00+03:00.",
        )
    if before is not None and before > app.clock():
        refuse(
            Code.TIME_IN_FUTURE,
            "Nothing was searched: nobody can say yet what will be recorded until then.",
            "Give a time that is past, or none.",
        )
    spellings: Iterable[str] = ()
    if kind != CASE:
        spell = name_keys if kind == SUBJECT else lambda text: {folded(text)}
        spellings = (one for text in texts for one in sorted(spell(text)))
    try:
        return Question(
            kind=kind,
            variants=tuple(dict.fromkeys((*texts, *spellings))),
            before_us=None if before is None else to_us(before),
        )
    except ValueError as error:
        raise Refusal(
            Code.BAD_VALUE, f"Nothing was searched: {error}.", "Correct it and search again."
        ) from error


def _put_on_record(
    app: App, by: Actor, question: Question, before: datetime | None, reason: str
) -> int:
    """Record the search, then a root that covers it, and sign; the leaf of the search."""
    with app.store.write() as db:
        stored = tagged.StoredBlocks(db, events.lock_head(db).position)
        found = {
            pair.key[-8:]
            for text in question.texts
            for pair in stored.pairs(tag(app.keys.tags, question.kind, text))
        }
        said = SearchMade(
            by=by.named,
            at=app.clock(),
            sought=question.kind,
            variants=question.variants,
            before=before,
            reason=reason,
            found=len(found),
        )
        index = ledger.record(app, db, said).position - 1
        completeness.root_now(app, db)
        logbook.sign_in(app, db, events.lock_head(db))
    return index


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What stands under each tag, proved against the newest root in one view of the database."""

    root: completeness.MapRoot
    tags: tuple[Listing, ...]
    case_tags: tuple[Listing, ...]
    cases: tuple[FoundCase, ...]

    @classmethod
    def up(cls, app: App, db: Connection, question: Question) -> "_Looked":
        """Look it up. A root newer than the search's own covers the search as well."""
        root = completeness.newest_root(app, db)
        if root is None:
            _damaged()
        prover = completeness.prover(db, root)
        tags = _listings(app, prover, question.kind, question.texts)
        found = {index for one in tags for index in one.records}
        ids = {place.case_id for place in _places(db, found).values()}
        if question.kind == CASE:
            shown, case_tags = tags, tags[:0]
        else:
            if len(ids) > MAX_LISTINGS:
                _too_much()
            shown = case_tags = _listings(app, prover, CASE, ids)
        if sum(len(one.pairs) for one in (*tags, *case_tags)) > MOST_PAIRS:
            _too_much()
        places = _places(db, {index for one in shown for index in one.records})
        cases = tuple(_case(one, found, places) for one in shown if one.pairs)
        return cls(root=root, tags=tags, case_tags=case_tags, cases=cases)


def _listings(app: App, prover: Prover, kind: str, texts: Iterable[str]) -> tuple[Listing, ...]:
    return tuple(
        _listing(prover, kind, text, tag(app.keys.tags, kind, text)) for text in sorted(texts)
    )


def _listing(prover: Prover, kind: str, text: str, sought: bytes) -> Listing:
    try:
        pairs, proof = prover.prove(sought)
    except ValueError:
        _damaged()
    return Listing(tag=sought, kind=kind, text=text, pairs=tuple(pairs), proof=proof)


def _places(db: Connection, indexes: Iterable[int]) -> Mapping[int, walks.Place]:
    """Where leaves stand, by index. Refuses RECORD_DAMAGED where the map lists one that is none."""
    wanted = {index + 1 for index in indexes}
    found = walks.places(db, wanted)
    if found.keys() != wanted:
        _damaged()
    return {position - 1: place for position, place in found.items()}


def _case(listing: Listing, found: set[int], places: Mapping[int, walks.Place]) -> FoundCase:
    indexes = tuple(sorted(listing.records))
    return FoundCase(
        case_id=listing.text,
        found=tuple(index for index in indexes if index in found),
        all=indexes,
        closed=tuple(index for index in indexes if not places[index].is_open),
    )


def _file(
    app: App, db: Connection, question: Question, looked: _Looked, index: int, size: int
) -> tuple[bytes, int | None]:
    """The answer file under the checkpoint of `size`, and how many leaves are before the date."""
    note = logbook.note_at(db, size)
    before = _before(app, db, question, looked.root.covered, size)
    map_rooted, search_made = (
        _opened(app, db, one, proof)
        for one, proof in zip(
            (looked.root.index, index),
            logbook.proofs(app, db, size, (looked.root.index, index)),
            strict=True,
        )
    )
    file = pure.build(
        question=question,
        checkpoint=note,
        map_rooted=map_rooted,
        search_made=search_made,
        before=before[0] if before else None,
        tags=looked.tags,
        cases=looked.case_tags,
    )
    earlier = before[1] if before else 0
    return file, None if question.before_us is None else earlier


def _opened(app: App, db: Connection, index: int, proof: Sequence[bytes]) -> OpenedLeaf:
    row = events.event_at(db, index + 1)
    record = records.opened(app, row) if row else None
    if record is None or record.body is None or record.seed is None:
        _damaged()
    return OpenedLeaf(
        index=index, leaf=record.leaf, body=record.body, seed=record.seed, proof=tuple(proof)
    )


def _before(
    app: App, db: Connection, question: Question, covered: int, size: int
) -> tuple[Before, int] | None:
    """The newest checkpoint shown to be from before the date, and its size.

    A witness whose clock is ahead of ours may have put a later time on the newest.
    """
    if question.before_us is None:
        return None
    for apart_s in (0, CLOCKS_APART_S):
        seen = _seen_before(app, db, question.before_us - apart_s * 1_000_000)
        if not seen or seen > covered:
            return None
        note = logbook.note_at(db, seen)
        try:
            trusted(note, _keys(db), app.trust, by_s=question.before_us // 1_000_000)
        except ValueError:
            continue
        proof = logbook.tree(app, db, size).consistency(seen)
        return Before(checkpoint=note, proof=tuple(proof)), seen
    return None


def _seen_before(app: App, db: Connection, at_us: int) -> int | None:
    """The size of the newest checkpoint that was signed, or where others watch witnessed."""
    if logbook.is_watched(app):
        return log.witnessed_before(db, at_us)
    signed = log.checkpoints_before(db, at_us)
    return signed[0].size if signed else None


def _keys(db: Connection) -> list[VerifierKey]:
    """Every key that the log ever had: an older checkpoint is signed by older ones."""
    return [VerifierKey.from_text(line) for row in log.keys(db) for line in row.keys.splitlines()]


def _too_much() -> NoReturn:
    refuse(
        Code.BAD_VALUE,
        "No answer was made, though the search is on the record: too many cases were found.",
        "Search for something that fewer cases name.",
    )


def _damaged() -> NoReturn:
    refuse(
        Code.RECORD_DAMAGED,
        "No answer was made, though the search is on the record: what it found cannot be proved.",
        "Run tocsin audit; then restore the database from a backup.",
    )
