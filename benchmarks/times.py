"""How well and how fast times and places are read.

`python -m benchmarks.times [MUC4_FOLDER]`: with a folder that holds MUC-4's dev.jsonl also how
many of the dates and towns of its key are among those read (dev alone; the folder is never
copied). The sentences of our own were used to mend the reader, the second set was first scored
unseen: neither is a claim. dateparser and parsedatetime are measured where they are installed.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.scale import FULL, Scale
from benchmarks.table import Row, median, shown
from tests.reading.test_when_gold import GOLD, UNSEEN, WRITTEN, sentences
from tocsin.reading.when import TimeExpression, read_times
from tocsin.reading.where import PlaceKind, read_places
from tocsin.reading.where_names import folded, gazetteer

SPEED_AIM = 50_000  # words a second on one core
_MONTHS = {
    m: n
    for n, m in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
Span = tuple[int, int, str]
Finder = Callable[[str], Sequence[Span]]


def measure(scale: Scale, folder: Path | None = None) -> Iterator[Row]:
    """Words a second beside a bare tokeniser; F1 on our own sentences; coverage of MUC-4's key."""
    documents = _muc(folder) if folder else []
    texts = [one["text"] for one in documents] or ["\n".join(line for line, _ in _own())] * 40
    baseline = _words_a_second(texts, lambda text: re.findall(r"\w+|[^\w\s]", text), scale.rounds)
    gazetteer()
    for what, read in (("times", read_times), ("places", read_places)):
        speed = _words_a_second(texts, read, scale.rounds)
        yield Row(
            benchmark="times",
            what=f"{what} read",
            value=speed,
            unit="words/s",
            beside="bare regex tokens",
            baseline=baseline,
            aim=f"{SPEED_AIM:,} words/s" if what == "times" else "",
            met=speed >= SPEED_AIM if what == "times" else None,
        )
    yield from _own_rows()
    yield from _muc_rows(documents)


def _own() -> list[tuple[str, list[tuple[int, str, str]]]]:
    return [*sentences(GOLD["en"]), *sentences(UNSEEN)]


def _words_a_second(texts: Sequence[str], read: Callable[[str], object], rounds: int) -> float:
    words = sum(len(text.split()) for text in texts)
    took = []
    for _ in range(max(rounds // 3, 1)):
        began = time.process_time()
        for text in texts:
            read(text)
        took.append(time.process_time() - began)
    return words / median(took)


def _own_rows() -> Iterator[Row]:
    peers = dict(_peers())
    for name, told in (("second English set", sentences(UNSEEN)), ("first", sentences(GOLD["en"]))):
        ours = _f1(told, _ours)
        for peer, find in peers.items() or [("", None)]:
            theirs = _f1(told, find) if find else (None, None)
            for metric, value, other in zip(("relaxed", "value"), ours, theirs, strict=True):
                yield Row(
                    benchmark="times",
                    what=f"{metric} F1, {name}",
                    value=value or 0.0,
                    unit="",
                    beside=peer,
                    baseline=other,
                )


def _ours(text: str) -> list[Span]:
    return [(t.start, t.end, t.value) for t in read_times(text, written=WRITTEN)]


def _peers() -> Iterator[tuple[str, Finder]]:
    """Those that happen to be installed; they know days and hours, no weeks or durations."""
    relative = datetime.combine(WRITTEN, datetime.min.time())
    if search := _installed("dateparser.search"):

        def dateparser(text: str) -> list[Span]:
            settings = {"RELATIVE_BASE": relative}
            found = search.search_dates(text, languages=["en"], settings=settings) or []
            return _located(text, [(words, when) for words, when, *_ in found])

        yield "dateparser", dateparser
    if module := _installed("parsedatetime"):
        calendar = module.Calendar()

        def parsedatetime(text: str) -> list[Span]:
            found = calendar.nlp(text, sourceTime=relative) or ()
            return [(first, past, f"{when:%Y-%m-%d}") for when, _, first, past, _ in found]

        yield "parsedatetime", parsedatetime


def _installed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


def _located(text: str, found: Sequence[tuple[str, datetime]]) -> list[Span]:
    spans, at = [], 0
    for words, when in found:
        at = max(text.find(words, at), 0)
        spans.append((at, at + len(words), f"{when:%Y-%m-%d}"))
    return spans


def _f1(
    told: Sequence[tuple[str, list[tuple[int, str, str]]]], find: Finder
) -> tuple[float, float]:
    """Relaxed F1 (spans overlap), and that of spans whose value is right too."""
    gold = read = over = right = 0
    for text, times in told:
        found = find(text)
        gold, read = gold + len(times), read + len(found)
        for start, words, value in times:
            hits = [v for first, past, v in found if first < start + len(words) and start < past]
            over, right = over + bool(hits), right + (value in hits)
    return 2 * over / (gold + read), 2 * right / (gold + read)


def _muc(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "dev.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _muc_rows(documents: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """Of the key's dates and towns, how many are among those read: recall, and nothing more."""
    counts: dict[str, list[bool]] = {"days": [], "stretches": [], "towns": []}
    top: dict[str, list[bool]] = {"days": [], "stretches": []}
    for one in documents:
        times = read_times(one["text"])
        towns = {
            (folded(name), place.country)
            for place in read_places(one["text"])
            if place.what is PlaceKind.TOWN
            for name in (place.name, place.words)
        }
        for template in one["key_templates"]:
            dates = _key_dates(template.get("incident_date", ""))
            if dates:
                kind = "days" if dates[0][0] == dates[0][1] else "stretches"
                counts[kind].append(any(_is_told(first, last, times) for first, last in dates))
                top[kind].append(any(_is_told(first, last, times[:1]) for first, last in dates))
        keys = {
            town
            for t in one["key_templates"]
            for town in _key_towns(t.get("incident_location", ""))
        }
        counts["towns"] += [key in towns for key in sorted(keys)]
    for kind, hits in counts.items():
        if hits:
            yield Row(
                benchmark="times",
                what=f"MUC-4 dev, {kind} of the key that are read ({len(hits)})",
                value=sum(hits) / len(hits),
                unit="",
                beside="the dateline's day" if kind in top else "",
                baseline=sum(top[kind]) / len(hits) if kind in top else None,
            )


def _key_dates(key: str) -> list[tuple[date, date]]:
    """Each alternative of a key that tells both ends; "- 04 FEB 90" tells one alone."""
    found = []
    for alternative in key.split("/"):
        plain = alternative.strip(" ()?")
        days = [day for part in plain.split(" - ") if (day := _key_day(part))]
        if days and not plain.startswith("-"):
            found.append((days[0], days[-1]))
    return found


def _key_day(text: str) -> date | None:
    parts = re.fullmatch(r"\s*(\d\d) ([A-Z]{3}) (\d\d)\s*", text)
    if not parts or parts[2] not in _MONTHS:
        return None
    return date(1900 + int(parts[3]), _MONTHS[parts[2]], int(parts[1]))


def _is_told(first: date, last: date, times: Sequence[TimeExpression]) -> bool:
    """Whether some expression's interval is that day (with its night), or that stretch."""
    for one in times:
        if one.opens and one.closes and one.opens.date() == first:
            end = (one.closes - timedelta(seconds=1)).date()
            if end == last or (first == last and end <= first + timedelta(days=1)):
                return True
    return False


def _key_towns(key: str) -> Iterator[tuple[str, str]]:
    country = re.match(r"\(?([A-Z ]+?)(?::|$|\))", key)
    code = gazetteer().countries.get(folded(country[1])) if country else None
    for name, kind in re.findall(r"(?:: | - )([A-Z][A-Z .']+?) \(([A-Z /]+)\)", key):
        if code and re.search("CITY|TOWN|MUNICIP", kind):
            yield folded(name), code


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        print(__doc__)
        return 2
    print(shown(list(measure(FULL, Path(arguments[0]) if arguments else None))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
