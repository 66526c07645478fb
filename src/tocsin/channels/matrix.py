"""Matrix: plain messages by the client-server API, read receipts and answers by its sync.

Not end-to-end encrypted: the homeservers on both sides can read what is sent.
Source: Matrix client-server API, v1.11.
"""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal
from urllib.parse import quote, urlencode

from tocsin.channels.addresses import address_for
from tocsin.channels.base import (
    LONGEST_REPLY,
    FailureReason,
    HandedOver,
    Message,
    NotHandedOver,
    OutcomeUnknown,
    Passing,
    Permanent,
    Report,
    Reported,
)

# Plain HTTP, not matrix-nio: it bounds single waits only, and brings a second HTTP client along.
from tocsin.channels.posting import Reply, Unreached, refused, talk, unreached
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse

MOST_ANSWER_BYTES = 64 * 1024
MOST_SYNC_BYTES = 64 * 1024 * 1024
MOST_EVENTS_A_ROOM = 100
MOST_ROOMS_REMEMBERED = 10_000
_EVENT_ID = re.compile("[$][!-~]{1,254}")
_ERROR_CODE = re.compile("[A-Z_]{1,60}")
_PERMANENT = {
    403: FailureReason.RECIPIENT_REFUSED,
    404: FailureReason.RECIPIENT_REFUSED,
    413: FailureReason.TOO_LONG,
}
_ADDRESSEE = "org.tocsin.addressee"
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "account_data": {"types": []},
            "state": {"types": []},
            "ephemeral": {"types": ["m.receipt"]},
            "timeline": {
                "types": ["m.room.message", "m.room.encrypted"],
                "limit": MOST_EVENTS_A_ROOM,
            },
        },
    },
    separators=(",", ":"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSettings:
    """The house's account. Raises `Refusal` (settings-invalid).

    `homeserver` is its address, `user_id` the account's. `room_secret` hides in the alias of a
    room whom it is for; it stays the same when the token changes. `deadline_s` bounds one `send`.
    """

    homeserver: str
    user_id: str
    access_token: str = field(repr=False)
    room_secret: bytes = field(repr=False)
    deadline_s: float = 30

    def __post_init__(self) -> None:
        checks = {
            "the homeserver's address begins with https://": _is(Method.WEBHOOK, self.homeserver),
            "user_id is one such as @duty:example.org": self.user_id.startswith("@")
            and _is(Method.MATRIX, self.user_id),
            "an access token is plain ASCII": bool(re.fullmatch("[!-~]+", self.access_token)),
            "room_secret has at least 16 bytes": len(self.room_secret) >= 16,
            "the deadline is positive": self.deadline_s > 0,
        }
        for rule, is_kept in checks.items():
            if not is_kept:
                refuse(Code.SETTINGS_INVALID, f"Matrix was not set up: {rule}.")


def _is(method: Method, address: str) -> bool:
    try:
        return address_for(method, address) == address
    except Refusal:
        return False


class MatrixChannel:
    """Sends to a room (`!...`) or to a person (`@...`), in one direct room a person.

    `load` and `save` keep where the sync has come to (""; nothing yet). Without them answers of
    before a restart may be reported again. Threads may share a channel.
    """

    name = "matrix"

    def __init__(
        self,
        settings: MatrixSettings,
        *,
        load: Callable[[], str] | None = None,
        save: Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._since = ""
        self._load = load or (lambda: self._since)
        self._save = save or self._remember
        self._addressees: dict[str, str] = {}

    def _remember(self, since: str) -> None:
        self._since = since

    def send(self, message: Message) -> HandedOver:
        """Hand the message over; the same key is the same event for as long as the server
        remembers it (Synapse: a day). Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        if message.method is not Method.MATRIX:
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED)
        if message.encrypt_to:
            raise Permanent(FailureReason.KEY_UNUSABLE)
        talk_ = _Talk(self._settings)
        room, joined = message.to_address, True
        if room.startswith("@"):
            room, joined = self._direct_room(talk_, message.to_address)
        sent = talk_.expect(
            "PUT",
            f"/rooms/{_q(room)}/send/m.room.message/{_digest(b'', message.key)}",
            {"msgtype": "m.text", "body": _text(message)},
            hands_over=True,
        )
        event_id = sent.get("event_id")
        if not isinstance(event_id, str) or not _EVENT_ID.fullmatch(event_id):
            raise OutcomeUnknown(FailureReason.BAD_ANSWER, "no event id")
        return HandedOver(provider_id=event_id, detail="200" if joined else "200, not joined yet")

    def _direct_room(self, talk_: "_Talk", user: str) -> tuple[str, bool]:
        """The room for `user`, made when there is none, and whether they have joined it.

        Its alias makes it one: of two that are made at once, the server lets one be.
        """
        local = f"tocsin-{_digest(self._settings.room_secret, user)}"
        alias = f"#{local}:{self._settings.user_id.partition(':')[2]}"
        room = talk_.room_of(alias)
        if not room:
            talk_.expect("GET", f"/profile/{_q(user)}", unless={"M_FORBIDDEN"})
            talk_.expect("POST", "/createRoom", _new_room(local, user), unless={"M_ROOM_IN_USE"})
            room = talk_.room_of(alias)
        if not room:
            raise Passing(FailureReason.BAD_ANSWER, "no room made")
        return room, self._is_joined(talk_, room, user)

    def _is_joined(self, talk_: "_Talk", room: str, user: str) -> bool:
        """Whether `user` is in the room; one who left is asked back. Raises for one banned."""
        path = f"/rooms/{_q(room)}/state/m.room.member/{_q(user)}"
        membership = talk_.expect("GET", path, unless={"M_NOT_FOUND"}).get("membership")
        if membership not in ("join", "invite"):
            talk_.expect("POST", f"/rooms/{_q(room)}/invite", {"user_id": user})
        return membership == "join"

    def reports(self, take: Callable[[Report], None], wait_s: float) -> None:
        """Read receipts (DISPLAYED) and answers (REPLIED) of those we wrote to.

        A receipt names the last event read: earlier ones are not reported with it. Of a room
        that is for one person, what others do in it is not reported. Raises `Passing`.
        """
        ends_at, given = time.monotonic() + wait_s, False
        while not given:
            left_s = max(0.0, ends_at - time.monotonic())
            given = self._sync(take, left_s)
            if time.monotonic() >= ends_at:
                return

    def _sync(self, take: Callable[[Report], None], wait_s: float) -> bool:
        query = {"filter": _FILTER, "timeout": str(int(wait_s * 1000)), "set_presence": "offline"}
        if since := self._load():
            query["since"] = since
        came = _Talk(self._settings, wait_s).expect(
            "GET", f"/sync?{urlencode(query)}", most_bytes=MOST_SYNC_BYTES
        )
        given = False
        for room, news in _items(came, "rooms", "join"):
            for report in self._of_room(room, news):
                take(report)
                given = True
        if not isinstance(came.get("next_batch"), str):
            raise Passing(FailureReason.BAD_ANSWER, "no next_batch")
        self._save(came["next_batch"])
        return given

    def _of_room(self, room: str, news: Any) -> Iterator[Report]:
        found = [*_read(news), *_said(news)]
        found = [(who, report) for who, report in found if who != self._settings.user_id]
        if not found:
            return
        addressee = self._addressee(room)
        for who, report in found:
            if addressee in ("", who):
                yield Report(
                    kind=report.kind,
                    provider_id=report.provider_id,
                    address=addressee or room,
                    words=report.words,
                    detail=report.detail,
                )

    def _addressee(self, room: str) -> str:
        """Whom a room that we made is for; "" for one that is for many."""
        if room not in self._addressees:
            path = f"/rooms/{_q(room)}/state/m.room.create"
            made = _Talk(self._settings).expect("GET", path, unless={"M_NOT_FOUND"})
            if len(self._addressees) >= MOST_ROOMS_REMEMBERED:
                self._addressees.clear()
            self._addressees[room] = str(made.get(_ADDRESSEE, ""))
        return self._addressees[room]


def _new_room(alias: str, user: str) -> dict[str, Any]:
    return {
        "preset": "private_chat",
        "is_direct": True,
        "invite": [user],
        "room_alias_name": alias,
        "creation_content": {_ADDRESSEE: user},
    }


def _digest(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:40]


def _q(part: str) -> str:
    return quote(part, safe="")


def _text(message: Message) -> str:
    prefix = "EXERCISE " if message.exercise and "EXERCISE" not in message.subject else ""
    return f"{prefix}{message.subject}\n\n{message.body}"


class _Talk:
    """Requests that share one deadline."""

    def __init__(self, settings: MatrixSettings, longer_s: float = 0) -> None:
        self._settings = settings
        self._ends_at = time.monotonic() + settings.deadline_s + longer_s

    def room_of(self, alias: str) -> str:
        """The room behind an alias, or ""."""
        found = self.expect("GET", f"/directory/room/{_q(alias)}", unless={"M_NOT_FOUND"})
        return str(found.get("room_id", ""))

    def expect(
        self,
        method: Literal["GET", "POST", "PUT"],
        path: str,
        content: dict[str, Any] | None = None,
        *,
        unless: set[str] | None = None,
        hands_over: bool = False,
        most_bytes: int = MOST_ANSWER_BYTES,
    ) -> dict[str, Any]:
        """The answer's JSON; {} for an error that `unless` names. Only a request that
        `hands_over` can have an unknown outcome."""
        try:
            reply = talk(
                method,
                self._settings.homeserver,
                json.dumps(content).encode() if content is not None else b"",
                below=f"/_matrix/client/v3{path}",
                headers={
                    "Authorization": f"Bearer {self._settings.access_token}",
                    "Content-Type": "application/json",
                },
                timeout_s=max(0.001, self._ends_at - time.monotonic()),
                most_bytes=most_bytes,
            )
        except Unreached as error:
            failed = unreached(error)
            passes = not hands_over or isinstance(failed, Permanent)
            raise (Passing(error.reason) if passes else failed) from None
        answer = _json(reply.body)
        if reply.status == 200 and answer is not None:
            return answer
        if unless and (answer or {}).get("errcode") in unless:
            return {}
        raise _failure(reply, answer, hands_over)


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _failure(reply: Reply, answer: dict[str, Any] | None, hands_over: bool) -> NotHandedOver:
    error_code = str((answer or {}).get("errcode", ""))
    if reply.status == 200:
        garbled: type[NotHandedOver] = OutcomeUnknown if hands_over else Passing
        return garbled(FailureReason.BAD_ANSWER, "200")
    if not _ERROR_CODE.fullmatch(error_code):
        # Not said in Matrix: an operator may mend what stands between us and the homeserver.
        failed = refused(reply)
        is_unknown = hands_over and isinstance(failed, OutcomeUnknown)
        return failed if is_unknown else Passing(failed.reason, failed.detail)
    detail = f"{reply.status} {error_code}"
    if error_code == "M_LIMIT_EXCEEDED":
        wait_ms = (answer or {}).get("retry_after_ms")
        wait = f", retry after {ceil(wait_ms / 1000)} s" if isinstance(wait_ms, int) else ""
        return Passing(FailureReason.RATE_LIMITED, detail + wait)
    if reply.status == 401 or error_code == "M_USER_DEACTIVATED":
        return Passing(FailureReason.SIGN_IN_REFUSED, detail)
    if reply.status >= 500:
        return Passing(FailureReason.SERVER_BUSY, detail)
    return Permanent(_PERMANENT.get(reply.status, FailureReason.SERVER_REFUSED), detail)


def _items(given: Any, *names: str) -> list[tuple[str, Any]]:
    """The items of what lies under `names`; [] where it is not there, or no object."""
    for name in names:
        given = given.get(name) if isinstance(given, dict) else None
    return list(given.items()) if isinstance(given, dict) else []


def _events(news: Any, part: str) -> Iterator[dict[str, Any]]:
    events = dict(_items(news, part)).get("events")
    for event in events if isinstance(events, list) else []:
        if isinstance(event, dict) and isinstance(event.get("content"), dict):
            yield event


def _read(news: Any) -> Iterator[tuple[str, Report]]:
    for event in _events(news, "ephemeral"):
        for event_id, _ in _items(event, "content"):
            for user, _ in _items(event, "content", event_id, "m.read"):
                yield user, Report(kind=Reported.DISPLAYED, provider_id=event_id)


def _said(news: Any) -> Iterator[tuple[str, Report]]:
    for event in _events(news, "timeline"):
        words, is_sealed = event["content"].get("body"), event.get("type") == "m.room.encrypted"
        yield (
            str(event.get("sender", "")),
            Report(
                kind=Reported.REPLIED,
                words=words[:LONGEST_REPLY] if isinstance(words, str) else "",
                detail="encrypted: the words were not read" if is_sealed else "",
            ),
        )
