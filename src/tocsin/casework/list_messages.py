"""What goes to everybody on a list: composed once in each language, but for the way to leave."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.casework.house import App
from tocsin.channels import Message
from tocsin.domain.case import Case
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Method
from tocsin.domain.phrases import phrases_for
from tocsin.domain.phrases.leaving import leave_in
from tocsin.domain.warning import WarningKind, text_sha256
from tocsin.identity.subscriptions import leaving_token


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """A message in one language, up to the link."""

    subject: str
    body: str
    language: str


class Composer:
    """The messages of one dispatch. Raises RuntimeError if its words are not the released ones."""

    def __init__(self, app: App, case: Case, dispatch: Dispatch) -> None:
        warning = the_warning(case, dispatch.warning_id)
        release, self._draft = warning.release, warning.draft
        if release is None or text_sha256(self._draft.text) != release.text_sha256:
            raise RuntimeError("words that were not released were about to leave")
        if dispatch.text_sha256 != release.text_sha256:
            raise RuntimeError("a dispatch carries other words than those released")
        self._dispatch_id, self._list_id = dispatch.dispatch_id, dispatch.list_id
        self._method: Method = dispatch.method
        self._exercise = case.exercise
        self._imminent = case.clock_urgency is Urgency.IMMINENT
        cancels = warning.kind is WarningKind.CANCEL  # worth hearing late, as in `message_for`
        self._expires_at: datetime | None = None if cancels else self._draft.words.window.closes
        self._key, self._leave = app.keys.links, f"{app.settings.base_url}/leave/"
        self._page = page_of(app, case, dispatch)
        self._words: dict[str, _Words] = {}

    def message(self, number: int, address: str, language: str) -> Message:
        """Raises ValueError or `Refusal` (address-invalid) for what no message can carry."""
        words = self._words.get(language) or self._compose(language)
        token = leaving_token(self._key, self._list_id, number)
        return Message(
            key=f"{self._dispatch_id}.{number}",
            to_name="",
            to_address=address,
            subject=words.subject,
            body=f"{words.body}{self._leave}{token}\n",
            language=words.language,
            exercise=self._exercise,
            method=self._method,
            imminent=self._imminent,
            expires_at=self._expires_at,
        )

    def _compose(self, language: str) -> _Words:
        block = self._draft.block_for(language)
        say = phrases_for(block.language)
        mark = f"{' - '.join([say.exercise] * 3)}\n\n" if self._exercise else ""
        page = f"\n{self._page}\n" if self._page else ""
        words = _Words(
            subject=f"{say.exercise}{say.separator}" * self._exercise + block.headline,
            body=f"{mark}{block.text}{page}\n{leave_in(block.language)}\n",
            language=block.language,
        )
        self._words[language] = words
        return words


def page_of(app: App, case: Case, dispatch: Dispatch) -> str:
    """The public page of the same words, where the dispatch names its publication; else ""."""
    published = case.publications.get(dispatch.publication_id)
    if published is None or published.sent_as is None:
        return ""
    return f"{app.settings.base_url}/public/{published.sent_as.identifier}"
