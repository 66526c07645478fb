"""One route for every command that an officer may give, made from the commands themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tocsin.casework.act import ACTIONS, act
from tocsin.domain.case import Case, CaseState, Deadline
from tocsin.domain.commands import Command
from tocsin.domain.stage import Stage, stage
from tocsin.web.api.common import closed
from tocsin.web.api.fields import Body, InPath, body_of, given
from tocsin.web.doors import House, Officer, officer

router = closed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the case stands after a command."""

    case_id: str
    seq: int
    state: CaseState
    stage: Stage
    next_deadline: Deadline | None


def standing(case: Case) -> Standing:
    return Standing(
        case_id=case.case_id,
        seq=case.seq,
        state=case.state,
        stage=stage(case),
        next_deadline=case.next_deadline,
    )


def _endpoint(kind: type[Command]) -> Callable[..., Standing]:
    def command(case_id: InPath, body: Body, app: House, by: Officer) -> Standing:
        return standing(act(app, kind(case_id=case_id, **given(body)), by))

    command.__annotations__["body"] = body_of(kind, "case_id")
    return command


def _described(kind: type[Command]) -> dict[str, Any]:
    words = (kind.__doc__ or "").strip()
    return {"summary": words.partition("\n")[0].rstrip("."), "description": words}


for action, kind in ACTIONS.items():
    router.add_api_route(
        f"/cases/{{case_id}}/{action}",
        _endpoint(kind),
        methods=["POST"],
        operation_id=action,
        tags=["case"],
        # Casework asks the policies about this very case.
        dependencies=[officer()],
        **_described(kind),
    )
