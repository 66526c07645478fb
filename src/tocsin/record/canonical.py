"""The one spelling of a value: RFC 8785 JSON of strings, integers, booleans and null.

No floats: a number that two readers may round differently cannot be evidence.
Source: RFC 8785 (JSON Canonicalization Scheme); docs/record-format.md.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from json.encoder import encode_basestring
from operator import methodcaller
from typing import TypeAlias

# At run time a Mapping is a dict and a Sequence a list or tuple; anything else is refused.
Value: TypeAlias = "str | int | Mapping[str, Value] | Sequence[Value] | None"

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 32
# Bytes outside strings. Bounds the objects a hostile text can make the parser allocate.
MAX_STRUCTURE_BYTES = 4 * 2**20

_INTEGER_BOUND = 2**53
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
# RFC 8785, 3.2.3 sorts by UTF-16 units; Python's order differs beyond U+FFFF.
_utf16 = methodcaller("encode", "utf-16-be")


def canonical(value: Value) -> bytes:
    """The RFC 8785 bytes of `value`, in UTF-8.

    Raises ValueError for a float or any other type, an integer of 2**53 or more
    either way, a lone surrogate, a key that is not a string, and nesting deeper
    than `MAX_DEPTH`. Its message never holds the value.
    """
    return _spelled(value, MAX_DEPTH)


def canonical_fields(fields: Mapping[str, Value]) -> dict[str, bytes]:
    """Each field of an object spelled by itself, in the order in which `joined` wants them.

    Raises ValueError as `canonical(fields)` would.
    """
    return {name: _spelled(fields[name], MAX_DEPTH - 1) for name in _sorted_keys(fields)}


def joined(spelled: Mapping[str, bytes]) -> bytes:
    """`canonical(fields)` from their `canonical_fields`, without spelling them again."""
    pairs = (b"%b:%b" % (_spelled(name, 0), value) for name, value in spelled.items())
    return b"{%b}" % b",".join(pairs)


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> Value:
    """The value whose canonical bytes are exactly `data`.

    Raises ValueError otherwise. Duplicate keys, floats, NaN, byte order marks and
    other spellings need no rule of their own: none survives being spelled again.
    """
    if len(data) > max_bytes:
        raise ValueError("too large")
    if len(data) > MAX_STRUCTURE_BYTES and _structure_bytes(data) > MAX_STRUCTURE_BYTES:
        raise ValueError("too many values")
    try:
        value: Value = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if canonical(value) != data:
        raise ValueError("not canonical")
    return value


def _structure_bytes(data: bytes) -> int:
    # Stops after as many strings as there may be commas between them.
    strings = islice(_STRINGS.finditer(data), MAX_STRUCTURE_BYTES + 1)
    return len(data) - sum(match.end() - match.start() for match in strings)


def _spelled(value: Value, room: int) -> bytes:
    try:
        if type(value) is str:  # most fields are texts, and this is ten times faster
            return encode_basestring(value).encode()
        return _encode(_ordered(value, room)).encode()
    except UnicodeEncodeError:
        # The original error carries the whole text.
        raise ValueError("a lone surrogate has no canonical form") from None


def _sorted_keys(mapping: Mapping[str, Value]) -> list[str]:
    try:
        return sorted(mapping, key=_utf16)
    except AttributeError:
        raise ValueError("a key must be a string") from None
    except UnicodeEncodeError:
        raise ValueError("a lone surrogate has no canonical form") from None


def _ordered(value: object, room: int) -> object:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):  # bool too
        if -_INTEGER_BOUND < value < _INTEGER_BOUND:
            return value
        raise ValueError("an integer beyond 2**53 has no canonical form")
    if not room:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {key: _ordered(value[key], room - 1) for key in _sorted_keys(value)}
    if isinstance(value, (list, tuple)):
        return [_ordered(item, room - 1) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")
