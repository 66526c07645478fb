"""Is a threshold fit to decide about a life? Proved over every possible input.

The inputs are few (3^5 answers, 5 kinds of harm, corroboration tried or not),
so a pack is tried on all 2,430 before it may load.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from tocsin.domain.duty import Duty
from tocsin.domain.findings import Answer, FindingName, Harm
from tocsin.policy.rules import Threshold, Value

_FINDINGS = tuple(name.value for name in FindingName)
_NAMES = (*_FINDINGS, "kind_of_harm", "corroboration_tried")
_CONSISTENT = (
    ("yes", "killing"),
    ("yes", "serious_bodily_injury"),
    ("yes", "kidnapping"),
    ("no", "none_of_these"),
)

Key = tuple[Value, ...]


class Unsound(ValueError):
    """The threshold breaks a promise; `rule` is the rule at fault, if one is."""

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.rule = rule


def prove(threshold: Threshold) -> None:
    """Raise `Unsound` unless, for every input,

    1. some rule answers and none fails;
    2. five times yes, with a listed harm or one not stated, is owed;
    3. silence, all unknown, is not `not_owed`;
    4. `not_owed` stays so whatever the unknown answers turn out to be.
    """
    duties: dict[Key, Duty] = {}
    deciding: dict[Key, str] = {}
    for values in every_input():
        ruling = threshold.rule_on(values)
        if ruling.error:
            raise Unsound(f"{ruling.error} when {words(values)}", _rule(ruling.clauses))
        key = tuple(values.values())
        duties[key], deciding[key] = ruling.duty, _rule(ruling.clauses)
    for key, duty in duties.items():
        where = words(dict(zip(_NAMES, key, strict=True)))
        if _all(key, Answer.YES) and key[5] != Harm.NONE_OF_THESE and duty is not Duty.OWED:
            raise Unsound(f"five findings of yes must be owed; not so when {where}", deciding[key])
        if duty is not Duty.NOT_OWED:
            continue
        if _all(key, Answer.UNKNOWN):
            raise Unsound(f"silence must not mean not owed; it does when {where}", deciding[key])
        for completed in completions(key):
            if duties[completed] is not Duty.NOT_OWED:
                raise Unsound(
                    f"an unknown must not mean not owed; it does when {where}, because "
                    f"{words(dict(zip(_NAMES, completed, strict=True)))} is "
                    f"{duties[completed].value}",
                    deciding[key],
                )


def every_input() -> Iterator[dict[str, Value]]:
    """Every combination the threshold can ever be given, as its variables."""
    for key in product(*[[a.value for a in Answer]] * 5, [h.value for h in Harm], (False, True)):
        yield dict(zip(_NAMES, key, strict=True))


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


def words(values: Mapping[str, Value]) -> str:
    """The input in words, for an error."""
    return ", ".join(
        f"{name} {value if isinstance(value, str) else 'yes' if value else 'no'}"
        for name, value in values.items()
    )


def _all(key: Key, answer: Answer) -> bool:
    return all(value == answer for value in key[:5])


def _rule(clauses: tuple[object, ...]) -> str:
    return getattr(clauses[0], "rule", "") if clauses else ""
