"""What was said of lists of people as they were screened, as far as it was read; kept in memory."""

from dataclasses import dataclass, field
from threading import Lock

from tocsin.domain.ledger import ListScreened


@dataclass(slots=True)
class ListNames:
    """`said` by list, from the house's records `first` to `last`; hold `lock` to read or write."""

    lock: Lock = field(default_factory=Lock)
    said: dict[str, ListScreened] = field(default_factory=dict)
    first: int = 0
    last: int = 0
