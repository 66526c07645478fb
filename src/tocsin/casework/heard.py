"""What of names is kept in memory between two questions: whom cases name, and how reports sound."""

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Somebody whom a case names: on watch (`kind` "watch"), threatened ("victim")."""

    kind: str
    number: str
    names: tuple[str, ...]
    live: bool
    births: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Of a case: whom it names, and its reports as (number, SHA-256), the newest first."""

    known: tuple[Somebody, ...] = ()
    reports: tuple[tuple[str, str], ...] = ()
    exercise: bool = False


class Heard:
    """Safe between threads. A brief is as of a sequence number, so a hit is right or is no hit."""

    def __init__(self) -> None:
        self._briefs: dict[str, tuple[int, Brief]] = {}
        self._sounds: dict[str, frozenset[str]] = {}
        self._lock = Lock()

    def brief(self, case_id: str, seq: int) -> Brief | None:
        with self._lock:
            known_as_of, brief = self._briefs.get(case_id, (-1, None))
        return brief if known_as_of == seq else None

    def note(self, case_id: str, seq: int, brief: Brief) -> None:
        with self._lock:
            self._briefs[case_id] = seq, brief

    def sounds(self, sha256: str) -> frozenset[str] | None:
        """How a report sounds, or None where nobody has listened yet."""
        with self._lock:
            return self._sounds.get(sha256)

    def listened(self, sha256: str, sounds: frozenset[str]) -> None:
        with self._lock:
            self._sounds[sha256] = sounds
