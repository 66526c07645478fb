"""Lists as JSON lines: plain objects, and entities of FollowTheMoney."""

import json
from collections.abc import Iterator, Mapping
from itertools import compress
from typing import Any, Final

from tocsin.feeds.people.delimited import TOO_LONG
from tocsin.feeds.people.headings import Columns, kind_of
from tocsin.feeds.people.model import ListRow, broken, row_of

MOST_VALUES: Final = 64
_PEOPLE: Final = frozenset({"Person", "LegalEntity"})
_WHOLE: Final = ("name", "alias", "weakAlias", "previousName")
_PARTS: Final = ("firstName", "secondName", "middleName", "fatherName", "lastName")
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {})
_UNKNOWN: Final = "no field of it is known: give name, birth_date, passport"
_UNREAD: Final = "a field of it holds neither words nor a number, and was not read"
_NUMBERS: Final = ("passportNumber", "idNumber", "taxNumber", "socialSecurityNumber")


def rows(numbered: Iterator[tuple[int, str | None]]) -> Iterator[ListRow]:
    """The rows by their lines."""
    for number, line in numbered:
        yield broken(number, TOO_LONG) if line is None else row(number, line)


def row(number: int, line: str) -> ListRow:
    """One line. Never raises."""
    if not line.strip("\0 \t\r\ufeff"):
        return ListRow(row=number, state="empty")
    try:
        value = json.loads(line.strip("\0 \t\r\ufeff"))
    except RecursionError:
        return broken(number, "its JSON is nested too deeply")
    except ValueError:
        return broken(number, "it is no JSON")
    if not isinstance(value, dict):
        return broken(number, "it is no JSON object")
    if isinstance(value.get("properties"), dict) and "schema" in value:
        return _entity(number, value["schema"], value["properties"])
    return _plain(number, value)


def _plain(number: int, value: Mapping[str, Any]) -> ListRow:
    pairs = [(key, text) for key, found in value.items() for text in _texts(found)]
    columns = Columns.of([key for key, _ in pairs])
    if not columns.are_usable and any(found not in _NOTHING for found in value.values()):
        return broken(number, _UNKNOWN)
    unread = (found not in _NOTHING and not [*_texts(found)] for found in value.values())
    odd = (_UNREAD,) if any(map(bool, map(kind_of, compress(value, unread)))) else ()
    return columns.row(number, [text for _, text in pairs], odd)


def _entity(number: int, schema: object, properties: Mapping[str, Any]) -> ListRow:
    if not isinstance(schema, str) or schema not in _PEOPLE:
        said = schema if isinstance(schema, str) and schema.isalpha() and len(schema) < 40 else "?"
        return ListRow(row=number, state="no person", why=f"its schema is {said}")

    def of(*keys: str) -> list[str]:
        return [text for key in keys for text in _texts(properties.get(key))]

    return row_of(
        number,
        names=[*of(*_WHOLE), " ".join(text for key in _PARTS for text in of(key)[:1])],
        births=of("birthDate"),
        identifiers=of(*_NUMBERS),
        notes=() if schema == "Person" else ("its schema does not say that it is a person",),
    )


def _texts(value: object) -> Iterator[str]:
    """Texts and whole numbers, alone or in a list; anything else says nothing of a person."""
    for one in value[:MOST_VALUES] if isinstance(value, list) else [value]:
        if isinstance(one, float) and one.is_integer():
            yield f"{one:.0f}"  # as tables with gaps are written: 1986.0
        elif isinstance(one, str) or (isinstance(one, int) and not isinstance(one, bool)):
            yield str(one).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
