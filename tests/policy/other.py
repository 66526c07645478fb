"""Packs of fictitious directives, to stand beside the shipped one: other rules, clocks, grounds."""

from tests.builders import PACK
from tocsin.domain.duty import Clock
from tocsin.policy import beside
from tocsin.policy.beside import Beside
from tocsin.policy.pack import Pack, load

_SOURCED = 'clause = "EXAMPLE"\nstatus = "design"\nsource = "EXAMPLE"\n'
_SPANS = {Clock.TRIAGE: ("5m", "3h", "5h"), Clock.WAIVER_EXPIRY: ("1d", "2d", "3d")}


def _rule(name: str, outcome: str, when: str) -> str:
    return (
        f'[[threshold.rule]]\nname = "{name}"\noutcome = "{outcome}"\nwhen = \'{when}\'\n{_SOURCED}'
    )


def _clock(clock: Clock) -> str:
    near = _SPANS.get(clock, ("20m", "2h", "20h"))
    spans = dict(zip(("imminent", "near", "later"), near, strict=True))
    told = "\n".join(f'{name} = "{span}"' for name, span in spans.items())
    return f'[clocks.{clock}]\n{told}\nwhy = "EXAMPLE"\n'


OWED = 'harm != "no" && directed == "yes" && impending == "yes"'
NONE = 'harm == "no" && kind_of_harm == "none_of_these"'
GROUNDS = """
[waiver.already_aware]
number = 1
title = "Told by another"
two_units = true
clause = "EXAMPLE"
status = "design"
source = "EXAMPLE"
needs = [
  { name = "who_told", kind = "text", label = "Who told them" },
  { name = "seen_in_writing", kind = "yes_no", label = "Was it in writing?" },
]
checks = [{ allow = 'seen_in_writing', otherwise = "It must have been in writing." }]

[waiver.no_means]
number = 2
title = "No means"
two_units = false
clause = "EXAMPLE"
status = "design"
source = "EXAMPLE"
needs = [{ name = "last_tried_at", kind = "text", label = "When it was last tried" }]
checks = [{ allow = 'last_tried_at != ""', otherwise = "Say when." }]
"""
_HEAD = f"""[pack]
title = "EXAMPLE directive"
version = "1"
jurisdiction = "EXAMPLE"
[coverage]
own_state_threats = false
{_SOURCED}[urgency]
imminent_within = "2d"
near_within = "5d"
[warning]
minimum_content = ["what", "call", "basis"]
{_SOURCED}[clocks]
status = "design"
source = "EXAMPLE"
"""
NO_GROUNDS = "\n".join(
    [
        _HEAD,
        *map(_clock, Clock),
        _rule("life_at_risk", "owed", OWED),
        _rule("no_harm", "not_owed", NONE),
        _rule("else", "undecided", f"!({OWED}) && !({NONE})"),
    ]
).encode()
OTHER = NO_GROUNDS + GROUNDS.encode()


def other(data: bytes = OTHER) -> Pack:
    return load(data, name="other_directive")


def together(data: bytes = OTHER) -> Beside:
    """The shipped pack and the other, beside each other."""
    joined = beside.join([(PACK.name, PACK.text.encode()), ("other_directive", data)])
    found = beside.load(joined, name="passed over")
    assert isinstance(found, Beside)
    return found
