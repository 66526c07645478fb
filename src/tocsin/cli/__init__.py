"""The command line. A command is imported when it is called, so that help answers at once."""

import json
import secrets
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Group

from tocsin import __version__
from tocsin.domain.refusal import Code, Refusal

_DAY = Group("Cases", sort_key=1)
_RECORD = Group("The record", sort_key=2)
_HOUSE = Group("The house", sort_key=3)
_PEOPLE = Group("Officers", sort_key=4)
_POLICY = (
    "Policy packs: show, check, explain, test and compare them.\n\n"
    "Alone it shows the policy that the house begins with."
)

_COMMANDS = (
    ("receive", "intake:receive", _DAY, "Receive reports from files or standard input."),
    ("read", "read:read", _DAY, "Read reports where they lie: who is threatened, in which words."),
    ("compare", "compare:compare", _DAY, "Say whether two names could be one person's, and why."),
    ("screen", "screen:screen", _DAY, "Screen a list of people against everybody on watch."),
    ("queue", "cases:queue", _DAY, "List cases, the least time left first."),
    ("case", "cases:case", _DAY, "Show one case: victims, warnings, deliveries, clocks."),
    ("history", "cases:history", _DAY, "Tell everything that happened in a case, in plain words."),
    ("do", "do:app", _DAY, "Do something in a case: one subcommand for every act of an officer."),
    ("directory", "directory:app", _DAY, "Those who may have to be warned, and how."),
    ("lists", "lists:app", _DAY, "Lists that warnings to the public go to."),
    ("leaks", "cases:leaks", _DAY, "Name what a draft shares with what may not leave."),
    ("export", "record:export", _RECORD, "Export a case's record, to be verified by anybody."),
    ("verify", "verify:verify", _RECORD, "Verify a log, an export or one record, offline."),
    ("log", "log:app", _RECORD, "The log: where it stands, its files, proofs and witnesses."),
    ("key", "record:key", _RECORD, "Print the log's public keys, or begin new ones."),
    ("checkpoint", "checkpoint:checkpoint", _RECORD, "Print the newest checkpoint, to keep."),
    ("search", "search:search", _RECORD, "Find every record about somebody, with proof."),
    ("audit", "search:audit", _RECORD, "Open and check every record, and search them all."),
    ("policy", "policy:app", _HOUSE, _POLICY),
    ("doctor", "doctor:doctor", _RECORD, "Prove that no deadline and no job is lost."),
    ("tally", "tally:tally", _RECORD, "Count a period's duties: warned, waived, lapsed, told."),
    ("examples", "examples:app", _HOUSE, "Officers' corrections of reading, to train it on."),
    ("witness", "witness:witness", _RECORD, "Witness logs elsewhere, as an overseer or a court."),
    ("run", "run:run", _HOUSE, "Start Tocsin: pages, API and workers in one process."),
    ("worker", "run:worker", _HOUSE, "Start workers alone, beside a web process elsewhere."),
    ("scenario", "scenario:scenario", _HOUSE, "Play a case told as data, and narrate each step."),
    ("enrol", "people:enrol", _PEOPLE, "Enrol an officer."),
    ("invite", "people:invite", _PEOPLE, "Print a link that signs an officer in once."),
    ("token", "people:token", _PEOPLE, "Print an API token for an officer, once."),
    ("people", "people:everyone", _PEOPLE, "List the officers."),
    ("disable", "people:disable", _PEOPLE, "Shut an officer out at once."),
)


def commands() -> App:
    """The whole tree of commands, none of them imported yet."""
    app = App(
        name="tocsin",
        help="Tocsin, the open system for the duty to warn.\n\n"
        "Every command takes --json and --debug. Settings come from the file named by --config "
        "or TOCSIN_CONFIG and from TOCSIN_ variables; TOCSIN_TOKEN says who you are.",
        version=__version__,
        help_format="plaintext",
        help_formatter="plain",
        result_action="return_value",
    )
    for name, place, group, told in _COMMANDS:
        app.command(f"tocsin.cli.{place}", name=name, group=group, help=told)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 something is wrong, 2 refused, 70 a bug."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(commands()(given, exit_on_error=False, print_error=False) or 0)
    except Refusal as refusal:
        _refused(refusal, as_json="--json" in given)
        sys.exit(2)
    except CycloptsError as error:
        why = " ".join(str(error).split()).rstrip(".?, ")
        remedy = "Add --help to see what is expected."
        _refused(
            Refusal(Code.BAD_VALUE, f"Nothing was done: {why}.", remedy), as_json="--json" in given
        )
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has gone; there is nobody to tell
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as bug:  # noqa: BLE001 - the last door: a bug surfaces here, with a number
        _bug(bug, debug="--debug" in given)
        sys.exit(70)


def _refused(refusal: Refusal, *, as_json: bool) -> None:
    """What did not happen, why, what to do, and the code."""
    from tocsin.cli.output import clean

    told = {"code": refusal.code, "what": refusal.what, "remedy": refusal.remedy}
    print(json.dumps({"refused": told}) if as_json else clean(str(refusal)), file=sys.stderr)


def _bug(bug: Exception, *, debug: bool) -> None:
    reference = secrets.token_hex(4)
    if debug:
        traceback.print_exception(bug)
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    # The message of an error may hold threat text; its kind and place do not.
    print(
        f"tocsin: error {reference}: {type(bug).__name__} in {frame.name}, line {frame.lineno}\n"
        f"This is a fault of Tocsin, not yours; whether it was done is not known. Look at the "
        f"case, then run it again with --debug and report it. [{reference}]",
        file=sys.stderr,
    )
