"""Values to plain data (str, int, bool, None, lists, dicts) and back, by type hints.

Instants become UTC text with microseconds, so that equal instants have equal
bytes. Fields added later need defaults: record formats only grow.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Plain = Any


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with six decimals. Raises ValueError for a time without a zone."""
    if at.utcoffset() is None:
        raise ValueError("a time needs a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The inverse of `instant_text`; any other offset is accepted, none is not."""
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError("a time needs a zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("a time lies between the years 1 and 9999") from beyond


def to_plain(value: Any) -> Plain:
    """Plain data for a dataclass, enum, instant, tuple, set or mapping of such."""
    return _writer(cast("Hashable", type(value)))(value)


def from_plain(kind: type[T], plain: Plain) -> T:
    """The value of type `kind`. Raises ValueError on unknown, missing or ill-typed fields."""
    loaded: T = _reader(cast("Hashable", kind))(plain)
    return loaded


def _same(value: Any) -> Any:
    return value


@cache
def _writer(kind: Any) -> Callable[[Any], Plain]:
    if kind in (str, int, bool, type(None)):
        return _same
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, datetime):
        return instant_text
    if issubclass(kind, (tuple, list)):
        return lambda value: [to_plain(one) for one in value]
    if issubclass(kind, (set, frozenset)):
        return lambda value: sorted(to_plain(one) for one in value)
    if issubclass(kind, Mapping):
        return lambda value: {str(key): to_plain(one) for key, one in value.items()}
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {name: to_plain(getattr(value, name)) for name in names}
    raise TypeError(f"{kind.__name__} has no plain form")


@cache
def _reader(kind: Any) -> Callable[[Plain], Any]:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional_reader(kind)
    if origin in (tuple, frozenset):
        one = _reader(get_args(kind)[0])
        return lambda plain: origin(one(item) for item in _expect(plain, list))
    if origin is not None and issubclass(origin, Mapping):
        value = _reader(get_args(kind)[1])
        return lambda plain: {key: value(item) for key, item in _expect(plain, dict).items()}
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if issubclass(kind, Enum):
        return _enum_reader(kind)
    if issubclass(kind, datetime):
        return lambda plain: instant(_expect(plain, str))
    return lambda plain: _expect(plain, kind)


def _enum_reader(kind: Callable[[Any], Any]) -> Callable[[Plain], Any]:
    return kind


def _optional_reader(kind: Any) -> Callable[[Plain], Any]:
    (one,) = (part for part in get_args(kind) if part is not type(None))
    read = _reader(one)
    return lambda plain: None if plain is None else read(plain)


def _dataclass_reader(kind: Any) -> Callable[[Plain], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def read(plain: Plain) -> Any:
        given = _expect(plain, dict)
        if unknown := given.keys() - readers.keys():
            raise ValueError(f"unknown field: {', '.join(sorted(map(str, unknown)))}")
        if missing := needed - given.keys():
            raise ValueError(f"missing field: {', '.join(sorted(missing))}")
        return kind(**{name: readers[name](value) for name, value in given.items()})

    return read


def _expect(plain: Plain, kind: type) -> Any:
    if type(plain) is not kind:
        raise ValueError(f"expected {kind.__name__}, got {type(plain).__name__}")
    return plain
