"""A search put on the record of a small house, and all that its answer is made of."""

from typing import Any

from tests.record.logbook import (
    HOUSE,
    KEYS,
    POLICY,
    START_S,
    TAG_KEY,
    Logbook,
    prove,
)
from tocsin.record.answer import AnswerReport, Before, Listing, Question, build, verify_answer
from tocsin.record.tags import CASE, SUBJECT, tag

VARIANTS = ("Tamerlan Tsarnaev", "Tsarnayev, Tamerlan")
QUESTION = Question(kind=SUBJECT, variants=VARIANTS)


def a_book() -> Logbook:
    """Two cases that name him, one each way, and one that names somebody else."""
    book = Logbook()
    book.write("A1", "CaseOpened")
    book.name("A1", "Tamerlan Tsarnayev", "T. T.")
    book.write("B2", "CaseOpened")
    book.name("B2", "Anna Lind", place="Boston")
    book.write("A1", "Remark")
    book.write("C3", "CaseOpened")
    book.name("C3", "TSARNAEV, Tamerlan", place="Boston")
    return book


class Asked:
    """A search, put on the record, and all that its answer is made of."""

    def __init__(self, book: Logbook, question: Question = QUESTION, **said: Any) -> None:
        self.book, self.question = book, question
        self.search = book.write(
            HOUSE,
            "SearchMade",
            **{
                "sought": question.kind,
                "variants": question.variants,
                "before": question.before,
                **said,
            },
        )
        self.covered = book.size
        self.rooted = book.map_rooted()
        book.write(HOUSE, "Cover")
        self.note = book.checkpoint()

    def listing(self, kind: str, text: str, of: str | None = None, key: bytes = TAG_KEY) -> Listing:
        sought = tag(key, kind, text if of is None else of)
        pairs, proof = prove(self.book.covered(self.covered), sought)
        return Listing(tag=sought, kind=kind, text=text, pairs=tuple(pairs), proof=proof)

    def parts(self) -> dict[str, Any]:
        tags = [self.listing(self.question.kind, text) for text in sorted(self.question.texts)]
        found = {index for one in tags for index in one.records}
        cases = {self.book.entries[index].case_id for index in found}
        return {
            "question": self.question,
            "checkpoint": self.note,
            "map_rooted": self.book.opened(self.rooted),
            "search_made": self.book.opened(self.search),
            "before": None,
            "tags": tags,
            "cases": []
            if self.question.kind == CASE
            else [self.listing(CASE, case_id) for case_id in sorted(cases)],
        }

    def answer(self, **changes: Any) -> bytes:
        return build(**{**self.parts(), **changes})


def checked(data: bytes, **changes: Any) -> AnswerReport:
    return verify_answer(data, **{"keys": KEYS, "policy": POLICY, "tag_key": TAG_KEY, **changes})


def refused(data: bytes, fault: str, **changes: Any) -> None:
    report = checked(data, **changes)
    assert any(fault in one for one in report.faults), report.faults
    assert not report.records
    assert not report.before
    assert not any("Tamerlan" in one or "Lind" in one for one in report.faults)


DATE = Question(kind=SUBJECT, variants=VARIANTS, before_us=(START_S + 240) * 1_000_000)


def dated(asked: Asked, size: int, **changes: Any) -> Before:
    return Before(checkpoint=asked.book.checkpoint(size, **changes), proof=asked.book.grown(size))


def changed_listing(listing: Listing, **changes: Any) -> Listing:
    parts = {name: getattr(listing, name) for name in ("tag", "kind", "text", "pairs", "proof")}
    return Listing(**{**parts, **changes})


def forged(asked: Asked, part: str, number: int, **changes: Any) -> bytes:
    listings = list(asked.parts()[part])
    listings[number] = changed_listing(listings[number], **changes)
    return asked.answer(**{part: listings})
