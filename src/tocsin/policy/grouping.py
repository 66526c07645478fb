"""Sets of inputs in plain words, as few groups, and as questions in their order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tocsin.domain.duty import Duty
from tocsin.policy.rules import Value
from tocsin.policy.soundness import (
    ALL,
    CHOICES,
    KEYS,
    NAMES,
    Inputs,
    Truth,
    intersection,
    members,
    union,
    where,
)

Group = tuple[tuple[Value, ...], ...]
"""For each of `NAMES` the answers it may have; the group is every combination of them."""

_SAID = {
    "harm": "listed harm",
    "directed": "directed at somebody",
    "kind_of_harm": "kind of harm",
    "corroboration_tried": "corroboration tried",
}
_PLACES = tuple(range(len(NAMES)))


def said(name: str) -> str:
    """What a variable is called in plain words."""
    return _SAID.get(name, name)


def answer(value: Value) -> str:
    """An answer in plain words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")


def listed(words: Sequence[str], last: str = "or") -> str:
    """ "a", "a or b", "a, b or c"."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


@lru_cache(maxsize=1_024)
def groups(inputs: Inputs) -> tuple[Group, ...]:
    """Groups that together are just `inputs`; few, not always the fewest."""
    tried = (_cover(inputs, (*_PLACES[n:], *_PLACES[:n])) for n in _PLACES)
    return min(tried, key=len)


def _cover(inputs: Inputs, order: tuple[int, ...]) -> tuple[Group, ...]:
    found: list[tuple[Group, Inputs]] = []
    left = inputs
    while left:
        group = _widened(KEYS[next(members(left))], inputs, order)
        found.append((group, _of(group)))
        left &= ~found[-1][1]
    for one in list(found):
        if not one[1] & ~union(bits for other, bits in found if other is not one[0]):
            found.remove(one)
    return tuple(group for group, _ in found)


def _widened(key: Iterable[Value], inputs: Inputs, order: tuple[int, ...]) -> Group:
    group: list[tuple[Value, ...]] = [(value,) for value in key]
    for place in order:
        others = intersection(_at(p, group[p]) for p in order if p != place)
        group[place] = tuple(
            value
            for value in CHOICES[place]
            if value in group[place] or not others & where(NAMES[place], value) & ~inputs
        )
    return tuple(group)


def _at(place: int, values: tuple[Value, ...]) -> Inputs:
    return union(where(NAMES[place], value) for value in values)


def _of(group: Group) -> Inputs:
    return intersection(_at(place, values) for place, values in enumerate(group))


def in_words(group: Group) -> str:
    """A group as a condition: “credible” is no and “corroboration tried” is yes."""
    asked = [
        f"“{said(name)}” is {listed([answer(one) for one in values])}"
        for name, values, choices in zip(NAMES, group, CHOICES, strict=True)
        if len(values) < len(choices)
    ]
    return listed(asked, "and") or "always"


def conditions(inputs: Inputs, most: int = 12) -> tuple[str, ...]:
    """When an input is one of these: each a condition of its own, any of which is enough."""
    if inputs == ALL:
        return ("always",)
    found = groups(inputs)
    more = len(found) - most
    told = tuple(map(in_words, found[:most]))
    return (*told, f"{more} more conditions") if more > 0 else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a decision diagram; each answer leads to another or to a duty."""

    number: int
    about: str
    answers: tuple[tuple[tuple[str, ...], "Question | Duty"], ...]


# What closes most cases is asked first, and what depends on an answer next to it.
_ASKED = ("directed", "specific", "impending", "harm", "kind_of_harm", "credible",
          "corroboration_tried")  # fmt: skip


def diagram(truth: Truth) -> Question | Duty:
    """What a threshold decides, as questions; what leads to the same is asked only once."""
    made: dict[tuple[object, ...], Question] = {}
    duties = {duty: truth.of(duty) for duty in Duty}

    def ask(inputs: Inputs, rest: tuple[str, ...]) -> Question | Duty:
        certain = next((duty for duty, bits in duties.items() if not inputs & ~bits), None)
        if certain is not None:
            return certain
        name, choices = rest[0], CHOICES[NAMES.index(rest[0])]
        leads: dict[int, tuple[list[str], Question | Duty]] = {}
        for value in choices:
            to = ask(inputs & where(name, value), rest[1:])
            leads.setdefault(id(to), ([], to))[0].append(answer(value))
        if len(leads) == 1:
            return next(iter(leads.values()))[1]
        key = (name, *((tuple(words), id(to)) for words, to in leads.values()))
        if key not in made:
            made[key] = Question(
                number=len(made) + 1,
                about=said(name),
                answers=tuple((tuple(words), to) for words, to in leads.values()),
            )
        return made[key]

    return ask(ALL, _ASKED)


def mermaid(top: Question | Duty, end: Callable[[Duty], str]) -> Iterator[str]:
    """The diagram as Mermaid text, line by line; `end` says what becomes of a duty."""
    yield "flowchart TD"
    if isinstance(top, Duty):
        yield f'  {top.value}(["{end(top)}"])'
        return
    waiting, told, ends = [top], set[int](), dict[Duty, None]()
    while waiting:
        one = waiting.pop(0)
        if one.number in told:
            continue
        told.add(one.number)
        yield f'  q{one.number}{{"{one.about.capitalize()}?"}}'
        for words, to in one.answers:
            place = to.value if isinstance(to, Duty) else f"q{to.number}"
            yield f'  q{one.number} -->|"{listed(words)}"| {place}'
            if isinstance(to, Duty):
                ends[to] = None
            else:
                waiting.append(to)
    for duty in ends:
        yield f'  {duty.value}(["{end(duty)}"])'
