"""JSON: our own report format, strictly; any other JSON as readable text."""

import json
import math
from collections.abc import Mapping
from datetime import datetime

from tocsin.domain.refusal import Code, refuse
from tocsin.domain.report import Credibility, Reliability
from tocsin.feeds.characters import decode, language_tag
from tocsin.feeds.model import DefectCode, Extract

VERSION_FIELD = "tocsin_report"
_WORDS = frozenset(
    {
        "title",
        "language",
        "acquired_at",
        "received_from",
        "reliability",
        "credibility",
        "marking",
        "originator",
    }
)
_FIELDS = _WORDS | {VERSION_FIELD, "text", "originator_controls"}
_NOT_READ = "The report was not read:"


def read_json(data: bytes, charset: str | None, into: Extract) -> None:
    """Put a JSON document into `into`; our own format also fills its `hints`.

    The format: {"tocsin_report": 1, "text": ..., and any of title, language,
    acquired_at, received_from, reliability, credibility, marking, originator,
    originator_controls (a list)}.

    Raises Refusal for that format when a field is unknown or its value is bad.
    Other JSON never fails: what cannot be read faithfully is shown as received.
    """
    source = decode(data, charset, into)
    into.text = source
    try:
        value = json.loads(source, object_pairs_hook=(reading := _Strict()).pairs,
                           parse_constant=reading.odd, parse_float=reading.number)  # fmt: skip
        pretty = json.dumps(value, ensure_ascii=False, indent=1)
    except RecursionError:
        into.flaw(
            DefectCode.JSON_TOO_DEEP, "The JSON is nested too deeply; it is shown as received."
        )
        return
    except ValueError:
        into.flaw(DefectCode.JSON_BROKEN, "The JSON is malformed; it is shown as received.")
        return
    if reading.has_duplicates:
        into.flaw(
            DefectCode.JSON_DUPLICATE_KEYS, "A key is given twice; the JSON is shown as received."
        )
    elif reading.has_odd_numbers:
        into.flaw(
            DefectCode.JSON_ODD_NUMBERS, "A number is out of range; the JSON is shown as received."
        )
    elif isinstance(value, dict) and VERSION_FIELD in value:
        _read_ours(value, into)
    else:
        into.text = pretty


class _Strict:
    """What json.loads would pass over in silence."""

    def __init__(self) -> None:
        self.has_duplicates = self.has_odd_numbers = False

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        self.has_duplicates |= len(found := dict(pairs)) < len(pairs)
        return found

    def odd(self, _: str) -> float:
        self.has_odd_numbers = True
        return 0.0

    def number(self, digits: str) -> float:
        value = float(digits)
        self.has_odd_numbers |= math.isinf(value)
        return value


def _read_ours(value: Mapping[str, object], into: Extract) -> None:
    if type(value[VERSION_FIELD]) is not int or value[VERSION_FIELD] != 1:
        refuse(
            Code.BAD_VALUE, f"{_NOT_READ} its version is not known.", f'Use "{VERSION_FIELD}": 1.'
        )
    if value.keys() - _FIELDS:
        refuse(Code.UNKNOWN_FIELD, f"{_NOT_READ} it has fields that are not known.",
               f"Use only {', '.join(sorted(_FIELDS))}.")  # fmt: skip
    into.text = _words(value, "text") or refuse(
        Code.REPORT_EMPTY, f"{_NOT_READ} it has no text.", 'Give the words of the report in "text".'
    )
    hints = {name: words for name in sorted(_WORDS) if (words := _words(value, name))}
    for name, check in _CHECKS.items():
        if name in hints:
            check(hints[name])
    into.title, into.language = hints.get("title"), hints.get("language")
    into.hints = {
        **hints,
        **({"originator_controls": controls} if (controls := _controls(value)) else {}),
    }


def _words(value: Mapping[str, object], name: str) -> str:
    given = value.get(name)
    if name == "credibility" and type(given) is int:
        given = str(given)
    if given is None:
        return ""
    if not isinstance(given, str) or (name != "text" and len(given) > 500):
        refuse(Code.BAD_VALUE, f'{_NOT_READ} its "{name}" is not text of a usable length.')
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in given) and name != "text":
        refuse(Code.BAD_VALUE, f'{_NOT_READ} its "{name}" holds characters that are none.')
    return given if name == "text" else given.strip()


def _controls(value: Mapping[str, object]) -> tuple[str, ...]:
    given = value.get("originator_controls")
    if given is None:
        return ()
    if (
        not isinstance(given, list)
        or len(given) > 50
        or not all(isinstance(c, str) and c.strip() for c in given)
    ):
        refuse(
            Code.BAD_VALUE,
            f'{_NOT_READ} its "originator_controls" is not a list of at most 50 words.',
        )
    return tuple(_words({"control": control}, "control") for control in given)


def _check_time(words: str) -> None:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        refuse(
            Code.BAD_VALUE,
            f'{_NOT_READ} its "acquired_at" is not a time.',
            "Write 2024-03-07T09:00:00Z.",
        )
    if moment.utcoffset() is None:
        refuse(
            Code.TIME_WITHOUT_ZONE,
            f'{_NOT_READ} its "acquired_at" has no zone.',
            "Write 2024-03-07T09:00:00Z.",
        )


def _check_reliability(words: str) -> None:
    if words not in set(Reliability):
        refuse(Code.BAD_VALUE, f'{_NOT_READ} its "reliability" is not one of A to F.')


def _check_credibility(words: str) -> None:
    if words not in set(Credibility):
        refuse(Code.BAD_VALUE, f'{_NOT_READ} its "credibility" is not one of 1 to 6.')


def _check_language(words: str) -> None:
    if language_tag(words) is None:
        refuse(
            Code.BAD_VALUE,
            f'{_NOT_READ} its "language" is not a language tag.',
            'Write "en" or "uk".',
        )


_CHECKS = {
    "acquired_at": _check_time,
    "reliability": _check_reliability,
    "credibility": _check_credibility,
    "language": _check_language,
}
