"""The names of watches as they are compared: which windows, which rows, and how probably."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import log
from threading import Lock

import numpy as np

from tocsin.casework.watchlist import MOST_FOUND, MOST_SIGNS, Asked, Hit
from tocsin.domain.folding import words
from tocsin.domain.sighting import Alike, alike
from tocsin.names import persons
from tocsin.names.births import Births
from tocsin.names.births import compare as compare_births
from tocsin.names.births_reading import read_births
from tocsin.names.forms import read_name
from tocsin.names.inflected import first_form
from tocsin.names.lexicon import Lexicon
from tocsin.names.matching import Matcher, Ready, probability, ready
from tocsin.names.native import Names as Runs
from tocsin.names.passages import Known
from tocsin.names.rarity import rarity
from tocsin.store.watches import Key, Watched

SURE = 0.8
"""From here on one word counts, where the other name has one word alone or is not all there."""
IN_TEXT = 0.6
"""From here on words of a text count, of which many are no name of anybody."""
RARE, NEVER = 9.0, 2.0
"""Nats of rarity from which a part of a longer name counts by itself."""
MOST_LIKE = 50
"""Names on watch that a row of a list is compared with, the likeliest by their keys."""
LONGEST_JOINED, SHORTEST_JOINED, MOST_WORDS = 4, 5, 24
"""Words that an identifier may be parted into, and characters below which it is not joined; words
of a whole name or identifier."""
WORTH = 0.05
"""So probable a name must be that dates of birth are looked for beside it."""
NEAR = 80
"""Characters around the word "born" in which a date is one of birth."""
_BORN = re.compile(
    r"\b(?:born|b\.|d\.?o\.?b|birth|geb(?:oren|\.)|né|née|nacid[oa]|naissance|doğum)|род(?:ил|\.|ж)|г\.\s?р|р\.\s?н"
    r"|народ|нар\.|مواليد|ولد|ولادة|تولد|متولد|پیدائش|出生|生于|生於|γενν|ծնվ|დაბად|נולד",
    re.I,
)


class Names:
    """Names are added and dropped while others ask."""

    def __init__(self) -> None:
        self._known = Known()
        self._laid = _Laid()
        self._raw: list[str] = []
        self._key: list[Key | None] = []
        self._of: dict[Key, list[int]] = {}
        self._births: dict[Key, Births] = {}
        self._whole = _Whole()
        self._identifiers = _Whole()

    def add(self, watched: Watched) -> None:
        key, numbers = watched.key, []
        self._births[key] = read_births(*watched.births)
        for raw in watched.names:
            name = read_name(raw)
            if name.tokens:  # with nothing to compare it is found whole alone
                self._raw.append(raw)
                self._key.append(key)
                numbers.append(self._known.add(name))
            self._whole.add(key, raw)
        for one in watched.identifiers:
            self._identifiers.add(key, one)
        self._of[key] = numbers

    def drop(self, key: Key) -> None:
        for number in self._of.pop(key, ()):
            self._key[number] = None
        self._births.pop(key, None)
        self._whole.drop(key)
        self._identifiers.drop(key)

    def read(self, text: str) -> list[Hit]:
        """Whoever may be named in a running text, in no order."""
        spans = self._known.spans(text, MOST_SIGNS)[:, :3].tolist()
        whole = len(spans)  # as it stands there; and after these as a register may hold it
        spans += [one for one in spans if first_form(said := text[one[1] : one[2]]) != said]
        pairs = [(number, text[start:end]) for number, start, end in spans[:whole]]
        pairs += [(number, first_form(text[start:end])) for number, start, end in spans[whole:]]
        found: defaultdict[Key, list[Alike]] = defaultdict(list)
        for at, likely in self._likely(pairs):
            (number, start, end), said = spans[at], pairs[at][1]
            key = self._key[number]
            if key is None:
                continue
            born = _born_near(text, start, end) if self._born(key).dates else ""
            both = self._with_births(number, said, likely, read_births(born)) if born else likely
            # Dates beside a name may be somebody else's: they raise what the name says, and rank.
            if max(likely, both) >= max(IN_TEXT, self._from(number, said)):
                words_there = text[start:end]
                found[key].append(alike(self._raw[number], words_there, both, start, end, born))
        folded = words(text)
        for key, raw in self._whole.found(folded):
            if not any(one.watched == raw for one in found[key]):
                found[key].append(alike(raw, raw, SURE))  # letter by letter it counts in any case
        return _hits(found, self._identifiers.found(folded))

    def search(self, rows: Sequence[Asked]) -> list[list[Hit]]:
        """Whoever may be meant by each row of a list, in no order."""
        asked: list[tuple[int, str]] = []
        of: list[int] = []
        for place, row in enumerate(rows):
            numbers = self._known.like(read_name(row.name), MOST_LIKE)
            asked += [(number, row.name) for number in numbers]
            of += [place] * len(numbers)
        found: list[defaultdict[Key, list[Alike]]] = [defaultdict(list) for _ in rows]
        for at, likely in self._likely(asked):
            (number, said), place = asked[at], of[at]
            key, births = self._key[number], rows[place].births
            if key is None:
                continue
            both = (
                self._with_births(number, said, likely, read_births(births)) if births else likely
            )
            if both >= self._from(number, said):
                found[place][key].append(alike(self._raw[number], said, both, born=births))
        return [
            _hits(names, self._identifiers.given(row.identifiers))
            for names, row in zip(found, rows, strict=True)
        ]

    def _likely(self, pairs: Sequence[tuple[int, str]]) -> Iterator[tuple[int, float]]:
        """Which names on watch and what was found may be one person's, how probably, by names
        alone: of pairs whose watch has ended, and that are not WORTH it, nothing."""
        kept = [at for at, (number, _) in enumerate(pairs) if self._key[number]]
        if not kept:
            return
        saids: dict[str, int] = {}
        others = np.array([saids.setdefault(pairs[at][1], len(saids)) for at in kept], np.int32)
        ones = np.array([pairs[at][0] for at in kept], np.int32)
        watched, found = self._laid.ready(self._raw), ready([read_name(one) for one in saids])
        order = np.argsort(ones, kind="stable")
        odds = np.empty(len(kept), np.float32)
        odds[order] = Matcher.load().odds(watched, ones[order], found, others[order])
        for at in np.flatnonzero(odds >= log(WORTH / (1 - WORTH))).tolist():
            yield kept[at], probability(float(odds[at]))

    def _born(self, key: Key) -> Births:
        return self._births.get(key, Births())

    def _with_births(self, number: int, said: str, likely: float, born: Births) -> float:
        key = self._key[number]
        evidence = compare_births(self._born(key) if key else Births(), born)
        if not evidence.pairs:
            return likely
        match = Matcher.load().compare(read_name(self._raw[number]), read_name(said))
        rarity = sum(part.rarity for part in match.parts)
        return persons.combined(likely, evidence, rarity_of_shared_parts=rarity)

    def _from(self, number: int, said: str) -> float:
        """How probable it must be: one word alone says less than its likeness."""
        watched, found = _told(self._raw[number]), _told(said)
        if len(found) < 2 <= len(watched) and not any(rarity(one) >= RARE for one in found):
            return NEVER
        return SURE if min(len(watched), len(found)) < 2 else Matcher.load().threshold


class _Laid:
    """Names laid out for the matcher, each once, however often it is compared."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lexicon = Lexicon()
        self._begin, self._word, self._kind = array("i", [0]), array("i"), bytearray()
        self._ready = ready(())

    def ready(self, raw: Sequence[str]) -> Ready:
        """All of them, of which more come at the end alone."""
        with self._lock:
            done = len(self._begin) - 1
            if done < len(raw):
                new = self._lexicon.names([read_name(one) for one in raw[done:]])
                self._begin.extend((new.begin[1:] + len(self._word)).tolist())
                self._word.extend(new.word.tolist())
                self._kind += new.kind.tobytes()
                runs = Runs(
                    np.array(self._begin, np.int32),
                    np.array(self._word, np.int32),
                    np.frombuffer(bytes(self._kind), np.uint8),
                )
                self._ready = Ready(words=self._lexicon.words(), names=runs)
            return self._ready


class _Whole:
    """Texts that are found whole: folded, by whole words, parted otherwise or not."""

    def __init__(self) -> None:
        self._spaced: defaultdict[str, dict[tuple[Key, str], None]] = defaultdict(dict)
        self._joined: defaultdict[str, dict[tuple[Key, str], None]] = defaultdict(dict)
        self._begins: set[str] = set()
        self._of: defaultdict[Key, list[str]] = defaultdict(list)

    def add(self, key: Key, raw: str) -> None:
        parts = words(raw)[:MOST_WORDS]
        if not parts:
            return
        spaced, joined = " ".join(parts), "".join(parts)
        self._of[key].append(raw)
        self._spaced[spaced][key, raw] = None
        self._begins.add(parts[0])
        if len(joined) >= SHORTEST_JOINED and any(one.isdigit() for one in joined):
            self._joined[joined][key, raw] = None
            self._begins.update(joined[:at] for at in range(1, len(joined) + 1))

    def drop(self, key: Key) -> None:
        for raw in self._of.pop(key, ()):
            parts = words(raw)[:MOST_WORDS]
            self._spaced[" ".join(parts)].pop((key, raw), None)
            self._joined["".join(parts)].pop((key, raw), None)

    def found(self, folded: Sequence[str]) -> list[tuple[Key, str]]:
        """Which of these stand in the words of a text, each once."""
        found: dict[tuple[Key, str], None] = {}
        for at, word in enumerate(folded) if self._begins else ():
            if word not in self._begins:
                continue
            for size in range(1, MOST_WORDS + 1):
                some = folded[at : at + size]
                if len(some) < size:
                    break
                found |= self._spaced.get(" ".join(some), {})
                if size <= LONGEST_JOINED:
                    found |= self._joined.get("".join(some), {})
        return list(found)

    def given(self, texts: Sequence[str]) -> list[tuple[Key, str]]:
        """Which of these are given, each by itself and whole."""
        found: dict[tuple[Key, str], None] = {}
        for parts in map(words, texts):
            found |= self._spaced.get(" ".join(parts), {}) | self._joined.get("".join(parts), {})
        return list(found)


@lru_cache(maxsize=20_000)
def _told(raw: str) -> list[str]:
    tokens = read_name(raw).tokens
    return [one.forms[0] for one in tokens if one.kind not in ("title", "particle")]


def _hits(found: Mapping[Key, Sequence[Alike]], identified: Sequence[tuple[Key, str]]) -> list[Hit]:
    beside: defaultdict[Key, list[str]] = defaultdict(list)
    for key, raw in identified:
        beside[key].append(raw)
    hits = []
    for key in dict.fromkeys([*found, *beside]):
        best = tuple(_apart(found.get(key, ())))[:MOST_FOUND]
        likely = 1.0 if beside[key] else max((one.probability for one in best), default=0.0)
        if best or beside[key]:
            hits.append(
                Hit(
                    case_id=key[0],
                    watch_id=key[1],
                    found=best,
                    identifiers=tuple(beside[key]),
                    probability=likely,
                )
            )
    return hits


def _apart(found: Sequence[Alike]) -> Iterator[Alike]:
    """The likeliest, and no other that stands over the same words or is the same elsewhere."""
    kept: list[Alike] = []
    for one in sorted(found, key=lambda one: (-one.millionths, one.start, one.start - one.end)):
        same = (
            other.found == one.found or (one.start < other.end and other.start < one.end)
            for other in kept
        )
        if not any(same):
            kept.append(one)
            yield one


def _born_near(text: str, start: int, end: int) -> str:
    """Dates of birth that stand beside a name: those by a word that says so, in its sentence."""
    before = max(text.rfind(sign, max(0, start - NEAR), start) for sign in "\n;!?")
    left = max(0, start - NEAR, before + 1)
    right = min((at for sign in "\n;!?" if (at := text.find(sign, end)) >= 0), default=len(text))
    near = text[left : min(right, end + NEAR)]
    said = _BORN.search(near)
    return near[max(0, said.start() - 30) : said.end() + 40].strip() if said else ""
