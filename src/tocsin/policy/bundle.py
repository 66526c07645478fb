"""Packs that extend others: kept as one byte string, and read as one document.

A bundle is the pack's own text, then a line that names its base, then the
base's text, and so on. The hash of a bundle covers every word that decides.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard

from tocsin.policy.faults import Fault, Faulty
from tocsin.policy.places import Path, line_of

MOST_LEVELS = 5
_MOST_NESTED = 12
# The standard library takes time that grows with the square of a dotted key's parts.
_MOST_PARTS = 40
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = re.compile(rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+")
_NAME = re.compile(r"[a-z0-9_]{1,64}")
_BASE = "# ======== extended above: the pack {name} ========\n"
_SEPARATOR = re.compile(
    r"^# ={8} extended above: the pack ([a-z0-9_]{1,64}) ={8}\r?(?:\n|\Z)", re.MULTILINE
)
# Lists whose tables are told apart by name: an extending pack's own come first, in its order,
# and take the place of those of the same name.
_BY_NAME = {
    ("threshold", "rule"),
    ("recipient",),
    ("role",),
    ("separation",),
    ("example",),
    ("never_a_ground",),
}
_REMOVABLE: dict[str, Path] = {
    "rule": ("threshold", "rule"),
    "meaning": ("threshold", "meaning"),
    "recipient": ("recipient",),
    "role": ("role",),
    "separation": ("separation",),
    "example": ("example",),
    "waiver": ("waiver",),
    "state": ("states",),
}
_SOURCED = frozenset({"clause", "status", "source"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a bundle, as TOML. `file` is empty for the pack's own."""

    file: str
    name: str
    text: str
    document: dict[str, Any]

    @property
    def extends(self) -> str | None:
        base = self._pack.get("extends")
        return base if isinstance(base, str) else None

    @property
    def without(self) -> list[str]:
        names = self._pack.get("without", [])
        return [one for one in names if isinstance(one, str)] if isinstance(names, list) else []

    @property
    def _pack(self) -> dict[str, Any]:
        pack = self.document.get("pack")
        return pack if isinstance(pack, dict) else {}

    def fault(self, path: Path, what: str, remedy: str) -> Fault:
        return Fault(
            file=self.file, line=line_of(self.text, path), key=_key(path), what=what, remedy=remedy
        )


Place = tuple[Source, Path]


class Whole:
    """A pack read as one document, whichever files its words stand in."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self.sources = sources
        self._at: dict[int, Place] = {}
        self._keys: dict[int, dict[str, Place]] = {}
        self._alive: list[object] = []  # so that no two tables ever have the same id
        for source in sources:
            for node, path in _tables(source.document, ()):
                self._at[id(node)] = (source, path)
        self.document = sources[-1].document
        for own in reversed(sources[:-1]):
            base = self._without(own, self.document)
            pack = own.document.get("pack", {})
            self.document = self._over(base, own.document, ()) | {"pack": pack}

    def fault(self, path: Path, what: str, remedy: str) -> Fault:
        """A fault at `path` of the whole, told with the file and line that hold it."""
        source, there = self._place(path)
        return Fault(
            file=source.file,
            line=line_of(source.text, there),
            key=_key(path),
            what=what,
            remedy=remedy,
        )

    def _place(self, path: Path) -> Place:
        node: Any = self.document
        source: Source = self.sources[0]
        there: Path = ()
        for step in path:
            known = self._keys.get(id(node), {}).get(str(step))
            source, there = known or (source, (*there, step))
            node = _child(node, step)
            source, there = self._at.get(id(node), (source, there))
        return source, there

    def _of(self, table: dict[str, Any], key: str) -> Place:
        if known := self._keys.get(id(table), {}).get(key):
            return known
        source, path = self._at.get(id(table), (self.sources[0], ()))
        return source, (*path, key)

    def _over(self, base: dict[str, Any], own: dict[str, Any], path: Path) -> dict[str, Any]:
        """`own` laid over `base`, key by key."""
        given = _SOURCED & own.keys()
        if given and "clause" in base and given != _SOURCED:
            source, there = self._at.get(id(own), (self.sources[0], path))
            raise Faulty(
                source.fault(
                    there,
                    "a clause keeps the status and source of the base's words",
                    "Give clause, status and source together.",
                )
            )
        laid: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for key in dict.fromkeys((*base, *own)):
            under, over = base.get(key), own.get(key)
            places[key] = self._of(own if key in own else base, key)
            if key not in own:
                laid[key] = under
            elif isinstance(under, dict) and isinstance(over, dict):
                laid[key] = self._over(under, over, (*path, key))
            elif (*path, key) in _BY_NAME and _named(under) and _named(over):
                mine = {one["name"] for one in over}
                laid[key] = [*over, *(one for one in under if one["name"] not in mine)]
            else:
                laid[key] = over
        return self._laid(laid, places)

    def _without(self, own: Source, base: dict[str, Any]) -> dict[str, Any]:
        """`base` less what `own` removes by name."""
        for wanted in own.without:
            kind, _, name = wanted.partition(".")
            path = ("no_waiver",) if wanted == "no_waiver" else _REMOVABLE.get(kind, ())
            less = self._less(base, path, name) if path else base
            if less is base:
                raise Faulty(_no_such(own, wanted))
            base = less
        return base

    def _less(self, table: dict[str, Any], path: Path, name: str) -> dict[str, Any]:
        key, rest = str(path[0]), path[1:]
        held = table.get(key)
        kept: Any = held
        if rest and isinstance(held, dict):
            kept = self._less(held, rest, name)
        elif isinstance(held, dict) and name in held:
            kept = {one: value for one, value in held.items() if one != name}
            self._laid(kept, {one: self._of(held, one) for one in kept})
        elif _named(held) and any(one["name"] == name for one in held):
            kept = [one for one in held if one["name"] != name]
        elif not name and held is not None:
            kept = None
        if kept is held:
            return table
        less = {one: value for one, value in table.items() if one != key}
        less |= {} if kept is None else {key: kept}
        return self._laid(less, {one: self._of(table, one) for one in less})

    def _laid(self, table: dict[str, Any], places: dict[str, Place]) -> dict[str, Any]:
        self._alive.append(table)
        self._keys[id(table)] = places
        return table


def bundled(data: bytes, name: str, find: Callable[[str], bytes | None]) -> bytes:
    """`data` with the texts of all that it extends; alone where it extends nothing.

    `find` gives a base's own bytes by its name, or None. Raises Faulty.
    """
    parts, names = [data], [name]
    sources = split(data, name)
    if len(sources) > 1:
        return data
    last = sources[0]
    while last.extends is not None:
        _step(last, names)
        found = find(last.extends) if _NAME.fullmatch(last.extends) else None
        if found is None:
            what = f"there is no pack {last.extends} to extend"
            raise Faulty(last.fault(("pack", "extends"), what, "Name a shipped pack or its file."))
        last = split(found, last.extends, file=f"{last.extends}.toml")[0]
        names.append(last.name)
        parts[-1] += b"" if parts[-1].endswith(b"\n") else b"\n"
        parts += [_BASE.format(name=last.name).encode(), last.text.encode()]
    return b"".join(parts)


def whole(data: bytes, name: str) -> Whole:
    """The pack in `data`, which must hold everything that it extends. Raises Faulty."""
    sources = split(data, name)
    names = [name]
    for own, base in zip(sources, [*sources[1:], None], strict=True):
        if own.extends is not None:
            _step(own, names)
        if own.extends != (base.name if base else None):
            what = f"it extends {own.extends or 'nothing'}, and its bytes hold " + (
                f"{base.name} there" if base else "no more"
            )
            raise Faulty(
                own.fault(("pack", "extends"), what, "Make the bundle anew from its files.")
            )
        names += [base.name] if base else []
    return Whole(tuple(sources))


def split(data: bytes, name: str, *, file: str = "") -> list[Source]:
    """The files in a byte string, the pack's own first. Raises Faulty."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Faulty(
            Fault(file=file, line=line, what="it is not UTF-8", remedy="Save it as UTF-8.")
        ) from error
    found = list(_SEPARATOR.finditer(text))
    sources = []
    ends = [match.start() for match in found] + [len(text)]
    starts = [0, *(match.end() for match in found)]
    names = [name, *(match[1] for match in found)]
    for number, (begin, end) in enumerate(zip(starts, ends, strict=True)):
        told = f"{names[number]}.toml" if number else file
        sources.append(_source(told, names[number], text[begin:end]))
    return sources


@lru_cache(maxsize=32)
def _source(file: str, name: str, text: str) -> Source:
    """Nobody changes a document once it is read, so that packs share the base's."""
    if any(dotted[0].count(".") > _MOST_PARTS for dotted in _DOTTED.finditer(text)):
        raise _too_deep(file)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise Faulty(
            Fault(file=file, line=int(at[1]) if at else None, what=f"it is not TOML: {error}")
        ) from error
    except RecursionError as error:
        raise _too_deep(file) from error
    except ValueError as error:  # a number of thousands of digits
        raise Faulty(Fault(file=file, what="it holds a number that is too long")) from error
    level: list[Any] = [document]
    for _ in range(_MOST_NESTED):
        level = [child for node in level for child in _children(node)]
    if level:
        raise _too_deep(file)
    return Source(file=file, name=name, text=text, document=document)


def _too_deep(file: str) -> Faulty:
    remedy = f"A pack needs fewer than {_MOST_NESTED} tables inside each other."
    return Faulty(Fault(file=file, what="it is nested too deep", remedy=remedy))


def _step(own: Source, names: list[str]) -> None:
    path: Path = ("pack", "extends")
    if own.extends in names:
        what = f"{' extends '.join([*names, str(own.extends)])}, in a circle"
        raise Faulty(own.fault(path, what, "Extend a pack that does not extend this one."))
    if len(names) >= MOST_LEVELS:
        what = f"more than {MOST_LEVELS} packs extend each other"
        raise Faulty(own.fault(path, what, "Extend a pack that stands nearer to the base."))


def _no_such(own: Source, wanted: str) -> Fault:
    kinds = ", ".join(_REMOVABLE)
    return own.fault(
        ("pack", "without"),
        f"{own.extends} has no {wanted} to leave out",
        f"Name what to leave out as KIND.NAME, where KIND is one of {kinds}.",
    )


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _tables(node: Any, path: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    if isinstance(node, dict):
        yield node, path
        for key, value in node.items():
            yield from _tables(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _tables(value, (*path, number))


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _named(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in value
    )


def _key(path: Path) -> str:
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in path)
