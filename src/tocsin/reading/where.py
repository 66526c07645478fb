"""Places: towns and countries by their exact names, sites and events as the report names them.

Never a fuzzy match: a name is one that GeoNames has, letter for letter but for case and
accents, and stands where a place stands. It proposes, and says why.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import log10
from typing import NamedTuple

from tocsin.reading.times_words import lexicon
from tocsin.reading.where_names import LONGEST, WORD, Gazetteer, Town, folded, gazetteer, listed
from tocsin.reading.where_sites import Site, sites

_DATELINE = re.compile(
    r"^[ \t(]*(?:\[[^\]\n]{1,30}\][ \t]*)?(?P<place>[^\W\d_][^\n,()]{1,40})(?:,[^\n()]{1,45})?\s*"
    r"(?:\([^()\n]{1,60}\)\s*|\[[^\]\n]{1,60}\]\s*)*(?:--|—|–|-(?=\s))",
    re.M,
)
_SHOUTED = 0.6  # so many of the letters in capitals
_AT = listed(
    "in at near from outside inside around across toward towards to into through throughout "
    "en à dans depuis vers près desde hacia cerca в во из под около у біля з із до "
    "في من إلى قرب در از به"
)
_OF = listed("of de du del від")
_TITLES = listed("mr mrs ms dr president general colonel major captain judge minister saint")
_PERSONS_TOO = listed("jordan chad georgia")
_ENDINGS = (
    ("єві", "ів"),
    ("ові", "ів"),
    ("е", ""),
    ("е", "а"),
    ("ы", "а"),
    ("у", "а"),
    ("а", ""),
    ("и", "ь"),
    ("и", "я"),
    ("і", "а"),
    ("і", ""),
)
_MEAN_PLACE_ZH = frozenset("在从到于往赴自")
_GAP = re.compile(r"[ \t]?\n?[ \t]{0,4}|[-'’]|\. ?")
_LISTED = re.compile(r"(?:,|,?\s(?:and|or|et|y|e|и|та|і|ve|و))\s(?:in\s)?", re.I)
_BESIDE = re.compile(r"(?:['’]s)?,?\s(?:\w{1,8}\s(?:the\s|central\s|downtown\s)?)?")
_OPENING = frozenset(("", ".", "!", "?", "\n", "-"))
_TOWN_WORDS = listed("city town village port municipality ciudad ville pueblo")
_HAN = re.compile(r"[一-鿿]+")


class PlaceKind(StrEnum):
    COUNTRY = "country"
    REGION = "region"
    TOWN = "town"
    SITE = "site"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Characters `start` to `end` name a place; `why` says what speaks for it.

    `country` is an ISO 3166 code, empty where it is not known. Coordinates (degrees, WGS 84)
    and the number in GeoNames are those of towns alone.
    """

    start: int
    end: int
    words: str
    what: PlaceKind
    name: str
    country: str
    latitude: float | None = None
    longitude: float | None = None
    geoname_id: int | None = None
    why: tuple[str, ...] = ()


class _Word(NamedTuple):
    start: int
    end: int
    key: str
    capital: bool


@dataclass(slots=True)
class _Context:
    """What speaks for one country or another."""

    named: set[str] = field(default_factory=set)
    dateline: str = ""

    def because(self, country: str) -> list[str]:
        if country == self.dateline:
            return ["the dateline's country"]
        return ["its country is named"] if country in self.named else []

    def worth(self, town: Town) -> float:
        """Two powers of ten in inhabitants for a country that the text names."""
        near = (town.country in self.named) + (town.country == self.dateline)
        return log10(town.population + 1) + 2.0 * near


def read_places(
    text: str, *, language: str = "en", names: Gazetteer | None = None
) -> tuple[Place, ...]:
    """Every place in the order of the text, none overlapping; time is linear in the text."""
    return tuple(_Reading(text, language, names or gazetteer()).places())


class _Reading:
    def __init__(self, text: str, language: str, names: Gazetteer) -> None:
        self.text, self.language, self.names = text, language, names
        letters = [sign for sign in text[:4000] if sign.isalpha()]
        capitals = sum(map(str.isupper, letters))
        self.shouted = len(letters) > 20 and capitals > _SHOUTED * len(letters)
        self.context = _Context()
        self.last = -1  # past the last word of the place accepted last
        dateline = _DATELINE.search(text[:400])
        self.dateline = dateline.span("place") if dateline else (-1, -1)

    def places(self) -> Iterator[Place]:
        words = self._words()
        held = _apart(sites(self.text, self.language, shouted=self.shouted))
        inside = _covered(held, len(self.text))
        found = [*self._named(words, inside), *self._han(inside)]
        # "U.S." qualifies half the nouns of a wire story; in capitals it cannot be told apart.
        self.context.named |= {code for _, _, _, code in found if code} - {"US" * self.shouted}
        self._read_dateline(found, words)
        places = []
        for one in found:
            if (place := self._judged(words, *one)) is not None:
                places.append(place)
                self.last = one[1]
        yield from sorted([*places, *self._sites(held, places)], key=lambda place: place.start)

    def _words(self) -> list[_Word]:
        known: dict[str, str] = {}
        words = []
        for match in WORD.finditer(self.text):
            word = match[0]
            if (key := known.get(word)) is None:
                key = known[word] = folded(word)
            words.append(_Word(match.start(), match.end(), key, not word[0].islower()))
        return words

    def _named(
        self, words: Sequence[_Word], inside: bytearray
    ) -> Iterator[tuple[int, int, str, str]]:
        """First and past word, key, and the country if it is one; the longest name wins."""
        free = 0
        for first, word in enumerate(words):
            reach = self.names.first_words.get(word.key, 0)
            if first < free or not word.capital or inside[word.start] or _HAN.match(word.key):
                continue
            for past in range(min(first + min(reach, LONGEST), len(words)), first, -1):
                if inside[words[past - 1].start] or not self._is_one_name(words, first, past):
                    continue
                key = " ".join(one.key for one in words[first:past])
                if (
                    key in self.names.countries
                    or key in self.names.names
                    or key in self.names.regions
                ):
                    yield first, past, key, self._country(words, first, past, key)
                    free = past
                    break
            else:
                if self.language in {"ru", "uk"} and (key := self._uninflected(words, first)):
                    yield first, first + 1, key, self.names.countries.get(key, "")

    def _is_one_name(self, words: Sequence[_Word], first: int, past: int) -> bool:
        return words[past - 1].capital and all(
            _GAP.fullmatch(self.text, words[n].end, words[n + 1].start)
            for n in range(first, past - 1)
        )

    def _country(self, words: Sequence[_Word], first: int, past: int, key: str) -> str:
        if key in _PERSONS_TOO and self._is_in_a_name(words, first, past):
            return ""
        return self.names.countries.get(key, "")

    def _uninflected(self, words: Sequence[_Word], first: int) -> str:
        """A Russian or Ukrainian name after a preposition, in the nominative; or nothing."""
        if not first or words[first - 1].key not in _AT:
            return ""
        key = words[first].key
        for ending, nominative in _ENDINGS:
            plain = key[: -len(ending)] + nominative
            if key.endswith(ending) and len(plain) > 3:
                if plain in self.names.countries:
                    return plain
                if self._largest(plain) > 100_000:
                    return plain
        return ""

    def _largest(self, key: str) -> int:
        return max(
            (self.names.towns[n].population for n in self.names.names.get(key, ())), default=0
        )

    def _han(self, inside: bytearray) -> Iterator[tuple[int, int, str, str]]:
        """Chinese names, which no space sets apart: by character, as negative places."""
        for run in _HAN.finditer(self.text):
            free = run.start()
            for start in range(run.start(), run.end()):
                if start < free or inside[start]:
                    continue
                for end in range(min(start + 6, run.end()), start + 1, -1):
                    key = self.text[start:end]
                    country = self.names.countries.get(key, "")
                    led = self.text[start - 1 : start] in _MEAN_PLACE_ZH
                    if country or (self._largest(key) > (50_000 if led else 1_000_000)):
                        yield -start - 1, -end - 1, key, country
                        free = end
                        break

    def _read_dateline(
        self, found: Sequence[tuple[int, int, str, str]], words: Sequence[_Word]
    ) -> None:
        for first, past, key, country in found:
            start, _ = self._span(words, first, past)
            if self.dateline[0] <= start < self.dateline[1]:
                town = self._best(key)
                self.context.dateline = country or (town.country if town else "")
                return

    def _best(self, key: str, country: str = "", region: str = "") -> Town | None:
        towns = [self.names.towns[n] for n in self.names.names.get(key, ())]
        if country:
            towns = [t for t in towns if t.country == country and region in {"", t.region}]
        return max(towns, key=self.context.worth, default=None)

    def _judged(
        self, words: Sequence[_Word], first: int, past: int, key: str, country: str
    ) -> Place | None:
        start, end = self._span(words, first, past)
        place = Place(
            start=start,
            end=end,
            words=self.text[start:end],
            what=PlaceKind.COUNTRY,
            name=self.text[start:end],
            country=country,
            why=("a country's name",),
        )
        if country:
            return place
        if key in self.names.regions and not self._best(key, "US"):
            why = ("a state's name",)
            return replace(place, what=PlaceKind.REGION, country="US", why=why)
        return self._town(words, first, past, key, place)

    def _town(
        self, words: Sequence[_Word], first: int, past: int, key: str, place: Place
    ) -> Place | None:
        after, region = ("", "") if first < 0 else self._told_after(words, past)
        town = self._best(key, after, region) or self._best(key)
        if town is None:
            return None
        told = bool(after) and town.country == after
        why = self._why(words, first, past, key, town, told)
        if not why:
            return None
        return replace(
            place,
            what=PlaceKind.TOWN,
            name=town.name,
            country=town.country,
            latitude=town.latitude,
            longitude=town.longitude,
            geoname_id=town.geoname_id,
            why=why,
        )

    def _why(
        self, words: Sequence[_Word], first: int, past: int, key: str, town: Town, told: bool
    ) -> tuple[str, ...]:
        """What speaks for the town; nothing where that is not enough."""
        because = self.context.because(town.country)
        near = bool(because)
        if first < 0:
            return ("an exact name", *because)
        start, _ = self._span(words, first, past)
        if self.dateline[0] <= start < self.dateline[1]:
            return ("the dateline", *because)
        if told:
            return ("its country or state follows", *because)
        if self._is_a_time(key) or (not self.shouted and self._is_in_a_name(words, first, past)):
            return ()
        before = self._word_before(words, first)
        led = before in _AT or self._goes_on(words, first)
        own = folded(town.name) == key
        doubtful = self.shouted or self._opens(start)
        large = town.population >= (1_000_000 if doubtful else 300_000)
        if led and (near or large or (not self.shouted and (own or town.population > 50_000))):
            return (f"after “{before}”", *because)
        if before in _OF and own and (near or large or words[first - 2].key in _TOWN_WORDS):
            return (f"after “{before}”", *because)
        if own and near and self.shouted and town.population > 100_000:
            return ("a town's own name", *because)
        if not self.shouted and own and (large or (near and len(key) > 4)):
            return ("a large town's name" if large else "a town's own name", *because)
        return ()

    def _word_before(self, words: Sequence[_Word], first: int) -> str:
        if not first or words[first].start - words[first - 1].end > 5:
            return ""
        gap = self.text[words[first - 1].end : words[first].start]
        return "" if gap.strip(' \n\t"“«') else words[first - 1].key

    def _goes_on(self, words: Sequence[_Word], first: int) -> bool:
        """Whether a list of towns goes on: "in Lima, Cali and Quito"."""
        if self.last < 0:
            return False
        gap = self.text[words[self.last - 1].end : words[first].start]
        return bool(_LISTED.fullmatch(gap))

    def _is_a_time(self, key: str) -> bool:
        """March is a town in Cambridgeshire, too."""
        return lexicon(self.language).words.get(key, ("", None))[0] in set("MmWSsUVKDHZQ")

    def _is_in_a_name(self, words: Sequence[_Word], first: int, past: int) -> bool:
        """Whether a capitalised word stands right beside: "Santiago Perez", "Mr Santiago"."""
        after = self.text[words[past - 1].end : words[past].start + 1] if past < len(words) else ""
        if after[:1] == " " and after[1:].isupper():
            return True
        if not first or self.text[words[first - 1].end : words[first].start] not in {" ", ". "}:
            return False
        before = words[first - 1]
        if before.key in _TITLES:
            return True
        named = self.text[before.start].isupper() and before.key not in _AT
        return named and not self._opens(before.start)

    def _opens(self, start: int) -> bool:
        """Whether a sentence begins there, where any word has a capital."""
        return self.text[max(0, start - 9) : start].rstrip("\"“'( ")[-1:] in _OPENING

    def _told_after(self, words: Sequence[_Word], past: int) -> tuple[str, str]:
        """The country or state that follows a comma or stands in brackets."""
        gap = self.text[words[past - 1].end : words[past].start] if past < len(words) else ""
        if gap.strip() not in {",", "("}:
            return "", ""
        for length in (4, 3, 2, 1):
            key = " ".join(word.key for word in words[past : past + length])
            if country := self.names.countries.get(key):
                return country, ""
            if region := self.names.regions.get(key):
                return "US", region
        return "", ""

    def _sites(self, held: Sequence[Site], places: Sequence[Place]) -> Iterator[Place]:
        towns = [place for place in places if place.what in {PlaceKind.TOWN, PlaceKind.COUNTRY}]
        at = 0
        for site in held:
            while at < len(towns) and towns[at].start < site.end:
                at += 1
            following = towns[at] if at < len(towns) else None
            gap = self.text[site.end : following.start][:30] if following else "."
            close = following is not None and bool(_BESIDE.fullmatch(gap))
            words = self.text[site.start : site.end]
            yield Place(
                start=site.start,
                end=site.end,
                words=words,
                what=PlaceKind.EVENT if site.event else PlaceKind.SITE,
                name=re.sub(r"\s+", " ", words),
                country=following.country if following and close else "",
                why=(
                    f"named with “{site.head}”",
                    *([f"in {following.name}"] if following and close else []),
                ),
            )

    def _span(self, words: Sequence[_Word], first: int, past: int) -> tuple[int, int]:
        if first < 0:
            return -first - 1, -past - 1
        return words[first].start, words[past - 1].end


def _apart(found: Iterator[Site]) -> list[Site]:
    """Without those that overlap one before."""
    kept: list[Site] = []
    for site in found:
        if not kept or site.start >= kept[-1].end:
            kept.append(site)
    return kept


def _covered(held: Sequence[Site], length: int) -> bytearray:
    covered = bytearray(length + 1)
    for site in held:
        covered[site.start : site.end] = b"\1" * (site.end - site.start)
    return covered
