"""Whether two names are one person's: how likely, part by part, in words that people can check."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from math import exp, log
from threading import local
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.assigning import PARTS, Board, board
from tocsin.names.compiling import inner_numeric, numeric
from tocsin.names.edits import Edits
from tocsin.names.features import COUNT, figures
from tocsin.names.forms import Name, Token
from tocsin.names.laying import lay_out
from tocsin.names.lexicon import Lexicon
from tocsin.names.native import (
    Floats,
    Ints,
    Names,
    Scratch,
    Side,
    Tables,
    Words,
    bundled,
    scratch,
    side,
)
from tocsin.names.trees import Ballot, Forest, ballot, vote, votes

FORMAT: Final = 1
How = Literal["spelled alike", "initial", "same name in another form", "equal"]
_HOW: Final[tuple[How, ...]] = ("spelled alike", "initial", "same name in another form", "equal")
# The figures that add up part by part; their weights are the addends of an explanation.
ADDED: Final = (1, 2, 7, 8, 9, 10, 15, 16, 17, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Words of either name that answer each other, and what that adds (nats; for is above 0)."""

    one: tuple[Token, ...]
    other: tuple[Token, ...]
    how: How
    rarity: float
    nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A word that answers nothing; `side` 0 is the first name."""

    token: Token
    side: int
    nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`probability` that two names are one person's; the addends sum to its log-odds (nats):
    every part's, every missing word's, `whole` (order, counts and their interplay), `births`."""

    probability: float
    parts: tuple[Part, ...]
    missing: tuple[Missing, ...]
    whole: float
    births: float = 0.0


class Model(NamedTuple):
    """`weight` (COUNT,): of the figures that add up; `bias`: nats of a pair with none of them."""

    weight: Floats
    bias: float
    forest: Ballot


class Desk(NamedTuple):
    """Room for comparing; one for each thread."""

    one: Side
    other: Side
    scratch: Scratch
    board: Board
    votes: Ints


class Found(NamedTuple):
    """Of every pair: log-odds and, where wanted (rows), the figures and the parts."""

    odds: Floats
    figures: Floats
    number: Ints
    place: Ints
    how: Ints
    value: Floats


@numeric
def compare_many(
    a: Words, m: Names, b: Words, n: Names, ones: Ints, others: Ints,
    tables: Tables, model: Model, desk: Desk, out: Found,
) -> None:  # fmt: skip
    """Fill `out` for the pairs (ones[k], others[k]); quickest where `ones` repeats itself."""
    board = desk.board
    for k in range(ones.shape[0]):
        if k == 0 or ones[k] != ones[k - 1]:
            lay_out(a, m, ones[k], desk.one)
            board.query[0] += 1
        lay_out(b, n, others[k], desk.other)
        figures(desk.one, desk.other, tables, desk.scratch, board)
        odds = model.bias + vote(model.forest, board.figures, desk.votes)
        for figure in range(model.weight.shape[0]):
            odds += model.weight[figure] * board.figures[figure]
        out.odds[k] = odds
        if k < out.figures.shape[0]:
            for figure in range(COUNT):
                out.figures[k, figure] = board.figures[figure]
        if k < out.number.shape[0]:
            note_parts(board, k, out)


@inner_numeric
def note_parts(board: Board, k: int, out: Found) -> None:
    out.number[k] = board.found[0]
    for part in range(board.found[0]):
        for bound in range(4):
            out.place[k, part, bound] = board.place[part, bound]
        out.how[k, part] = board.part_how[part]
        out.value[k, 0, part] = board.part_nats[part]
        out.value[k, 1, part] = board.part_improbable[part]
        out.value[k, 2, part] = board.part_rarity[part]


class _Desks(local):
    desk: Desk | None = None


_DESKS: Final = _Desks()


def desk(model: Model) -> Desk:
    """The thread's own."""
    held = _DESKS.desk
    if held is None or len(held.votes) != len(model.forest.value):
        rooms = bundled(side()), bundled(side()), bundled(scratch()), bundled(board(COUNT))
        held = _DESKS.desk = Desk(*rooms, votes(model.forest))
    return held


def found(pairs: int, figures: int = 0, explained: int = 0) -> Found:
    """Room for the answers; the first `figures` and `explained` pairs keep more than odds."""
    return Found(
        np.zeros(pairs, np.float32),
        np.zeros((figures, COUNT), np.float32),
        np.zeros(explained, np.int32),
        np.zeros((explained, PARTS, 4), np.int32),
        np.zeros((explained, PARTS), np.int32),
        np.zeros((explained, 3, PARTS), np.float32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Names made ready to be compared many times."""

    words: Words
    names: Names


def ready(names: Sequence[Name]) -> Ready:
    lexicon = Lexicon()
    runs = lexicon.names(names)
    return Ready(words=lexicon.words(), names=runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """The trained model. `threshold`: the probability from which pairs count as one person."""

    tables: Tables
    model: Model
    threshold: float

    @classmethod
    def load(cls) -> "Matcher":
        """The model that ships. Raises ValueError if it is not what its manifest names."""
        return _shipped()

    def compare(self, a: Name, b: Name, births: float = 0.0) -> Match:
        """Compare two names; `births`: nats that dates of birth add."""
        return self.explain(ready([a]), 0, a, ready([b]), 0, b, births)

    def odds(self, one: Ready, ones: Ints, other: Ready, others: Ints) -> Floats:
        """Log-odds (nats) of the pairs (ones[k], others[k])."""
        return self._run(one, ones, other, others, found(len(ones))).odds

    @property
    def odds_from(self) -> float:
        """The threshold in nats of log-odds."""
        return log(self.threshold / (1 - self.threshold))

    def parts(self, one: Ready, ones: Ints, other: Ready, others: Ints) -> Found:
        """Log-odds, figures and parts of all pairs: what explanations are made of."""
        return self._run(one, ones, other, others, found(len(ones), len(ones), len(ones)))

    def figures(self, one: Ready, ones: Ints, other: Ready, others: Ints) -> Floats:
        """(pairs, COUNT): what the model sees of each pair."""
        return self._run(one, ones, other, others, found(len(ones), len(ones))).figures

    def explain(
        self, one: Ready, x: int, a: Name, other: Ready, y: int, b: Name, births: float = 0.0
    ) -> Match:
        """The match of name x of one and y of other, which were made of `a` and `b`."""
        pair = (np.array([x], np.int32), np.array([y], np.int32))
        out = self._run(one, pair[0], other, pair[1], found(1, 1, 1))
        return _match(self.model, a, one, x, b, other, y, out, births)

    def _run(self, one: Ready, ones: Ints, other: Ready, others: Ints, out: Found) -> Found:
        if len(ones):
            compare_many(
                one.words, one.names, other.words, other.names,
                ones, others, self.tables, self.model, desk(self.model), out,
            )  # fmt: skip
        return out


def probability(odds: float) -> float:
    """Of log-odds in nats."""
    return 1 / (1 + exp(-max(min(odds, 60.0), -60.0)))


def _match(
    model: Model,
    a: Name,
    one: Ready,
    x: int,
    b: Name,
    other: Ready,
    y: int,
    out: Found,
    births: float,
) -> Match:
    weight, row = model.weight, out.figures[0]
    made: list[Part] = []
    bits = [0, 0]
    for place, how, nats, improbable, rare in zip(
        out.place[0], out.how[0], *out.value[0], strict=True
    ):
        if len(made) == out.number[0]:
            break
        i, wide, j, broad = (int(value) for value in place)
        bits[0] |= ((1 << wide) - 1) << i
        bits[1] |= ((1 << broad) - 1) << j
        sides = a.tokens[i : i + wide], b.tokens[j : j + broad]
        added = _added(weight, sides, int(how), float(nats), float(improbable), float(rare))
        made.append(
            Part(one=sides[0], other=sides[1], how=_HOW[how], rarity=float(rare), nats=added)
        )
    missing = [
        Missing(token=token, side=side, nats=_lost(weight, token, ready, at, place, row))
        for side, (name, ready, at) in enumerate(((a, one, x), (b, other, y)))
        for place, token in enumerate(name.tokens)
        if not bits[side] >> place & 1
    ]
    odds = float(out.odds[0]) + births
    said = sum(part.nats for part in made) + sum(word.nats for word in missing)
    return Match(
        probability=probability(odds),
        parts=tuple(sorted(made, key=lambda part: part.one[0].start)),
        missing=tuple(missing),
        whole=odds - births - said,
        births=births,
    )


def _told(tokens: tuple[Token, ...]) -> bool:
    return any(token.kind in ("word", "patronymic") and not token.aside for token in tokens)


def _added(
    weight: Floats,
    sides: tuple[tuple[Token, ...], tuple[Token, ...]],
    how: int,
    nats: float,
    improbable: float,
    rare: float,
) -> float:
    if _HOW[how] == "initial":
        return float(weight[8])
    if not any(map(_told, sides)):
        return 0.0
    crossed = (sides[0][0].kind == "patronymic") != (sides[1][0].kind == "patronymic")
    return float(
        weight[7]
        + weight[1] * rare
        + weight[2] * min(nats - improbable, 0.0)
        + weight[16] * (len(sides[0]) + len(sides[1]) > 2)
        + weight[17] * (how == 2)
        + weight[20] * crossed
    )


def _lost(weight: Floats, token: Token, ready: Ready, name: int, place: int, row: Floats) -> float:
    """The side that lacks more pays the weight of what is more."""
    if token.kind == "initial":
        return float(weight[15])
    if not _told((token,)):
        return 0.0
    rarity = float(ready.words.rarity[ready.names.word[ready.names.begin[name] + place]])
    both = float(row[9] + row[10])
    return float(weight[9] * row[9] + weight[10] * row[10]) * rarity / both if both else 0.0


def explained(match: Match) -> tuple[str, ...]:
    """A line for each addend, the greatest first, in plain words."""
    lines = [
        (part.nats, f"“{_said(part.one)}” and “{_said(part.other)}”: {_why(part)}")
        for part in match.parts
    ]
    lines += [
        (
            word.nats,
            f"“{word.token.text}” of the {('first', 'second')[word.side]} name answers nothing",
        )
        for word in match.missing
    ]
    lines.append((match.whole, "order, number and interplay of the parts"))
    if match.births:
        lines.append((match.births, "dates of birth"))
    ordered = sorted(lines, key=lambda line: -abs(line[0]))
    return (
        f"one person with a probability of {match.probability:.1%}",
        *(f"{nats:+.1f} {text}" for nats, text in ordered),
    )


def _said(tokens: tuple[Token, ...]) -> str:
    return " ".join(token.text for token in tokens)


def _why(part: Part) -> str:
    rare = "rare" if part.rarity > 9 else ("common" if part.rarity < 5.5 else "not rare")
    joined = ", written together" if len(part.one) + len(part.other) > 2 else ""
    return f"{part.how}{joined}, {rare}" if part.how != "initial" else "initial"


@cache
def _shipped() -> Matcher:
    folder = files("tocsin.names") / "tables"
    manifest = tomllib.loads((folder / "matching.toml").read_text())
    with (folder / "matching.npz").open("rb") as held, np.load(held) as arrays:
        tables = {name: arrays[name] for name in arrays.files}
    if manifest["format"] != FORMAT or manifest["sha256"] != digest(tables):
        raise ValueError("the matcher is not the one that its manifest names")
    return assembled(tables, float(manifest["threshold"]))


def assembled(tables: dict[str, NDArray[Any]], threshold: float) -> Matcher:
    forest = Forest(*(tables[name] for name in Forest._fields))
    model = Model(tables["weight"], float(tables["bias"][0]), ballot(forest, COUNT))
    return Matcher(tables=Edits.load().tables(), model=model, threshold=threshold)


def digest(tables: dict[str, NDArray[Any]]) -> str:
    made = sha256()
    for name in sorted(tables):
        made.update(name.encode() + tables[name].tobytes())
    return made.hexdigest()
