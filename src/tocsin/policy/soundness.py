"""Is a threshold fit to decide about a life? Proved over every possible input.

The inputs are few (3^5 answers, 5 kinds of harm, corroboration tried or not),
so a pack is tried on all 2,430 before it may load. A set of inputs is one
integer, a bit for each, so that "both hold", "none holds" and "only then" are
single operations. A rule is evaluated once for each choice of the variables
that it names: it cannot depend on others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from tocsin.domain.duty import Duty
from tocsin.domain.findings import Answer, FindingName, Harm
from tocsin.policy.rules import VOCABULARY, Rule, RuleFailed, Threshold, Value

NAMES = (*(name.value for name in FindingName), "kind_of_harm", "corroboration_tried")
CHOICES: tuple[tuple[Value, ...], ...] = (
    *[tuple(answer.value for answer in Answer)] * 5,
    tuple(harm.value for harm in Harm),
    (False, True),
)
_CONSISTENT = (
    ("yes", "killing"),
    ("yes", "serious_bodily_injury"),
    ("yes", "kidnapping"),
    ("no", "none_of_these"),
)

Key = tuple[Value, ...]
Inputs = int
"""A set of inputs: bit n stands for `KEYS[n]`."""

KEYS: tuple[Key, ...] = tuple(product(*CHOICES))
ALL: Inputs = (1 << len(KEYS)) - 1


class Unsound(ValueError):
    """The threshold breaks a promise; `rule` is the rule at fault, if one is."""

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Truth:
    """For which inputs each rule holds, rule by rule, and with that every decision."""

    rules: tuple[Rule, ...]
    holds: tuple[Inputs, ...]

    def deciding(self) -> Iterator[tuple[int, Rule, Inputs]]:
        """Each rule with the inputs that it decides: the first that holds does."""
        free = ALL
        for number, (rule, holds) in enumerate(zip(self.rules, self.holds, strict=True)):
            yield number, rule, holds & free
            free &= ~holds

    def of(self, duty: Duty) -> Inputs:
        """The inputs that end in `duty`."""
        return union(decides for _, rule, decides in self.deciding() if rule.outcome is duty)

    def duty(self, key: Key) -> Duty:
        """What becomes of one input."""
        return self.decider(key).outcome

    def decider(self, key: Key) -> Rule:
        """The rule that decides one input."""
        bit = 1 << KEYS.index(key)
        return next(rule for rule, holds in zip(self.rules, self.holds, strict=True) if holds & bit)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules of different outcome hold for the same inputs; the first is not `over` the other.

    `number` is the place of the winner among the rules, `inputs` how many they share.
    """

    number: int
    winner: Rule
    loser: Rule
    inputs: int
    example: Key


def prove(threshold: Threshold) -> Truth:
    """Raise `Unsound` unless, for every input,

    1. some rule answers and none fails;
    2. five times yes, with a listed harm or one not stated, is owed;
    3. silence, all unknown, is not `not_owed`;
    4. `not_owed` stays so whatever the unknown answers turn out to be.
    """
    truth = Truth(threshold.rules, tuple(map(_holds, threshold.rules)))
    if holes := ALL & ~union(truth.holds):
        raise Unsound(f"no rule answers when {words(_first(holes))}")
    owed, not_owed = truth.of(Duty.OWED), truth.of(Duty.NOT_OWED)
    if missed := _all(Answer.YES) & ~where("kind_of_harm", Harm.NONE_OF_THESE) & ~owed:
        key = _first(missed)
        raise Unsound(
            f"five findings of yes must be owed; not so when {words(key)}", truth.decider(key).name
        )
    if silent := _all(Answer.UNKNOWN) & not_owed:
        key = _first(silent)
        raise Unsound(
            f"silence must not mean not owed; it does when {words(key)}", truth.decider(key).name
        )
    for number in members(not_owed):
        if _completed()[number] & ~not_owed:
            key, other = KEYS[number], _first(_completed()[number] & ~not_owed)
            raise Unsound(
                f"an unknown must not mean not owed; it does when {words(key)}, because "
                f"{words(other)} is {truth.duty(other).value}",
                truth.decider(key).name,
            )
    return truth


def never_true(truth: Truth) -> list[int]:
    """The places of the rules that hold for no input at all."""
    return [number for number, holds in enumerate(truth.holds) if not holds]


def overlaps(truth: Truth) -> Iterator[Overlap]:
    """Every overlap that the deciding rule does not name in `over`."""
    for number, rule, decides in truth.deciding():
        for other, holds in zip(truth.rules[number + 1 :], truth.holds[number + 1 :], strict=True):
            shared = decides & holds
            if shared and other.outcome is not rule.outcome and other.name not in rule.over:
                yield Overlap(number, rule, other, shared.bit_count(), _first(shared))


def members(inputs: Inputs) -> Iterator[int]:
    """The numbers in `KEYS` of a set of inputs, lowest first."""
    while inputs:
        lowest = inputs & -inputs
        yield lowest.bit_length() - 1
        inputs ^= lowest


def completions(key: Key) -> Iterator[Key]:
    """What `key` can become once every unknown is answered.

    The kind of harm follows the answer on harm, so the two are completed
    together; where they already contradict each other they stay as they are.
    """
    others = [("yes", "no") if answer == "unknown" else (answer,) for answer in key[1:5]]
    agreeing: list[tuple[Value, Value]] = [
        (harm, kind)
        for harm, kind in _CONSISTENT
        if key[0] in (harm, "unknown") and key[5] in (kind, "unknown")
    ]
    for harm, kind in agreeing or [(key[0], key[5])]:
        for rest in product(*others):
            yield (harm, *rest, kind, key[6])


def words(key: Key) -> str:
    """The input in words, for an error."""
    return ", ".join(
        f"{name} {value if isinstance(value, str) else 'yes' if value else 'no'}"
        for name, value in zip(NAMES, key, strict=True)
    )


def _holds(rule: Rule) -> Inputs:
    try:
        return _held(rule.when.text)
    except _Failed as failed:
        raise Unsound(f"{rule.name} when {words(failed.key)}", rule.name) from failed


class _Failed(Exception):
    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key


@lru_cache(maxsize=1_024)
def _held(text: str) -> Inputs:
    """Where a rule holds. Packs share rules, so that each text is evaluated once a process."""
    rule, held = VOCABULARY.rule(text), 0
    first: dict[str, Value] = dict(zip(NAMES, KEYS[0], strict=True))
    for chosen in product(*(CHOICES[NAMES.index(name)] for name in rule.names)):
        values = first | dict(zip(rule.names, chosen, strict=True))
        try:
            if rule.holds(VOCABULARY.bind(values)):
                held |= intersection(
                    where(name, value) for name, value in zip(rule.names, chosen, strict=True)
                )
        except RuleFailed as error:
            raise _Failed(tuple(values.values())) from error
    return held


@cache
def where(name: str, value: Value) -> Inputs:
    place = NAMES.index(name)
    return sum(1 << number for number, key in enumerate(KEYS) if key[place] == value)


def _all(answer: Answer) -> Inputs:
    return intersection(where(name.value, answer.value) for name in FindingName)


@cache
def _completed() -> tuple[Inputs, ...]:
    number: Mapping[Key, int] = {key: n for n, key in enumerate(KEYS)}
    return tuple(union(1 << number[done] for done in completions(key)) for key in KEYS)


def union(sets: Iterator[Inputs] | tuple[Inputs, ...]) -> Inputs:
    together = 0
    for one in sets:
        together |= one
    return together


def intersection(sets: Iterator[Inputs]) -> Inputs:
    together = ALL
    for one in sets:
        together &= one
    return together


def _first(inputs: Inputs) -> Key:
    return KEYS[next(members(inputs))]
