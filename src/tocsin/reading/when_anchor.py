"""From which day a time expression counts: the document's, the dateline's, that of the speech
it reports, or the day told just before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tocsin.reading.times import At
from tocsin.reading.times_words import Tokens

_REACH = 40  # tokens: how far a date and a verb of speech can stand apart, and a cue of tense
_NEAR = 15  # tokens: how far a word that looks ahead bears on a time
_CARRY = 3  # sentences after one whose speech is dated
_OPEN, _CLOSE = frozenset("“«„「『"), frozenset("”»‟」』")
_VERB = re.compile("[QTΘ]")
_AGENCY = re.compile(r"\s*(?:\([^()\n]{1,60}\)\s*|\[[^\]\n]{1,60}\]\s*)*(?:--|—|–|-\s|-$|:|/)")
# What follows a date that stands at the very top, with its year, where no dash and no agency does.
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADING = re.compile(r"[ \t]*(?:\.(?=\s|\Z)|\n|\Z)")
_PLACE = re.compile(r"[^\W\d_][^\n,]{0,60}(?:,[^\n,]{1,40})?[,.]?\s*\Z")


class AnchorKind(StrEnum):
    DOCUMENT = "document"
    DATELINE = "dateline"
    SPEECH = "speech"
    NARRATIVE = "narrative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The day from which an expression counts, and where the text says so.

    `moment` is the start of that day unless `exact`; `start` and `end` are characters, None for
    the date that came with the document.
    """

    kind: AnchorKind
    moment: datetime
    exact: bool = False
    start: int | None = None
    end: int | None = None

    @property
    def at(self) -> At:
        return At(self.moment, self.exact)


@dataclass(frozen=True, slots=True)
class Found:
    """One match of the grammar: its rule and its tokens."""

    rule: str
    first: int
    past: int


@dataclass(frozen=True, slots=True)
class Speech:
    """From token `first` to `past`, what is said counts from the day that `date` tells.

    Quotation marks, and the rest of the sentence after the verb, are such stretches.
    """

    first: int
    past: int
    date: int
    quoted: bool


def is_dateline(text: str, start: int, end: int) -> bool:
    """Whether a date at the top is the text's own: between a place and a dash, or its heading."""
    if start > 400:
        return False
    if _is_heading(text, start, end):
        return True
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start].strip()
    return (
        bool(before)
        and before.lstrip("[(*-/ ")[:1].isupper()
        and bool(_PLACE.search(text[max(line, start - 110) : start]))
        and bool(_AGENCY.match(text[end : end + 140]))
    )


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether a date with its year is all that the text begins with, but for a place."""
    before = text[:start].strip()
    return (
        (not before or bool(_PLACE.fullmatch(text[:start].lstrip())))
        and _YEAR.search(text, start, end) is not None
        and _HEADING.match(text, end) is not None
    )


def sentences(text: str, tokens: Tokens) -> list[int]:
    """The tokens at which sentences begin, and the number of tokens."""
    begins = [0]
    for mark in re.finditer(r"[.!¶]+Ω?", tokens.classes):
        last, past = mark.end() - 1, mark.end()
        if past == len(tokens.starts):
            break
        if "." not in mark[0] or "!" in mark[0] or "¶" in mark[0] or _ends(text, tokens, last):
            begins.append(past)
    return [*begins, len(tokens.starts)]


def _ends(text: str, tokens: Tokens, dot: int) -> bool:
    """A full stop ends a sentence before a space and anything but a small letter or a figure."""
    gap = text[tokens.ends[dot] : tokens.starts[dot + 1]]
    following = text[tokens.starts[dot + 1]]
    if not gap.strip(" \t\r\n\"'(["):
        before = text[tokens.starts[dot - 1] : tokens.ends[dot - 1]] if dot else ""
        short = len(before) <= 2 and before[:1].isupper()
        known = dot and tokens.classes[dot - 1] in "M7"
        upper = following.isupper() or not following.islower()
        return bool(gap) and upper and not (short or known)
    return False


def quotes(text: str, tokens: Tokens) -> list[tuple[int, int]]:
    """The stretches in quotation marks, by token, marks included; none crosses a blank line
    unless the next paragraph opens with a mark too."""
    found: list[tuple[int, int]] = []
    opened = -1
    for mark in re.finditer("[Ω¶]", tokens.classes):
        place = mark.start()
        sign = text[tokens.starts[place]]
        if mark[0] == "¶":
            if opened >= 0:
                found.append((opened, place))
            opened = -1
        elif sign in _OPEN or (sign not in _CLOSE and opened < 0):
            opened = place if opened < 0 else opened
        elif opened >= 0:
            found.append((opened, place + 1))
            opened = -1
    return found


def tense(classes: str, first: int, past: int) -> int:
    """1 where the nearest word before (else after) looks ahead, -1 where it looks back, else 0."""
    before = classes[max(0, first - _REACH) : first]
    before = before[max(map(before.rfind, "!¶")) + 1 :]
    ahead, back = (
        max(before.rfind("Z"), before.rfind("Θ")),
        max(before.rfind("Q"), before.rfind("Ψ")),
    )
    if max(ahead, back) >= 0:
        return 1 if ahead > back else -1
    if before[-1:] == ">" and "F" not in before[-4:]:
        return 1
    cue = re.search("[ZQΨΘ]", re.split("[!¶.]", classes[past : past + _REACH // 2], maxsplit=1)[0])
    return 0 if cue is None else 1 if cue[0] in "ZΘ" else -1


def speeches(
    text: str, tokens: Tokens, found: Sequence[Found], days: Sequence[int]
) -> Iterator[Speech]:
    """Every stretch of reported speech whose day is told; `days` are those of `found` that
    name a day."""
    begins = sentences(text, tokens)
    quoted = quotes(text, tokens)
    inside = _covered(quoted, len(tokens.starts))
    dated: list[list[int]] = [[] for _ in begins]
    sentence_of = _sentence_numbers(begins)
    for number in days:
        if not inside[found[number].first]:
            dated[sentence_of[found[number].first]].append(number)
    told: tuple[int, int] | None = None  # the sentence whose speech was dated last, and its date
    quotes_of: dict[int, list[tuple[int, int]]] = {}
    for one in quoted:
        for number in {sentence_of[one[0]], sentence_of[one[1] - 1]}:
            quotes_of.setdefault(number, []).append(one)
    for number in range(len(begins) - 1):
        first, past = begins[number], begins[number + 1]
        verb = _VERB.search(tokens.classes, first, past)
        while verb and inside[verb.start()]:
            verb = _VERB.search(tokens.classes, verb.end(), past)
        if tokens.classes[first:past].startswith("¶"):
            told = None
        if not verb:
            continue
        date = _nearest(tokens.classes, found, dated[number], first, past)
        if date is not None:
            told = number, date
            begin = first if found[date].first > verb.start() else found[date].past
            yield Speech(begin, past, date, quoted=False)
        elif (
            told
            and number - told[0] <= _CARRY
            and _same_speaker(text, tokens, begins, number, told[0])
        ):
            yield Speech(first, past, told[1], quoted=False)
        else:
            continue
        for one in quotes_of.get(number, ()):
            yield Speech(*one, told[1], quoted=True)


def _nearest(
    classes: str, found: Sequence[Found], days: Sequence[int], first: int, past: int
) -> int | None:
    """The date that belongs to a verb of speech: just after one, else before the first."""
    verbs = [m.start() for m in _VERB.finditer(classes, first, past)][:20]
    for verb in verbs:
        for number in days[:20]:
            between = classes[verb + 1 : found[number].first]
            if (
                found[number].first > verb
                and len(between) <= 5
                and not re.search("[tΩ:Z>]", between)
            ):
                return number
    before = [n for n in days[:20] if found[n].past <= verbs[0] <= found[n].past + _REACH // 2]
    return before[-1] if before else None


def _same_speaker(text: str, tokens: Tokens, begins: Sequence[int], here: int, there: int) -> bool:
    """Whether a sentence opens with a pronoun, or with a noun of the dated sentence."""
    first = begins[here]
    opening = tokens.classes[first : first + 3].lstrip("Ω¶")
    if opening[:1] == "p" or opening[:2] in {"dT", "cT", "tT"}:
        return True
    if opening[:1] != "d" or first + 1 >= begins[here + 1]:
        return False
    place = first + tokens.classes[first : first + 3].index("d") + 1
    word = text[tokens.starts[place] : tokens.ends[place]].lower()
    old = range(begins[there], min(begins[there + 1], begins[there] + _REACH))
    return len(word) > 3 and any(
        text[tokens.starts[n] : tokens.ends[n]].lower() == word for n in old
    )


def _covered(spans: Sequence[tuple[int, int]], count: int) -> bytearray:
    covered = bytearray(count + 1)
    for first, past in spans:
        covered[first:past] = b"\1" * (past - first)
    return covered


def _sentence_numbers(begins: Sequence[int]) -> list[int]:
    numbers: list[int] = []
    for number in range(len(begins) - 1):
        numbers += [number] * (begins[number + 1] - begins[number])
    return [*numbers, max(len(begins) - 2, 0)]
