"""How much is measured. The full scale takes a few minutes, the tiny one seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Every field is an option of the command line."""

    rounds: int = 10  # of each contestant, in turn, so that drift meets all alike
    cases_a_round: int = 60  # each takes five commands
    runs: int = 200  # from report to first attempt
    cases: int = 100_000  # in the house whose pages are asked for
    open_cases: int = 5_000
    requests: int = 200  # of each page
    starts: int = 10  # of each program
    appends: int = 3_000  # to a new log, one at a time
    batches: int = 200  # and of a hundred
    leaves: int = 1_000_000  # in the log that is proven, verified and searched
    peer_leaves: int = 100_000  # in the one that pymerkle keeps beside it
    proofs: int = 20_000  # of each kind
    recipients: int = 100_000  # on the list that is warned by e-mail
    warned: int = 1_000  # by one imminent warning, on three channels
    reports: int = 100_000  # told apart by source


FULL = Scale()
TINY = Scale(
    rounds=2,
    cases_a_round=2,
    runs=3,
    cases=40,
    open_cases=10,
    requests=5,
    starts=2,
    appends=6,
    batches=2,
    leaves=700,
    peer_leaves=300,
    proofs=20,
    recipients=300,
    warned=6,
    reports=60,
)
