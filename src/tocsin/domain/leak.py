"""What a warning's draft shares with the reports behind it and may not share.

It points at words for a release authority to judge; it decides nothing. Where it
cannot tell, it points: a false alarm costs a glance, a miss can cost a source.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain, pairwise

from tocsin.domain.folding import BY_LOOK, FOLD, Folded, Span, Token, words

PHRASE_WORDS = 5
"""Five words in a row are rarely chance; four ("an attack on the") often are."""
UNCASED_NAME_WORDS = 3
"""Scripts without capitals show no names; three words in a row stand in for one."""
PART_LETTERS = 4
"""A part of a protected name counts alone from four letters: shorter ones are everyday words."""
INFLECTED_LETTERS = 5
"""From five letters a name is also found with up to two more, as in Orlov, Orlova."""
LONG_NAME = 8
"""A whole name of eight letters is found inside anything: chance no longer makes one."""
PHONE_DIGITS = 7
"""Local part of a telephone number: with or without its prefixes it is the same number."""


class LeakKind(StrEnum):
    PHRASE = "phrase"
    NAME = "name"
    NUMBER = "number"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A report as the check sees it: `tearline` may leave, `protected` names never."""

    report_id: str
    text: str
    tearline: str = ""
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Leak:
    """Characters `start` to `end` of the draft, and the report they also stand in."""

    start: int
    end: int
    kind: LeakKind
    report_id: str
    words: str


def find_leaks(
    draft: str, sources: Sequence[Source], may_leave: Sequence[str] = ()
) -> tuple[Leak, ...]:
    """Phrases, names and numbers of the draft that stand only in what may not leave.

    `may_leave` are words that may be told anyway: names and places as entered,
    whom to call, headings. They and the tearlines excuse everything but a whole
    protected name. Words are compared without regard to case, accents,
    punctuation, spacing, invisible characters and look-alike letters. Sorted by
    place; the same words are named once for each report they stand in.
    """
    view = _Draft(draft)
    told = _Told(may_leave, [source.tearline for source in sources])
    found = {
        Leak(kind=kind, words=draft[start:end], report_id=source.report_id, start=start, end=end)
        for source in sources
        for kind, (start, end) in _leaks(view, source, told)
    }
    return tuple(sorted(found))


def _leaks(draft: "_Draft", source: Source, told: "_Told") -> Iterator[tuple[LeakKind, Span]]:
    report = _Report(source.text, draft)
    phrases = list(_phrases(draft, report, told))
    spans = {
        LeakKind.PHRASE: phrases,
        LeakKind.NAME: [*_names(draft, report, told), *_uncased(draft, report, told, phrases)],
        LeakKind.NUMBER: [*_numbers(draft, report, told), *_marked(draft, report, told)],
        LeakKind.SOURCE: _protected(draft, source.protected, told),
    }
    return ((kind, span) for kind, each in spans.items() for span in _outermost(each))


def _outermost(spans: Iterable[Span]) -> Iterator[Span]:
    reach = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reach:
            yield start, end
            reach = end


# Too common to show anything. Other languages have no list: there the check only points more.
_COMMON = frozenset(
    words("""
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each either else few for from
    further had has have having he her here hers him his how however i if in into is it its just may
    me might more most must my no nor not now of off on once one only or other our out over own per
    same shall she should so some such than that the their them then there these they this those
    through to too two under until up upon us very was we were what when where whether which while
    who whom whose why will with within without would yes yet you your
    avoid call contact expect go keep leave please stay take tell
    """)
)
# Everyday parts of the names of services; alone they name nobody.
_GENERIC = _COMMON | frozenset(
    words("""
    agency agent army attache branch bureau central centre center command defence defense department
    desk directorate division embassy federal field force forces foreign general government group
    headquarters information intelligence interior liaison military ministry national office
    officer police post regional republic section secret security service services source special
    staff state station team unit united
    """)
)


class _Draft:
    def __init__(self, text: str) -> None:
        self.text = text
        self.by_case, self.by_look = Folded(text), Folded(text, BY_LOOK)
        self.tokens = self.by_case.tokens
        self.words = [token.word for token in self.tokens]
        self.phrases = set(_runs(self.words, PHRASE_WORDS))
        self.pairs = set(pairwise(self.words))
        self.uncased = {
            run for run in _runs(self.words, UNCASED_NAME_WORDS) if all(map(_is_uncased, run))
        }
        # Digit groups with one character between make one number: 555 01 23, 18:30, 55.75.
        self.numbers = [
            [
                self.by_case.token(*group.span())
                for group in _DIGITS.finditer(self.by_case.folded, *run.span())
            ]
            for run in _NUMBER.finditer(self.by_case.folded)
        ]

    def is_joined(self, at: int) -> bool:
        """Whether only a blank, a hyphen or an apostrophe parts this token from the next."""
        between = self.text[self.tokens[at].end : self.tokens[at + 1].start]
        return len(between) <= 2 and not between.strip(" \t\xa0-'\u2019\u2010\u2011")

    def is_capital(self, at: int) -> bool:
        return self.text[self.tokens[at].start].isupper()

    def is_plain_capital(self, at: int) -> bool:
        """Whether place or style, not a name, may be why it is capital: first, or all capitals."""
        token = self.tokens[at]
        before = self.text[self.tokens[at - 1].end : token.start] if at else "\n"
        is_loud = token.end - token.start > 1 and self.by_case.shown(token).isupper()
        return is_loud or any(sign in ".!?:;\n\u2022" for sign in before)


class _Report:
    """What one report shares with the draft."""

    def __init__(self, text: str, draft: _Draft) -> None:
        self._text = text
        folded = text.translate(FOLD)
        inside = folded.split()
        self.vocabulary = set(draft.words).intersection(inside)
        self.phrases = draft.phrases.intersection(_runs(inside, PHRASE_WORDS))
        self.pairs = draft.pairs.intersection(pairwise(inside))
        runs = _runs(inside, UNCASED_NAME_WORDS) if draft.uncased else ()
        self.uncased = draft.uncased.intersection(runs)
        self.numbers = _Numbers(folded if draft.numbers else "")

    @cached_property
    def ordinary(self) -> set[str]:
        """Words it also writes small; none if it hardly uses capitals (chats, cables)."""
        shown = set(re.findall(r"[^\W\d_]+", self._text))
        small = {word for word in shown if word[0].islower()}
        capital = sum(word[0].isupper() for word in shown)
        return set(words(" ".join(small))) if capital * 50 >= len(small) else set()


class _Told:
    """What may leave: exact runs from anywhere in it, and the single words of names."""

    def __init__(self, may_leave: Sequence[str], tearlines: Sequence[str]) -> None:
        texts = [text.translate(FOLD) for text in (*may_leave, *tearlines)]
        lists = [text.split() for text in texts]
        self.words = set(chain.from_iterable(lists))
        self.free = _COMMON.union(*lists[: len(may_leave)])
        self.phrases = _all_runs(lists, PHRASE_WORDS)
        self.pairs = _all_runs(lists, 2)
        self.uncased = _all_runs(lists, UNCASED_NAME_WORDS)
        self.numbers = _Numbers("\n".join(texts))


def _runs(line: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(line[at:] for at in range(length)), strict=False)


def _all_runs(lists: Iterable[Sequence[str]], length: int) -> set[tuple[str, ...]]:
    return {run for line in lists for run in _runs(line, length)}


def _is_uncased(word: str) -> bool:
    return word.isalpha() and not (word.islower() or word.isupper())


def _merged(draft: _Draft, starts: Iterable[int], length: int) -> Iterator[Span]:
    """Overlapping runs of `length` words as one span each."""
    first = last = -1
    for at in starts:
        if last >= 0 and at > last + 1:
            yield draft.tokens[first].start, draft.tokens[last].end
            first = -1
        first, last = (at if first < 0 else first), at + length - 1
    if last >= 0:
        yield draft.tokens[first].start, draft.tokens[last].end


def _phrases(draft: _Draft, report: _Report, told: _Told) -> Iterator[Span]:
    hits = {run for run in report.phrases - told.phrases if not told.free.issuperset(run)}
    starts = [at for at, run in enumerate(_runs(draft.words, PHRASE_WORDS)) if run in hits]
    return _merged(draft, starts, PHRASE_WORDS)


def _uncased(
    draft: _Draft, report: _Report, told: _Told, phrases: Sequence[Span]
) -> Iterator[Span]:
    hits = {run for run in report.uncased - told.uncased if not told.free.issuperset(run)}
    starts = [at for at, run in enumerate(_runs(draft.words, UNCASED_NAME_WORDS)) if run in hits]
    for start, end in _merged(draft, starts, UNCASED_NAME_WORDS):
        if not any(left <= start and end <= right for left, right in phrases):
            yield start, end


def _names(draft: _Draft, report: _Report, told: _Told) -> Iterator[Span]:
    named = {at for at in range(len(draft.tokens)) if _is_name(draft, report, told, at)}
    for at, pair in enumerate(pairwise(draft.words)):
        if (
            pair in report.pairs
            and pair not in told.pairs
            and all(map(draft.is_capital, (at, at + 1)))
            and draft.is_joined(at)
            and not told.free.issuperset(pair)
        ):
            named |= {at, at + 1} if not _COMMON.intersection(pair) else set()
    first = None
    for at in sorted(named):
        first = at if first is None else first
        if at + 1 not in named or not draft.is_joined(at):
            yield draft.tokens[first].start, draft.tokens[at].end
            first = None


def _is_name(draft: _Draft, report: _Report, told: _Told, at: int) -> bool:
    word = draft.words[at]
    return (
        len(word) > 1
        and word in report.vocabulary
        and word not in told.words
        and word not in _COMMON
        and draft.is_capital(at)
        and not (draft.is_plain_capital(at) and word in report.ordinary)
    )


_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?: \d+)*")


def _figure(digits: str) -> str:
    return digits.replace(" ", "").lstrip("0")


class _Numbers:
    """The digit groups of a folded text, alone and in runs, without leading zeros."""

    def __init__(self, folded: str) -> None:
        self.groups = {_figure(group) for group in _DIGITS.findall(folded)}
        self.runs = {_figure(run) for run in _NUMBER.findall(folded)}
        self._local = {run[-PHONE_DIGITS:] for run in self.runs if len(run) >= PHONE_DIGITS}

    def holds(self, figure: str) -> bool:
        if len(figure) >= PHONE_DIGITS and figure[-PHONE_DIGITS:] in self._local:
            return True
        return len(figure) > 1 and (figure in self.runs or figure in self.groups)


def _numbers(draft: _Draft, report: _Report, told: _Told) -> Iterator[Span]:
    for run in draft.numbers:
        figure = _figure("".join(group.word for group in run))
        if report.numbers.holds(figure):
            all_told = all(_figure(one.word) in told.numbers.groups for one in run)
            if not told.numbers.holds(figure) and (len(figure) >= PHONE_DIGITS or not all_told):
                yield run[0].start, run[-1].end
            continue
        for group in run:
            figure = _figure(group.word)
            if report.numbers.holds(figure) and not told.numbers.holds(figure):
                yield group.start, group.end


def _is_plain(word: str) -> bool:
    return word.isdigit() or not any(map(str.isdigit, word))


def _marked(draft: _Draft, report: _Report, told: _Told) -> Iterator[Span]:
    """Plates and the like (B7), and single digits with the word beside them (gate 7)."""
    marks = {word for word in report.vocabulary - told.words if not _is_plain(word)}
    yield from ((token.start, token.end) for token in draft.tokens if token.word in marks)
    for at, pair in enumerate(pairwise(draft.words)):
        digits = [word for word in pair if word.isdigit()]
        if (
            list(map(len, digits)) == [1]
            and pair in report.pairs - told.pairs
            and not _COMMON.intersection(pair)
        ):
            yield draft.tokens[at].start, draft.tokens[at + 1].end


def _protected(draft: _Draft, protected: Iterable[str], told: _Told) -> Iterator[Span]:
    # By look finds foreign letters slipped in; by case finds a Greek name in capitals.
    for name in protected:
        for spelling in {tuple(words(name, fold)) for fold in (FOLD, BY_LOOK)}:
            parts = [part for part in spelling if len(part) >= PART_LETTERS]
            for folded in (draft.by_case, draft.by_look):
                yield from _whole(folded, spelling, is_loud=name.strip().isupper())
                for part in parts if len(spelling) > 1 else ():
                    yield from _part(folded, part, told) if part not in _GENERIC else ()


def _whole(folded: Folded, spelling: Sequence[str], *, is_loud: bool) -> Iterator[Span]:
    name = "".join(spelling)
    for tokens in folded.holding(name):
        start, end = tokens[0].start, tokens[-1].end
        if len(name) < 3 and is_loud and not folded.text[start:end].isupper():
            continue  # "US" is not "us"
        same_parts = _fills(name, tokens) and len(tokens) == len(spelling)
        if same_parts or len(name) >= LONG_NAME or _is_spaced_out(name, tokens):
            yield start, end
    if len(spelling) == 1:
        yield from ((token.start, token.end) for token in _inflected(folded, name))


def _part(folded: Folded, part: str, told: _Told) -> Iterator[Span]:
    runs = [tokens for tokens in folded.holding(part) if _is_spaced_out(part, tokens)]
    for tokens in [*runs, *([token] for token in _inflected(folded, part))]:
        if not all(token.word in told.words for token in tokens):
            yield tokens[0].start, tokens[-1].end


def _fills(name: str, tokens: Sequence[Token]) -> bool:
    return sum(len(token.word) for token in tokens) == len(name)


def _is_spaced_out(name: str, tokens: Sequence[Token]) -> bool:
    """One word, or set apart on purpose (P-e-t-r-o-v); "I ran" is not Iran."""
    is_one = len(tokens) == 1 or len(name) >= 6 or all(len(token.word) == 1 for token in tokens)
    return is_one and _fills(name, tokens)


def _inflected(folded: Folded, name: str) -> Iterator[Token]:
    if len(name) < INFLECTED_LETTERS:
        return
    stem = name[:-2] if len(name) >= INFLECTED_LETTERS + 2 else name
    for token in folded.tokens:
        fits = token.word.startswith(stem) and len(token.word) <= len(name) + 2
        if fits and not folded.text[token.start].islower():
            yield token
