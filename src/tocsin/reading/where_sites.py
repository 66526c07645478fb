"""Sites and events as a report names them: capitalised words around a head such as "hall"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.reading.where_names import listed

# A head after its name, and heads that stand before it ("Hotel Aurora", "Embassy of France").
_HEADS = listed(
    "airport arena bank barracks base bazaar beach bridge building café cafe camp cathedral "
    "cemetery center centre church cinema clinic club college consulate courthouse court "
    "dormitory embassy farm garden gate hall harbor harbour headquarters hospital hotel house "
    "library mall mansion market monastery monument mosque museum office opera palace park "
    "pipeline plant plaza port prison refinery residence restaurant school shrine square stadium "
    "station substation supermarket synagogue temple terminal theater theatre tower tunnel "
    "university warehouse yard zoo"
)
_EVENTS = listed(
    "concert conference congress convention demonstration exhibition fair festival funeral gala "
    "marathon match parade pilgrimage procession rally summit tournament vigil wedding"
)
_BEFORE = {
    "en": "hotel embassy consulate university church cathedral bank port palace mount",
    "fr": "hôtel ambassade consulat université église cathédrale gare place aéroport stade théâtre "
    "marché mosquée synagogue école lycée hôpital pont musée prison salle festival concert",
    "es": "hotel embajada consulado universidad iglesia catedral estación plaza aeropuerto estadio "
    "teatro mercado mezquita sinagoga escuela hospital puente museo cárcel sala festival concierto",
    "ru": "театр стадион площадь вокзал рынок церковь мечеть синагога школа больница аэропорт "
    "гостиница посольство консульство университет концерт фестиваль",
    "uk": "театр стадіон площа вокзал ринок церква мечеть синагога школа лікарня аеропорт готель "
    "посольство консульство університет концерт фестиваль",
}
_CAP = r"(?:(?:[A-Z]\.){1,4}|(?:St|Mt)\.|[^\W\d_a-zà-öø-ÿа-яіїєґ][^\W_]*(?:[-'’][^\W\d_]+){0,4})"
_LINK = r"(?:of(?: the)?|de|del|la|las|los|el|da|du|des|al|and|for)"
_QUOTED = r"[\"“«][^\"“”«»\n]{2,40}[\"”»]"
_NAME = rf"(?:{_QUOTED}|{_CAP}(?:[ \t\n]{{1,2}}(?:{_LINK}[ \t\n]{{1,2}}){{0,2}}{_CAP}){{0,5}})"
_STOP = listed(
    "the a an in at on near of to from by for with and or but he she it they we i this that his "
    "her its their our was were is are had has have who which when while after before as"
)


@dataclass(frozen=True, slots=True)
class Site:
    start: int
    end: int
    event: bool
    head: str


def _pattern(language: str) -> re.Pattern[str]:
    heads = "|".join(sorted(_HEADS | _EVENTS))
    before = "|".join(_BEFORE.get(language, _BEFORE["en"]).split())
    after = (
        rf"(?P<named>{_NAME})[ \t\n]{{1,2}}(?:[a-z]{{3,12}}[ \t\n]{{1,2}})?(?P<head>(?i:{heads}))\b"
    )
    first = (
        rf"(?P<front>\b(?i:{before}))[ \t\n]{{1,2}}(?:{_LINK}[ \t\n]{{1,2}}){{0,2}}"
        rf"(?P<follows>{_QUOTED}|{_CAP}(?:[ \t\n]{_CAP}){{0,3}})"
    )
    return re.compile(rf"{first}|(?<![^\W_]){after}")


_PATTERNS: dict[str, re.Pattern[str]] = {}


def sites(text: str, language: str, *, shouted: bool) -> Iterator[Site]:
    """Sites and events; in a text all in capitals only the words next to the head."""
    if shouted:
        yield from _shouted(text)
        return
    pattern = _PATTERNS.get(language) or _PATTERNS.setdefault(language, _pattern(language))
    for match in pattern.finditer(text):
        head = (match["head"] or match["front"]).lower()
        start = match.start()
        while match["named"]:  # "The Crocus City Hall" is named without its article
            word = re.match(r"([^\W\d_]+)[ \t\n]+", text[start : match.end()])
            if not word or word[1].lower() not in _STOP:
                break
            start += word.end()
        name = text[start : match.end()]
        if name.lower() != head and name != name.lower():
            yield Site(start, match.end(), head in _EVENTS, head)


_SHOUTED = re.compile(rf"\b(?:{'|'.join(sorted(_HEADS | _EVENTS))})\b", re.I)
_TAIL = re.compile(rf"(?:{_QUOTED}[ \n]{{1,2}})?(?:[^\W\d_]+[- \n]{{1,2}}){{0,3}}\Z")
_FUNCTION = re.compile(
    r".*\b(?:THE|A|AN|IN|AT|ON|NEAR|OF|TO|FROM|BY|FOR|WITH|AND|OR|THAT|THIS|HIS|ITS|THEIR|WAS|WERE|IS"
    r"|HAD|WHO|WHICH|AFTER|BEFORE|AS|INTO|OUTSIDE|INSIDE|AGAINST|ATTACKED|BOMBED)\s+",
    re.S,
)


def _shouted(text: str) -> Iterator[Site]:
    for match in _SHOUTED.finditer(text):
        window = max(0, match.start() - 80)
        tail = _TAIL.search(text[window : match.start()])
        before = tail[0] if tail else ""
        cut = _FUNCTION.match(before)
        start = match.start() - len(before) + (cut.end() if cut else 0)
        if start < match.start():
            yield Site(start, match.end(), match[0].lower() in _EVENTS, match[0].lower())
