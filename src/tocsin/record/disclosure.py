"""Some fields of a record, opened without the others. docs/record-format.md has the form."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from tocsin.record import shape
from tocsin.record.canonical import Value, canonical, canonical_fields, joined, parse
from tocsin.record.commitments import (
    HASH_BYTES,
    SALT_BYTES,
    commit_field,
    join_fields,
    salts_from,
)
from tocsin.record.leaf import LEAF_BYTES, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What is shown of one record; nothing in it is believed before `check`."""

    leaf: bytes
    shown: Mapping[str, tuple[Value, bytes]]  # by name: the value and its 16-byte salt
    hidden: tuple[bytes, ...]  # the commitments to the other fields, ascending

    def __post_init__(self) -> None:
        if len(self.leaf) != LEAF_BYTES:
            raise ValueError("a leaf is 384 bytes")
        if any(len(salt) != SALT_BYTES for _, salt in self.shown.values()):
            raise ValueError("a salt is 16 bytes")
        if any(len(commitment) != HASH_BYTES for commitment in self.hidden):
            raise ValueError("a field commitment is 32 bytes")
        # One order only, and one that does not tell which name a commitment belongs to.
        if any(before >= after for before, after in pairwise(self.hidden)):
            raise ValueError("hidden fields stand in ascending order, each once")

    @classmethod
    def of(cls, leaf: bytes, body: str, seed: bytes, names: Collection[str]) -> Self:
        """The fields `names` of a stored body, the others hidden.

        Raises ValueError for a name that the body lacks, and for a body or seed that is
        none. Whether they open this leaf is for `check` to say.
        """
        fields = shape.mapping(parse(body.encode()))
        if not fields.keys() >= set(names):
            raise ValueError("the body has no such field")
        salts, spelled = salts_from(seed, fields), canonical_fields(fields)
        hidden = [name for name in fields if name not in names]
        return cls(
            leaf=leaf,
            shown={name: (fields[name], salts[name]) for name in fields if name in names},
            hidden=tuple(sorted(commit_field(one, spelled[one], salts[one]) for one in hidden)),
        )

    @classmethod
    def from_value(cls, value: Value) -> Self:
        """The disclosure written in `value`. Raises ValueError for any other form."""
        outer = shape.members(value, "hidden", "leaf", "shown")
        shown = {
            name: shape.members(field, "salt", "value")
            for name, field in shape.mapping(outer["shown"]).items()
        }
        spelled = {name: shape.text(field["value"]).encode() for name, field in shown.items()}
        # Together, so that they are bounded as a body is.
        fields = shape.mapping(parse(joined(spelled)))
        if canonical_fields(fields) != spelled:
            raise ValueError("not canonical")
        return cls(
            leaf=shape.base64(outer["leaf"], LEAF_BYTES),
            shown={
                name: (fields[name], shape.hexadecimal(field["salt"], SALT_BYTES))
                for name, field in shown.items()
            },
            hidden=tuple(shape.base64(one, HASH_BYTES) for one in shape.sequence(outer["hidden"])),
        )

    def to_value(self) -> dict[str, Value]:
        """Plain data; values as their canonical text, which nests no deeper than a text."""
        return {
            "hidden": [b64encode(commitment).decode() for commitment in self.hidden],
            "leaf": b64encode(self.leaf).decode(),
            "shown": {
                name: {"salt": salt.hex(), "value": canonical(value).decode()}
                for name, (value, salt) in self.shown.items()
            },
        }


def check(disclosure: Disclosure) -> dict[str, Value]:
    """The shown fields by name. Raises ValueError unless they are fields of the leaf's body."""
    opened = [
        commit_field(name, canonical(value), salt)
        for name, (value, salt) in disclosure.shown.items()
    ]
    if join_fields([*opened, *disclosure.hidden]) != decode(disclosure.leaf).body:
        raise ValueError("the disclosure does not match its leaf")
    return {name: value for name, (value, _) in disclosure.shown.items()}
