"""Closed lists of the field; a value is never renamed or given another meaning."""

from enum import StrEnum


class VictimKind(StrEnum):
    """A place or an event is warned through those who protect it."""

    PERSON = "person"
    GROUP = "group"
    PLACE = "place"
    EVENT = "event"


class Matter(StrEnum):
    """What two people decide together."""

    WARN = "warn"
    WAIVE = "waive"
    NO_DUTY = "no_duty"
    STAND_DOWN = "stand_down"
    CLOSING = "closing"
    DESTRUCTION = "destruction"
    LOWER_URGENCY = "lower_urgency"
    PUBLICATION = "publication"
    ANSWER = "answer"
    WATCH_END = "watch_end"


class Method(StrEnum):
    """How a warning is brought."""

    EMAIL = "email"
    IN_PERSON = "in_person"
    SMS = "sms"
    XMPP = "xmpp"
    MATRIX = "matrix"
    WEBHOOK = "webhook"
    WEB_PUSH = "web_push"
    APPRISE = "apprise"
    VOICE = "voice"
    PAPER = "paper"

    @property
    def by_hand(self) -> bool:
        """Whether an officer brings it, and attests to it, rather than a channel."""
        return self in (Method.IN_PERSON, Method.VOICE, Method.PAPER)


class AnswerRule(StrEnum):
    """Who must answer before nobody is chased any more."""

    EACH = "each"
    ANY = "any"


class Relation(StrEnum):
    """The duty is discharged toward the victim or those who protect the victim."""

    VICTIM = "victim"
    PROTECTOR = "protector"


class ReactionKind(StrEnum):
    """What passed after the words had arrived. None of these ever lowers the next warning."""

    WILL_ACT = "will_act"
    QUESTION = "question"
    REJECTED = "rejected"
    DISBELIEVED = "disbelieved"
    TOO_GENERAL = "too_general"
    PROPAGANDA = "propaganda"
    PASSED_ON = "passed_on"
    ACTION_TAKEN = "action_taken"
    ADVICE_GIVEN = "advice_given"
    REPLIED = "replied"

    @property
    def is_ours(self) -> bool:
        """Whether an officer said it to the recipient, rather than the recipient to us."""
        return self is ReactionKind.ADVICE_GIVEN


class OriginatorReply(StrEnum):
    CONSENTS = "consents"
    OBJECTS = "objects"


class WindowDecision(StrEnum):
    """What a window's end demands; doing nothing is not among them."""

    RENEW = "renew"
    WIDEN = "widen"
    STAND_DOWN = "stand_down"


class OutcomeKind(StrEnum):
    AVERTED = "averted"
    OCCURRED = "occurred"
    FALSE = "false"
    UNKNOWN = "unknown"
