"""Who acts: an officer, the system on its own clock, or a recipient of a warning."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    OFFICER = "officer"
    SYSTEM = "system"
    RECIPIENT = "recipient"


class Role(StrEnum):
    """The roles of the house; an officer may hold several, decisions still need two people."""

    ANALYST = "analyst"
    DETERMINING_OFFICER = "determining_officer"
    RELEASE_AUTHORITY = "release_authority"
    DELIVERER = "deliverer"
    FOLLOW_UP_OWNER = "follow_up_owner"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Comes from the session, the token or the worker, never from a request body."""

    kind: ActorKind
    actor_id: str
    unit: str = ""
    roles: frozenset[Role] = frozenset()

    @property
    def named(self) -> str:
        """The name under which the record keeps the actor."""
        return self.actor_id if self.kind is ActorKind.OFFICER else self.kind.value


SYSTEM = Actor(kind=ActorKind.SYSTEM, actor_id="system")
