"""A small pack that passes every check, to be changed by tests; it extends a shipped base."""

from pathlib import Path

from tocsin.policy.bundle import bundled
from tocsin.policy.check import check
from tocsin.policy.faults import Fault
from tocsin.policy.pack import Pack, load, read

DATA = Path(__file__).parent / "data"
FILE = DATA / "small.toml"
SMALL = FILE.read_text("utf-8")
BUNDLE = read(FILE)
V1 = (DATA / "us_ic_icd191_v1.toml").read_bytes()
_BASE = BUNDLE[len(SMALL.encode()) :]


def changed(old: str, new: str) -> str:
    """The small pack's own text with its first `old` replaced."""
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def with_base(text: str) -> bytes:
    return text.encode() + _BASE


def small(text: str = SMALL, name: str = "small") -> Pack:
    return load(with_base(text), name=name)


def faults(text: str) -> list[Fault]:
    return check(with_base(text), name="small")


def line_with(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


def extending(base: str, own: str = "", **files: str) -> bytes:
    """The bytes of a pack that extends `base`; `files` are packs beside it, by name."""
    head = f'[pack]\ntitle = "T"\nversion = "1"\njurisdiction = "J"\nextends = "{base}"\n'
    found = {name: text.encode() for name, text in {"small": SMALL, **files}.items()}
    house = _BASE.split(b"\n", 1)[1]
    return bundled((head + own).encode(), "own", lambda name: found.get(name, house))
