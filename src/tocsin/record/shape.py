"""Exact shapes of parsed values. Each reader raises ValueError, never with the value in it."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from tocsin.record.canonical import Value


def members(value: Value, *names: str) -> Mapping[str, Value]:
    """An object that has exactly these members."""
    if isinstance(value, dict) and value.keys() == set(names):
        return value
    raise ValueError("an object does not have exactly its members")


def mapping(value: Value) -> Mapping[str, Value]:
    """An object, whatever its members."""
    if isinstance(value, dict):
        return value
    raise ValueError("not an object")


def sequence(value: Value) -> Sequence[Value]:
    """A list."""
    if isinstance(value, list):
        return value
    raise ValueError("not a list")


def text(value: Value) -> str:
    """A text."""
    if isinstance(value, str):
        return value
    raise ValueError("not a text")


def integer(value: Value) -> int:
    """An integer; a boolean is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("not an integer")


# Both decoders forgive other spellings of the same bytes; the record does not.
def hexadecimal(value: Value, size: int) -> bytes:
    """`size` bytes in lower-case hexadecimal."""
    data = bytes.fromhex(text(value))
    if len(data) != size or data.hex() != value:
        raise ValueError("not hexadecimal of the right length")
    return data


def base64(value: Value, size: int) -> bytes:
    """`size` bytes in base64 with padding."""
    data = b64decode(text(value), validate=True)
    if len(data) != size or b64encode(data).decode() != value:
        raise ValueError("not base64 of the right length")
    return data
