"""What an officer may ask for, by name: the one table that the doors to `handle` share."""

import re
from collections.abc import Mapping
from typing import Any

from tocsin.casework import examples, publications
from tocsin.casework.access import action_of
from tocsin.casework.answering import release_answer
from tocsin.casework.handle import handle
from tocsin.casework.house import App
from tocsin.casework.release import release
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.serial import from_plain

# Reports come in by `intake`; the others are the worker's and the recipient's alone.
_NOT_AN_OFFICERS = {
    c.OpenCase,
    c.AddReport,
    c.ReceiveAgain,
    c.StartAttempt,
    c.RecordAttempt,
    c.StartAttempts,
    c.RecordAttempts,
    c.RecordReceipt,
    c.RecordReply,
    c.WorkBatches,
    c.RecordBatchReceipts,
    c.RecordSighting,
    c.Lapse,
    c.Visit,
    c.Acknowledge,
    c.React,
}

ACTIONS: Mapping[str, type[c.Command]] = {
    action_of(name): kind for name, kind in c.COMMANDS.items() if kind not in _NOT_AN_OFFICERS
}
"""Every command of an officer, by its action's name in snake case."""

_QUOTED = re.compile(r"'.*'|\".*\"", re.S)


def command(action: str, case_id: str, fields: Mapping[str, Any]) -> c.Command:
    """The command `action` from plain data. Refuses BAD_VALUE and UNKNOWN_FIELD.

    `fields` are those of the command but for `case_id`, as JSON gives them.
    """
    try:
        return from_plain(ACTIONS[action], {**fields, "case_id": case_id})
    except ValueError as error:
        # What was given may hold names; say only what is wrong with it.
        why = _QUOTED.sub("what was given", str(error))
        code = Code.BAD_VALUE
        if "unknown field" in why:
            code = Code.UNKNOWN_FIELD
        elif why == "a time needs a zone":
            code = Code.TIME_WITHOUT_ZONE
        raise Refusal(code, f"Nothing was done: {why}.", "Correct it and send it again.") from error


def act(app: App, command: c.Command, by: Actor) -> Case:
    """Carry out an officer's command: words leave by `release`, back to whoever warned us by
    `release_answer`, in public by `publications`; examples are checked against their report; all
    else goes by `handle`."""
    if isinstance(command, c.ReleaseWarning):
        return release(app, command, by)
    if isinstance(command, c.ConfirmAnswer):
        return release_answer(app, command, by)
    if isinstance(command, publications.Publishing):
        return publications.publish(app, command, by)
    if isinstance(command, c.CorrectReading):
        return examples.correct(app, command, by)
    return handle(app, command, by)
