"""The log in daily life: where it stands, its files, its proofs, its witnesses."""

import sys
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from tocsin.casework import log_keys, logbook, publishing, witnessing
from tocsin.cli.output import COMMON, SIGNED, Common, Signed, progress, when
from tocsin.cli.session import house, signed_in
from tocsin.domain.refusal import Code, refuse
from tocsin.domain.serial import to_plain
from tocsin.store import events

app = App(
    name="log",
    help="The log: where it stands, its files, its proofs, its witnesses.\n\n"
    "Every command takes --json and --debug.",
    help_format="plaintext",
    help_formatter="plain",
)


@app.command
def status(*, common: Common = COMMON) -> int:
    """Tell where the log stands, and how each witness follows.

    The exit status is 1 where somebody must act: nobody outside has seen the newest records
    for too long, or a witness contradicts the log. No warning waits for any of it.
    """
    with house(common) as opened:
        state = logbook.state(opened)
        now = opened.clock()
    lines = [
        f"Log {state.origin}, keys of generation {state.generation}: {state.size:,} records.",
        f"Signed: the first {state.signed_size:,}{_at(state.signed_at)}.",
    ]
    if state.is_watched:
        lines.append(f"Witnessed by a quorum: the first {state.witnessed_size:,}.")
        lines += [_witness(one) for one in state.witnesses]
    else:
        lines.append("No witness is asked: set trust_policy, so that others can vouch for it.")
    if state.anchored_at:
        lines.append(f"Timestamped: the first {state.anchored_size:,}{_at(state.anchored_at)}.")
    lines += [f"ALARM: {alarm}" for alarm in state.alarms]
    told = {field.name: _plain(getattr(state, field.name)) for field in fields(state)}
    common.show({**told, "at": to_plain(now)}, *lines)
    return int(state.is_alarming)


@app.command
def publish(
    folder: Annotated[Path, Parameter(name="DIR", help="An empty folder, or this log's.")],
    /,
    *,
    signed: Signed = SIGNED,
) -> None:
    """Write the log as files that anybody's tools read and `tocsin verify` checks.

    Only what is new is written. The files hold commitments and the reasons of key rotations,
    no case, name or text. For an inspector or an administrator; run it from a timer.
    """
    with signed_in(signed) as (opened, by):
        with opened.store.read() as db:
            last = events.last_position(db)
        with progress("Publishing", last) as bar:
            done = publishing.publish_as(
                opened, by, folder, lambda done: bar.update(bar.task_ids[0], completed=done)
            )
    told = {"folder": str(folder), **to_plain(done)}
    signed.show(
        told, f"{folder}: {done.size:,} records, {done.files:,} files written. "
        f"Next, from elsewhere: tocsin verify {folder} --key KEY"
    )  # fmt: skip


@app.command
def proof(
    position: Annotated[int, Parameter(name="POSITION", help="The record's position, from 1.")],
    /,
    *,
    output: Annotated[
        Path | None, Parameter(alias="-o", help="Where to write it; else standard output.")
    ] = None,
    common: Common = COMMON,
) -> None:
    """Prove that a record stands in the log: a C2SP tlog-proof, which opens none of its fields."""
    with house(common) as opened:
        text = logbook.proof_at(opened, position)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        # "x": a proof is evidence, and is never written over.
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was written: the file cannot be made ({type(error).__name__}).",
            "Name a new file in a folder where you may write.",
        )
    told = {"file": str(output), "bytes": len(text.encode())}
    common.show(told, f"{output}. Next: tocsin verify {output} --key KEY")


@app.command
def witness(*, common: Common = COMMON) -> int:
    """Ask every witness of the trust policy now, and tell what each answered.

    Workers do this by themselves, every witness_every_s seconds. The exit status is 1 where
    no quorum cosigned.
    """
    with house(common) as opened:
        done = witnessing.ask_all(opened)
    if done is None:
        refuse(
            Code.LOG_EMPTY,
            "Nobody was asked: there is no trust policy, or nothing on the record.",
            "Name a trust policy in the setting trust_policy; `tocsin log policy` begins one.",
        )
    told = {
        "size": done.size,
        "is_met": done.is_met,
        "asked": [
            {"url": one.url, "cosigned": bool(one.lines), "trouble": one.trouble}
            for one in done.asked
        ],
    }
    lines = [f"{one.url}: {one.trouble or 'it cosigned'}." for one in done.asked]
    met = "The quorum is met" if done.is_met else "The quorum is not met"
    common.show(told, *lines, f"{met} at {done.size:,} records.")
    return int(not done.is_met)


@app.command
def policy(*, common: Common = COMMON) -> None:
    """Print a trust policy to begin with: this log's keys, and how to name its witnesses.

    Its log lines are what the operator of a witness needs; the rest is for whoever verifies.
    """
    with house(common) as opened, opened.store.read() as db:
        keys = log_keys.verifier_keys(db)
    logs = "\n".join(f"log {key.text}" for key in keys)
    text = _POLICY.format(origin=keys[0].name, logs=logs)
    common.show({"policy": text}, text.rstrip("\n"))


_POLICY = """\
# Trust policy (C2SP tlog-policy) of the log {origin}
# Compare these keys with what `tocsin key` printed, by a path that is not this file's.
{logs}

# Witnesses: one line a key, as `tocsin witness DIR --init` prints them at each operator's.
# A witness signs with Ed25519 and with ML-DSA-44; each key has a line and a name of its own.
#   witness NAME KEY URL
# witness court-ed KEY https://witness.court.example/
# witness court-ml KEY https://witness.court.example/
# witness audit-ed KEY https://witness.audit.example/
# witness audit-ml KEY https://witness.audit.example/

# One group an organisation: however many keys and machines it runs, it counts once.
# group court any court-ed court-ml
# group audit any audit-ed audit-ml

# How many organisations must have cosigned. Name it instead of none:
# group quorum-of-all 2 court audit
# quorum quorum-of-all
quorum none
"""


def _witness(one: logbook.WitnessState) -> str:
    who = f"  {', '.join(one.names)} ({one.url})"
    if one.asked_at is None:
        return f"{who}: not asked yet."
    seen = f"the first {one.size:,}{_at(one.cosigned_at)}" if one.cosigned_at else "nothing yet"
    return f"{who}: cosigned {seen}.{f' Trouble: {one.trouble}.' if one.trouble else ''}"


def _plain(value: Any) -> Any:
    """As JSON has it: hashes in hexadecimal, lengths of time in seconds."""
    match value:
        case bytes():
            return value.hex()
        case timedelta():
            return int(value.total_seconds())
    return to_plain(value)


def _at(at: datetime | None) -> str:
    return f", {when(at)}" if at else ""
