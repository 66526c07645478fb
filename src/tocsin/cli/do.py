"""`tocsin do`: every act of an officer as a subcommand, made from the commands themselves."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import Parameter as Argument
from inspect import Signature
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from cyclopts import App, Parameter

from tocsin.casework import reads
from tocsin.casework.act import ACTIONS, act, command
from tocsin.cli.output import SIGNED, Signed, when
from tocsin.cli.session import signed_in
from tocsin.domain.case import Case
from tocsin.domain.commands import Command
from tocsin.domain.findings import FindingName
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.serial import to_plain
from tocsin.domain.stage import stage

_MOST_JSON = 1_000_000
_CLOCKS = {"DeadlineSet", "DeadlineMet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One option: where its value belongs, and how it is written on the command line."""

    path: tuple[str, ...]
    option: str
    annotation: Any
    told: str
    is_json: bool = False


def leaves(kind: type[Command]) -> list[Leaf]:
    """The options of a command. Fields of fields lose their prefix where the name is unique."""
    found = [one for one in _fields(kind) if one[0] != ("case_id",)]
    names = Counter(path[-1] for path, _, _ in found)
    return [_leaf(path, hint, needed, names[path[-1]] == 1) for path, hint, needed in found]


def _fields(
    kind: type, path: tuple[str, ...] = (), *, needed: bool = True
) -> Iterator[tuple[tuple[str, ...], Any, bool]]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        hint, here = _bare(hints[field.name]), (*path, field.name)
        wanted = needed and field.default is MISSING and field.default_factory is MISSING
        if is_dataclass(hint) and isinstance(hint, type):
            yield from _fields(hint, here, needed=wanted)
        else:
            yield here, hint, wanted


def _bare(hint: Any) -> Any:
    """The type without "or None"."""
    inside = [one for one in get_args(hint) if one is not type(None)]
    return (
        inside[0] if len(inside) < len(get_args(hint)) and get_origin(hint) is not tuple else hint
    )


def _leaf(path: tuple[str, ...], hint: Any, needed: bool, alone: bool) -> Leaf:
    name = path[-1] if alone else "_".join(path[-2:])
    # Of a finding the answer itself goes by the finding's name: --harm yes --harm-basis "...".
    is_finding = path[-1] == "answer" and not alone
    option = path[-2] if is_finding else name
    annotation, told, is_json = _annotation(hint)
    told = ", ".join(filter(None, ("needed" * (needed and not is_finding), told)))
    return Leaf(path=path, option=option, annotation=annotation, told=told, is_json=is_json)


def _annotation(hint: Any) -> tuple[Any, str, bool]:
    origin = get_origin(hint)
    if origin is tuple:
        is_json = is_dataclass(get_args(hint)[0])
        return tuple[str, ...], "JSON, may be repeated" if is_json else "may be repeated", is_json
    if origin is not None and issubclass(origin, Mapping):
        return dict[str, str], "one option a name, such as --particulars.who_told", False
    if issubclass(hint, Enum):
        return Literal[tuple(one.value for one in hint)], "", False
    if issubclass(hint, datetime):
        return str, "a time with its zone", False
    return hint, "", False


def _made(action: str, kind: type[Command]) -> Callable[..., None]:
    """The function that Cyclopts calls for `action`: its signature is the command's fields."""
    options = leaves(kind)

    def run(case_id: str, /, *, signed: Signed = SIGNED, from_: str = "", **given: Any) -> None:
        plain = _plain(from_, options, given)
        if action == "record_findings" and isinstance(plain.get("findings"), dict):
            plain["findings"] = _all_five(plain["findings"])
        _carry_out(action, case_id, plain, signed)

    only, place = Argument.KEYWORD_ONLY, Argument.POSITIONAL_ONLY
    case = Annotated[str, Parameter(name="CASE", help="The case, such as C-7F3K-9QWM.")]
    source = Annotated[
        str,
        Parameter(
            name="--from",
            allow_leading_hyphen=True,
            show_default=False,
            help="Fields as JSON, in a file or - for standard input; options come on top.",
        ),
    ]
    arguments = [
        Argument("case_id", place, annotation=case),
        *(
            Argument(
                leaf.option,
                only,
                default=None,
                annotation=Annotated[Union[leaf.annotation, None], _parameter(leaf)],  # noqa: UP007
            )
            for leaf in options
        ),
        Argument("from_", only, default="", annotation=source),
        Argument("signed", only, default=SIGNED, annotation=Signed),
    ]
    run.__signature__ = Signature(arguments)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in arguments}
    run.__doc__ = kind.__doc__
    return run


def _parameter(leaf: Leaf) -> Parameter:
    many = get_origin(leaf.annotation) is tuple
    name = leaf.option.replace("_ids", "_id").replace("_", "-")
    negative = "" if many or get_origin(leaf.annotation) is dict else None
    return Parameter(name=f"--{name}", help=leaf.told, negative=negative)


def _all_five(findings: dict[str, Any]) -> dict[str, Any]:
    """A finding that nobody made is unknown."""
    five = [name.value for name in FindingName]
    return findings | {name: {"answer": "unknown"} | findings.get(name, {}) for name in five}


def _plain(source: str, options: list[Leaf], given: Mapping[str, Any]) -> dict[str, Any]:
    plain = _from(source) if source else {}
    for leaf in options:
        value = given.get(leaf.option)
        if value is None:
            continue
        if isinstance(value, tuple):
            value = [_json(one) if leaf.is_json else one for one in value]
        inner = plain
        for name in leaf.path[:-1]:
            inner = inner.setdefault(name, {})
        inner[leaf.path[-1]] = value
    return plain


def _from(source: str) -> dict[str, Any]:
    try:
        if source == "-":
            text = sys.stdin.read(_MOST_JSON + 1)
        else:
            with Path(source).open(encoding="utf-8") as file:
                text = file.read(_MOST_JSON + 1)
    except (OSError, UnicodeDecodeError) as error:
        why = f"Nothing was done: the fields cannot be read ({type(error).__name__})."
        refuse(Code.BAD_VALUE, why, "Check the file's name and that it is UTF-8.")
    plain = _json(text)
    if not isinstance(plain, dict) or len(text) > _MOST_JSON:
        refuse(
            Code.BAD_VALUE,
            "Nothing was done: the fields are not one JSON object of reasonable size.",
            "Give an object with the command's fields.",
        )
    return plain


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        why = "Nothing was done: what should be JSON is not."
        raise Refusal(Code.BAD_VALUE, why, "Quote it as JSON.") from error


def _carry_out(action: str, case_id: str, plain: dict[str, Any], signed: Signed) -> None:
    wanted = command(action, case_id, plain)
    with signed_in(signed) as (app, by):
        before = reads.read_case(app, case_id, by).seq
        after = act(app, wanted, by)
        news = [one for one in reads.history(app, case_id, by) if one.case_seq > before]
    words = [one.words for one in news if one.kind not in _CLOCKS]
    signed.show({**_standing(after), "happened": words}, *words, _next(after))


def _standing(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "seq": case.seq,
        "state": case.state,
        "stage": stage(case),
        "next_deadline": to_plain(case.next_deadline),
    }


def _next(case: Case) -> str:
    due = case.next_deadline
    clock = f"; {due.clock.replace('_', ' ')} is due {when(due.due_at)}" if due else ""
    return f"Case {case.case_id}: {case.state}, stage {stage(case).replace('_', ' ')}{clock}."


app = App(
    name="do",
    help="Do something in a case: one subcommand for every act of an officer.",
    help_format="plaintext",
    help_formatter="plain",
)
for _action, _kind in ACTIONS.items():
    app.command(_made(_action, _kind), name=_action.replace("_", "-"))
