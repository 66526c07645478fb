"""What both passkey ceremonies share: the house as relying party, refusals as scripts read them."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from tocsin.app import App
from tocsin.domain.refusal import Refusal
from tocsin.identity.passkeys import RelyingParty, relying_party
from tocsin.web.answers import status_of


class Answered(BaseModel):
    """What the browser's authenticator answered, beside the fields of the form."""

    model_config = ConfigDict(extra="forbid")

    next: str = Field("", max_length=2_000)
    name: str = Field("", max_length=400)
    credential: dict[str, Any]


def party(app: App) -> RelyingParty:
    return relying_party(app.settings.base_url)


def said(refusal: Refusal) -> JSONResponse:
    """A refusal as `passkeys.js` shows it."""
    told = {"what": refusal.what, "remedy": refusal.remedy, "code": refusal.code.value}
    return JSONResponse(told, status_of(refusal.code))
