"""Bodies from the domain's own dataclasses: bounded, strict, and no field that it does not have."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import GenericAlias, UnionType
from typing import Annotated, Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from fastapi import Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic import Field as Bound
from pydantic_core import PydanticCustomError

from tocsin.domain.refusal import Code
from tocsin.domain.serial import instant

MOST_SHORT, MOST_WORDS = 200, 10_000
MOST_ITEMS, MOST_OFFSET = 100, 100_000_000
# Tabs and line ends are words' own; the rest either ends a text early or steers a terminal.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?")

Short = Annotated[str, StringConstraints(max_length=MOST_SHORT, pattern=PRINTABLE)]
Words = Annotated[str, StringConstraints(max_length=MOST_WORDS, pattern=PRINTABLE)]
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
InPath = Annotated[Identifier, Path()]
Offset = Annotated[int, Bound(strict=True, ge=0, le=MOST_OFFSET)]


def _instant(text: object) -> datetime:
    written = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if not written or not isinstance(text, str):
        raise ValueError("give a time such as 2024-03-07T14:30:00+03:00")
    if not written[3]:
        raise PydanticCustomError(Code.TIME_WITHOUT_ZONE.value, "a time needs its zone")
    try:
        at = instant(text.upper())
    except (ValueError, OverflowError):
        raise ValueError("there is no such time") from None
    # Far from both ends of the calendar no clock that is added can run over.
    if not 1900 <= at.year < 2200:
        raise ValueError("give a time between the years 1900 and 2200")
    return at


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "^(19|20|21)[0-9]{2}-"}),
]

SHORT = "name place protector address zone language ground taken text_sha256 warning_id references"
TEXTS: Mapping[str, Any] = dict.fromkeys(SHORT.split(), Short)
"""Texts by the name of their field; names ending in `_id` are identifiers, the rest words."""


class Body(BaseModel):
    """Plain fields that become one dataclass of the domain, which checks them again."""

    model_config = ConfigDict(extra="forbid")
    _kind: ClassVar[type | None] = None
    _value: Any = PrivateAttr()

    @model_validator(mode="after")
    def build(self) -> Self:
        if self._kind is not None:
            self._value = self._kind(**given(self))
        return self


def body_of(kind: type, *without: str) -> type[Body]:
    """The body for a dataclass, without the fields that come from elsewhere.

    What the dataclass refuses is a fault of the body at that place.
    """
    hint: Hashable = kind
    return _body_of(hint, *without)


@cache
def _body_of(kind: Any, *without: str) -> type[Body]:
    # Cached, so that a dataclass met in several places is described once.
    hints = get_type_hints(kind)
    shape: dict[str, Any] = {
        field.name: (_hint(hints[field.name], field.name), _default(field))
        for field in fields(kind)
        if field.name not in without
    }
    made = create_model(kind.__name__, __base__=Body, __doc__=kind.__doc__, **shape)
    made._kind = None if without else kind
    return made


def given(body: Body) -> dict[str, Any]:
    """The body's fields with the domain's values in them."""
    return {name: _value(getattr(body, name)) for name in type(body).model_fields}


def _value(found: Any) -> Any:
    if isinstance(found, Body):
        return found._value
    return tuple(map(_value, found)) if isinstance(found, tuple) else found


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return Bound(default_factory=field.default_factory)
    return ... if field.default is MISSING else field.default


def _hint(hint: Any, name: str) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return Union[tuple(_hint(part, name) for part in parts)]  # noqa: UP007  # made at run time
    if origin is tuple:
        items: Any = GenericAlias(tuple, (_hint(parts[0], name), ...))
        return Annotated[items, Bound(max_length=MOST_ITEMS)]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Annotated[dict[Identifier, Words], Bound(max_length=MOST_ITEMS)]
    if is_dataclass(hint):
        return body_of(hint)  # type: ignore[arg-type]  # a hint is never an instance
    return _plain(hint, name)


def _plain(hint: Any, name: str) -> Any:
    plain: dict[Any, Any] = {bool: StrictBool, int: Offset, datetime: Instant, type(None): None}
    if hint is str:
        return TEXTS.get(name, Identifier if name.endswith(("_id", "_ids")) else Words)
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    raise TypeError(f"{name}: {hint} has no place in a body")
