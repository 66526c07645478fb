"""Every expected refusal: what did not happen and what to do about it.

A `Refusal` changes nothing. Its words never carry threat text or names, so it
may be shown, logged and returned to any caller. Anything that is not a
`Refusal` is a bug and must surface.
"""

from enum import StrEnum
from typing import NoReturn


class Code(StrEnum):
    """Stable codes; a code is never renamed or given another meaning."""

    # intake
    REPORT_TOO_LARGE = "report-too-large"
    REPORT_EMPTY = "report-empty"
    REPORT_UNREADABLE = "report-unreadable"
    REPORT_TOO_COMPLEX = "report-too-complex"
    REPORT_UNKNOWN = "report-unknown"
    TIME_WITHOUT_ZONE = "time-without-zone"
    TIME_IN_FUTURE = "time-in-future"
    BAD_VALUE = "bad-value"
    UNKNOWN_FIELD = "unknown-field"
    # case
    CASE_UNKNOWN = "case-unknown"
    CASE_CLOSED = "case-closed"
    CASE_OPEN = "case-open"
    CASE_DESTROYED = "case-destroyed"
    CASE_HAS_BLANKS = "case-has-blanks"
    VICTIM_UNKNOWN = "victim-unknown"
    FINDINGS_MISSING = "findings-missing"
    DUTY_NOT_ASSESSED = "duty-not-assessed"
    # determination
    NOTHING_PROPOSED = "nothing-proposed"
    ALREADY_PROPOSED = "already-proposed"
    ALREADY_DETERMINED = "already-determined"
    SAME_OFFICER = "same-officer"
    SAME_UNIT = "same-unit"
    ANALYST_MAY_NOT_WAIVE = "analyst-may-not-waive"
    SOURCE_OWNER_MAY_NOT_WAIVE = "source-owner-may-not-waive"
    GROUND_UNKNOWN = "ground-unknown"
    GROUND_NOT_MET = "ground-not-met"
    PARTICULARS_MISSING = "particulars-missing"
    NOT_IMMINENT = "not-imminent"
    DUTY_OWED = "duty-owed"
    POLICY_FAILED = "policy-failed"
    # warning
    NOT_DETERMINED_TO_WARN = "not-determined-to-warn"
    WARNING_UNKNOWN = "warning-unknown"
    WARNING_INCOMPLETE = "warning-incomplete"
    WARNING_RELEASED_ALREADY = "warning-released-already"
    WARNING_NOT_RELEASED = "warning-not-released"
    WORDS_CHANGED = "words-changed"
    SOURCE_EXPOSED = "source-exposed"
    PROTECTED_WORDS = "protected-words"
    ORIGINATOR_NOT_ASKED = "originator-not-asked"
    ORIGINATOR_PENDING = "originator-pending"
    ORIGINATOR_OBJECTS = "originator-objects"
    WINDOW_OVER = "window-over"
    LANGUAGE_UNKNOWN = "language-unknown"
    PARITY_UNANSWERED = "parity-unanswered"
    PARITY_BROKEN = "parity-broken"
    # publication
    PUBLICATION_UNKNOWN = "publication-unknown"
    NOT_PREPARED = "not-prepared"
    NOT_PUBLISHED = "not-published"
    ALREADY_PUBLISHED = "already-published"
    CANCELLATION_MISSING = "cancellation-missing"
    STATUS_WRONG = "status-wrong"
    PHRASE_WRONG = "phrase-wrong"
    # delivery
    FOLLOW_UP_OWNER_MISSING = "follow-up-owner-missing"
    RECIPIENT_UNKNOWN = "recipient-unknown"
    ADDRESS_INVALID = "address-invalid"
    DELIVERY_UNKNOWN = "delivery-unknown"
    DELIVERY_SETTLED = "delivery-settled"
    DELIVERY_NOT_MADE = "delivery-not-made"
    NO_SUCH_WAY = "no-such-way"
    KEY_UNUSABLE = "key-unusable"
    KEY_EXPIRED = "key-expired"
    NOT_CHASED = "not-chased"
    CODE_WRONG = "code-wrong"
    LINK_UNKNOWN = "link-unknown"
    TOO_MANY_TRIES = "too-many-tries"
    LEASE_LOST = "lease-lost"
    SIGNATURE_INVALID = "signature-invalid"
    TEXT_TOO_LONG = "text-too-long"
    LIST_UNKNOWN = "list-unknown"
    DISPATCH_UNKNOWN = "dispatch-unknown"
    # follow-up
    NOTHING_TO_REVIEW = "nothing-to-review"
    NO_WINDOW = "no-window"
    # warnings given to us, and subjects on watch
    INBOUND_UNKNOWN = "inbound-unknown"
    INBOUND_KNOWN = "inbound-known"
    CLAIM_UNKNOWN = "claim-unknown"
    CLAIM_TESTED = "claim-tested"
    QUESTION_UNKNOWN = "question-unknown"
    QUESTION_ANSWERED = "question-answered"
    REPLY_NOT_OVERDUE = "reply-not-overdue"
    ANSWER_NOT_RELEASED = "answer-not-released"
    WATCH_UNKNOWN = "watch-unknown"
    WATCH_LIVE = "watch-live"
    WATCH_SIGHTED = "watch-sighted"
    SIGHTING_UNKNOWN = "sighting-unknown"
    # retention
    LEGAL_HOLD = "legal-hold"
    HOLD_UNKNOWN = "hold-unknown"
    # access and identity
    NOT_ALLOWED = "not-allowed"
    NOT_SIGNED_IN = "not-signed-in"
    OFFICER_UNKNOWN = "officer-unknown"
    OFFICER_EXISTS = "officer-exists"
    INVITE_INVALID = "invite-invalid"
    TOKEN_INVALID = "token-invalid"
    PASSKEY_REFUSED = "passkey-refused"
    CROSS_SITE = "cross-site"
    # policy, record, house
    LOG_KEY_MISSING = "log-key-missing"
    LOG_EMPTY = "log-empty"
    RECORD_DAMAGED = "record-damaged"
    RECORD_UNKNOWN = "record-unknown"
    PERIOD_UNKNOWN = "period-unknown"
    PACK_INVALID = "pack-invalid"
    PACK_UNKNOWN = "pack-unknown"
    EXPORT_INVALID = "export-invalid"
    SETTINGS_INVALID = "settings-invalid"
    SCENARIO_INVALID = "scenario-invalid"
    STORE_UNAVAILABLE = "store-unavailable"
    STORE_FULL = "store-full"
    CHANGED_MEANWHILE = "changed-meanwhile"


class Refusal(Exception):
    """Something was, rightly, not done; nothing has changed."""

    def __init__(self, code: Code, what: str, remedy: str = "") -> None:
        super().__init__(code, what, remedy)
        self.code, self.what, self.remedy = code, what, remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.remedy, f"[{self.code}]") if part)


def refuse(code: Code, what: str, remedy: str = "") -> NoReturn:
    """Raise `Refusal`: `what` did not happen and why, `remedy` what to do."""
    raise Refusal(code, what, remedy)
