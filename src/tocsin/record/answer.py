"""An answer to "is that every record?": the list, and the proof that nothing is left out.

Against a logged root of the map, each tag's pairs are all pairs under it, or none. That
the tags are those of the question shows only the tag key; that records were tagged as
they should be, only an audit that opens every body. docs/record-format.md has the form.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from tocsin.domain.ledger import HOUSE
from tocsin.domain.serial import instant_text
from tocsin.record import shape
from tocsin.record.canonical import Value, canonical, parse
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.commitments import HASH_BYTES
from tocsin.record.evidence import OpenedLeaf, fields, read_proof, trusted, write_proof
from tocsin.record.leaf import decode
from tocsin.record.merkle import is_consistent
from tocsin.record.note import VerifierKey
from tocsin.record.prefix_map import Pair, verify_prefix
from tocsin.record.tags import CASE, MAP_FUNCTION, PLACE, SUBJECT, folded, name_keys
from tocsin.record.tags import tag as tag_of
from tocsin.record.trust import NONE, TrustPolicy

FORMAT = "tocsin-answer-1"
MAX_ANSWER_BYTES = 64 * 2**20
MAX_VARIANTS = 256
MAX_VARIANT_CHARACTERS = (
    2**16
)  # of all together: a file from outside is folded before it is trusted
MAX_LISTINGS = 4096  # of each: tags, and cases
MAX_MAP_PROOF_BYTES = 2**16

_INDEX_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: everything under these names, places or one case's number.

    Raises ValueError for a question that no tag can answer.
    """

    kind: str  # subject, place or case
    variants: tuple[str, ...] = field(repr=False)
    before_us: int | None = None  # microseconds since 1970 UTC

    def __post_init__(self) -> None:
        if self.kind not in (SUBJECT, PLACE, CASE):
            raise ValueError("not a known kind of question")
        if not 1 <= len(self.variants) <= MAX_VARIANTS:
            raise ValueError("a question has 1 to 256 variants")
        if sum(map(len, self.variants)) > MAX_VARIANT_CHARACTERS:
            raise ValueError("the variants of a question are too long")
        if not all(map(self._texts_of, self.variants)):
            raise ValueError("a variant is blank")
        if self.before_us is not None and not 0 <= self.before_us < 2**53:
            raise ValueError("no such date")

    @property
    def texts(self) -> frozenset[str]:
        """What must be looked up, and nothing else, for the answer to be whole."""
        return frozenset().union(*map(self._texts_of, self.variants))

    @property
    def before(self) -> str | None:
        """The date as a record's body spells it."""
        if self.before_us is None:
            return None
        return instant_text(_EPOCH + timedelta(microseconds=self.before_us))

    def _texts_of(self, variant: str) -> frozenset[str]:
        if self.kind == SUBJECT:
            return name_keys(variant)
        return frozenset({folded(variant) if self.kind == PLACE else variant} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All pairs under one tag, ascending, and the map's proof that these are all."""

    tag: bytes  # 32 bytes
    kind: str
    text: str = field(repr=False)
    pairs: tuple[Pair, ...]  # the tag and a leaf's index in 8 bytes; the leaf's hash
    proof: bytes

    @property
    def records(self) -> dict[int, bytes]:
        """Leaf hashes by leaf index."""
        return {int.from_bytes(one.key[-_INDEX_BYTES:]): one.value for one in self.pairs}

    def to_value(self) -> dict[str, Value]:
        """Plain data, for a canonical file."""
        return {
            "of": {"kind": self.kind, "text": self.text},
            "pairs": [[index, one.hex()] for index, one in self.records.items()],
            "proof": b64encode(self.proof).decode(),
            "tag": self.tag.hex(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The last witnessed checkpoint before the date, and that the log only grew since."""

    checkpoint: str  # the whole note
    proof: tuple[bytes, ...]

    def to_value(self) -> dict[str, Value]:
        """Plain data, for a canonical file."""
        return {"checkpoint": self.checkpoint, "proof": write_proof(self.proof)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A file that has the right shape; nothing in it is believed yet."""

    question: Question
    checkpoint: str  # the whole note
    map: OpenedLeaf
    search: OpenedLeaf | None
    before: Before | None
    tags: tuple[Listing, ...]
    cases: tuple[Listing, ...]

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The answer in `data`. Raises ValueError unless its shape is exact."""
        names = ("before", "cases", "checkpoint", "format", "map", "question", "search", "tags")
        outer = shape.members(parse(data, max_bytes=MAX_ANSWER_BYTES), *names)
        if outer["format"] != FORMAT:
            raise ValueError("not an answer of a known format")
        search, before = outer["search"], outer["before"]
        return cls(
            question=_question(outer["question"]),
            checkpoint=shape.text(outer["checkpoint"]),
            map=OpenedLeaf.from_value(outer["map"]),
            search=None if search is None else OpenedLeaf.from_value(search),
            before=None if before is None else _before(before),
            tags=_listings(outer["tags"]),
            cases=_listings(outer["cases"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReport:
    """What a check found. With any fault, nothing in the file is to be believed."""

    faults: tuple[str, ...]  # sentences without anything from the record's texts
    question: Question | None = None
    size: int = 0  # leaves under the checkpoint
    covered: int = 0  # the first of them, about which the list is complete
    searched: int | None = None  # the leaf index of the search itself, where it is shown
    records: Mapping[int, bytes] = field(default_factory=dict)  # leaf hash by leaf index
    before: int | None = None  # how many of `records` are shown to be from before the date
    tags_checked: bool = False  # whether these are the tags of the question, by the tag key
    witnessed: bool = False  # whether a policy's quorum vouches for the checkpoints
    origin: str | None = None  # the log's; among many keys, whose record it is
    at_us: int | None = None  # claimed time of the map, microseconds since 1970 UTC


def build(
    *,
    question: Question,
    checkpoint: str,
    map_rooted: OpenedLeaf,
    search_made: OpenedLeaf | None,
    before: Before | None,
    tags: Sequence[Listing],
    cases: Sequence[Listing],
) -> bytes:
    """The file. `tags` has one listing for each of `question.texts`; `cases` one for each
    case whose records are among them, and none where a case was asked for.

    Nothing is judged. Raises ValueError for what could not be read back.
    """
    data = canonical(
        {
            "before": before.to_value() if before else None,
            "cases": [one.to_value() for one in cases],
            "checkpoint": checkpoint,
            "format": FORMAT,
            "map": map_rooted.to_value(),
            "question": {
                "before_us": question.before_us,
                "kind": question.kind,
                "variants": question.variants,
            },
            "search": search_made.to_value() if search_made else None,
            "tags": [one.to_value() for one in tags],
        }
    )
    Answer.read(data)
    return data


def _question(value: Value) -> Question:
    outer = shape.members(value, "before_us", "kind", "variants")
    before_us = outer["before_us"]
    return Question(
        kind=shape.text(outer["kind"]),
        variants=tuple(map(shape.text, shape.sequence(outer["variants"]))),
        before_us=None if before_us is None else shape.integer(before_us),
    )


def _before(value: Value) -> Before:
    outer = shape.members(value, "checkpoint", "proof")
    return Before(checkpoint=shape.text(outer["checkpoint"]), proof=read_proof(outer["proof"]))


def _listings(value: Value) -> tuple[Listing, ...]:
    found = shape.sequence(value)
    if len(found) > MAX_LISTINGS:
        raise ValueError("too many tags")
    return tuple(map(_listing, found))


def _listing(value: Value) -> Listing:
    outer = shape.members(value, "of", "pairs", "proof", "tag")
    of = shape.members(outer["of"], "kind", "text")
    if of["kind"] not in (SUBJECT, PLACE, CASE):
        raise ValueError("not a known kind of tag")
    tag = shape.hexadecimal(outer["tag"], HASH_BYTES)
    return Listing(
        tag=tag,
        kind=shape.text(of["kind"]),
        text=shape.text(of["text"]),
        pairs=tuple(_pair(tag, one) for one in shape.sequence(outer["pairs"])),
        proof=read_map_proof(outer["proof"]),
    )


def _pair(tag: bytes, value: Value) -> Pair:
    pair = shape.sequence(value)
    if len(pair) != 2:
        raise ValueError("a pair is a leaf's index and its hash")
    index = shape.integer(pair[0])
    if index < 0:
        raise ValueError("leaves are counted from 0")
    return Pair(tag + index.to_bytes(_INDEX_BYTES), shape.hexadecimal(pair[1], HASH_BYTES))


def read_map_proof(value: Value) -> bytes:
    """A map's proof in base64. Raises ValueError for any other form."""
    proof = b64decode(shape.text(value), validate=True)
    if len(proof) > MAX_MAP_PROOF_BYTES:
        raise ValueError("a proof is too long")
    return shape.base64(value, len(proof))


def verify_answer(
    data: bytes,
    *,
    keys: Collection[VerifierKey],
    policy: TrustPolicy | None = None,
    tag_key: bytes | None = None,
    covering: int = 0,
) -> AnswerReport:
    """Check an answer against the log's keys, which come from elsewhere.

    Never raises for anything in `data`. `covering` is the number of leaves that the map
    must cover at least; without it, a date or the record of the search must show that
    the map is not an old one. Without `tag_key` it stays open whether the tags are
    those of the question, and then a list that is short, or empty, shows nothing.
    """
    try:
        answer = Answer.read(data)
    except ValueError as error:
        return AnswerReport(faults=(f"The file is not an answer: {error}.",))
    try:
        checkpoint = trusted(answer.checkpoint, keys, policy)
        covered, root = _mapped(answer.map, checkpoint)
        before = _before_size(answer, checkpoint, keys, policy)
        _is_recent(answer, checkpoint, covered, max(covering, before or 0))
    except ValueError as error:
        return AnswerReport(
            faults=(f"The answer is not shown: {error}.",), question=answer.question
        )
    faults = (*_unfounded(answer, covered, root, tag_key), *_incomplete(answer))
    listed = (one.records for one in (*answer.tags, *answer.cases))
    records = dict(sorted({k: v for one in listed for k, v in one.items()}.items()))
    return AnswerReport(
        faults=faults,
        question=answer.question,
        size=checkpoint.size,
        covered=covered,
        searched=answer.search.index if answer.search else None,
        records={} if faults else records,
        before=None if faults or before is None else sum(index < before for index in records),
        tags_checked=tag_key is not None,
        witnessed=policy is not None and policy.quorum != NONE,
        origin=checkpoint.origin,
        at_us=decode(answer.map.leaf).at_us,
    )


def _mapped(opened: OpenedLeaf, checkpoint: Checkpoint) -> tuple[int, bytes]:
    """How many leaves the map covers, and its root. Raises ValueError for any other record."""
    found = fields(opened, checkpoint)
    if (found.get("kind"), found.get("case_id")) != ("MapRooted", HOUSE):
        raise ValueError("the record opened for the map is another")
    if shape.integer(found.get("map_function")) != MAP_FUNCTION:
        raise ValueError("the map was made in a way that is not known")
    covered = shape.integer(found.get("covered"))
    if not 0 <= covered <= opened.index:
        raise ValueError("the map claims to cover leaves that came after it")
    return covered, shape.hexadecimal(found.get("root"), HASH_BYTES)


def _before_size(
    answer: Answer,
    checkpoint: Checkpoint,
    keys: Collection[VerifierKey],
    policy: TrustPolicy | None,
) -> int | None:
    """How many leaves are shown to be from before the date, where one was asked for."""
    question, before = answer.question, answer.before
    if question.before_us is None:
        if before is not None:
            raise ValueError("it names a date that nobody asked for")
        return None
    if before is None:  # no checkpoint is so old, and then no record is shown to be
        return 0
    old = trusted(before.checkpoint, keys, policy, by_s=question.before_us // 1_000_000)
    sizes, roots = (old.size, checkpoint.size), (old.root, checkpoint.root)
    if old.origin != checkpoint.origin or not is_consistent(*sizes, before.proof, *roots):
        raise ValueError("the checkpoint before the date is not one of this log")
    return old.size


def _is_recent(answer: Answer, checkpoint: Checkpoint, covered: int, least: int) -> None:
    """Raises ValueError unless the map is as new as it must be to answer the question."""
    question, search = answer.question, answer.search
    if covered < least:
        raise ValueError("the map is older than the answer needs")
    if search is None:
        if not least:
            raise ValueError("nothing in it shows that the map is recent")
        return
    found = fields(search, checkpoint)
    said = [found.get(name) for name in ("kind", "case_id", "sought", "variants", "before")]
    if said != ["SearchMade", HOUSE, question.kind, list(question.variants), question.before]:
        raise ValueError("the record opened for the search is another")
    if covered <= search.index:
        raise ValueError("the map is older than the search")


def _unfounded(answer: Answer, covered: int, root: bytes, tag_key: bytes | None) -> Iterator[str]:
    """Each listing against the map, and against the tag key."""
    hashes: dict[int, bytes] = {}
    for name, listings in (("Tag", answer.tags), ("Case", answer.cases)):
        for number, one in enumerate(listings, 1):
            if not verify_prefix(root, one.tag, one.pairs, one.proof):
                yield f"{name} {number}: these are not all records under it."
            elif any(index >= covered for index in one.records):
                yield f"{name} {number}: it lists a record that the map cannot cover."
            elif any(hashes.setdefault(at, leaf) != leaf for at, leaf in one.records.items()):
                yield f"{name} {number}: it lists a record otherwise than another listing does."
            if tag_key is not None and tag_of(tag_key, one.kind, one.text) != one.tag:
                yield f"{name} {number}: it is the tag of something else."


def _incomplete(answer: Answer) -> Iterator[str]:
    """The listings against the question, and the cases against what was found."""
    question = answer.question
    if {one.kind for one in answer.tags} != {question.kind} or (
        sorted(one.text for one in answer.tags) != sorted(question.texts)
    ):
        yield "The tags are not those of the question, each once."
    if any(one.kind != CASE for one in answer.cases):
        yield "What is listed as a case is none."
    named = Counter(one.text for one in answer.cases)
    tags = Counter(one.tag for one in (*answer.tags, *answer.cases))
    if any(count > 1 for count in (*named.values(), *tags.values())):
        yield "One tag or case is listed twice."
    found = {index for one in answer.tags for index in one.records}
    if question.kind == CASE:
        if answer.cases:
            yield "It lists cases that nobody asked for."
        return
    within = Counter(index for one in answer.cases for index in one.records)
    if any(within[index] != 1 for index in found):
        yield "A record that was found stands in no case, or in two."
    if any(found.isdisjoint(one.records) for one in answer.cases):
        yield "A case is listed in which nothing was found."
