"""Policy packs: list, show, check, explain, test and compare them."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from tocsin.cli.output import COMMON, OFFLINE, Common, Offline, progress, table

if TYPE_CHECKING:
    from tocsin.domain.duty import Clause
    from tocsin.policy.examples import Tried
    from tocsin.policy.pack import Pack

app = App(name="policy", help_format="plaintext", help_formatter="plain")

Named = Annotated[
    str,
    Parameter(
        name="PACK",
        help="A shipped pack, a .toml file, or a kept SHA-256; else what the house begins with.",
    ),
]
Packs = Annotated[
    str, Parameter(name="PACKS", help="Shipped packs or .toml files; all shipped ones when none.")
]


@app.default
def first(*, common: Common = COMMON) -> None:
    """Show the policy that the house begins with, clause by clause.

    Each clause says whether it is quoted, paraphrased, unverified or our own design. What units
    work under since is told by `tocsin policy in-force`.
    """
    show(common=common)


# Imported when they are called: what checks a pack needs no database.
for _name, _help in {
    "in-force": "What every unit works under, what is proposed, and how it came about.",
    "propose": "Propose what your unit is to work under; another officer must confirm.",
    "confirm": "Confirm another officer's proposal.",
    "reject": "Reject a proposal, with a reason.",
}.items():
    _place = f"tocsin.cli.policy_force:{_name.replace('-', '_')}"
    app.command(_place, name=_name, help=_help)


@app.command(name="list")
def list_(*, offline: Offline = OFFLINE) -> None:
    """List the packs that come with Tocsin."""
    from tocsin.policy.explain import explain
    from tocsin.policy.pack import load, shipped, shipped_names

    told = [explain(load(shipped(name), name=name)) for name in shipped_names()]
    names = ("name", "title", "version", "jurisdiction", "pack_hash", "extends", "unverified")
    if offline.json:
        offline.show({"packs": [{name: getattr(one, name) for name in names} for one in told]})
        return
    rows = ((one.name, one.title, one.version, one.jurisdiction, str(len(one.unverified)))
            for one in told)  # fmt: skip
    table(("Id", "Title", "Version", "Jurisdiction", "Unverified"), rows)


@app.command
def show(
    name: Named = "",
    /,
    *,
    text: Annotated[
        bool, Parameter(negative="", help="Print its text instead, with all it extends.")
    ] = False,
    common: Common = COMMON,
) -> None:
    """Show a policy clause by clause: its words, how sure they are, and where they come from."""
    from tocsin.cli.policy_packs import named
    from tocsin.policy.beside import parts

    policy = named(name, common)
    told = {"name": policy.name, "sha256": policy.pack_hash}
    if text:
        common.show({**told, "text": policy.text}, policy.text)
        return
    clauses = [clause for pack in parts(policy) for clause in _clauses(pack)]
    common.show(
        {**told, "clauses": clauses},
        f"{policy.name}, SHA-256 {policy.pack_hash}",
        *(f"\n{one.rule} ({one.status})\n  {one.clause}\n  {one.source}" for one in clauses),
    )


def _clauses(pack: "Pack") -> list["Clause"]:
    rules = [rule.clause for rule in pack.threshold.rules]
    return [*rules, *(ground.clause for ground in pack.grounds.values()), *pack.separation]


@app.command
def check(
    *names: Packs,
    exhaustive: Annotated[
        bool, Parameter(negative="", help="Try every case that each pack can be given, as well.")
    ] = False,
    offline: Offline = OFFLINE,
) -> int:
    """Check packs before they are used: each fault with its file, line and remedy.

    Refused are undefined words, rules that cannot be true, cases that no rule answers, rules
    that overlap, clauses without a source, missing tables, and examples that are decided
    otherwise than they say. The exit status is 1 where there is a fault.
    """
    from tocsin.cli.policy_packs import faults_of, file_of
    from tocsin.policy.pack import shipped_names

    told: list[dict[str, Any]] = []
    for name in names or shipped_names():
        faults, pack = faults_of(name)
        one = {
            "pack": name,
            "sha256": pack.pack_hash if pack else "",
            "faults": [
                {
                    "file": fault.file or file_of(name),
                    "line": fault.line,
                    "key": fault.key,
                    "what": fault.what,
                    "remedy": fault.remedy,
                }
                for fault in faults
            ],
            "exhaustive": _exhausted(pack) if exhaustive and pack else None,
        }
        told.append(one)
        if not offline.json:
            offline.show(None, *_checked(one))
    count = sum(len(one["faults"]) for one in told)
    broken = sum(len(one["exhaustive"]["broken"]) for one in told if one["exhaustive"])
    found = f"{count + broken:,} faults" if count + broken else "no fault"
    offline.show({"packs": told}, f"{len(told)} packs: {found}.")
    return int(bool(count or broken))


def _exhausted(pack: "Pack") -> Any:
    from tocsin.domain.serial import to_plain
    from tocsin.policy.exhaustive import exhaust
    from tocsin.policy.soundness import KEYS

    with progress(f"Trying every case of {pack.name}", len(KEYS)) as bar:
        return to_plain(exhaust(pack, lambda done: bar.update(bar.task_ids[0], completed=done)))


def _checked(one: dict[str, Any]) -> list[str]:
    """The faults of one pack as an editor understands them, then what was tried of it."""
    lines = [
        f"{fault['file']}:{fault['line'] or 1}: "
        + (f"{fault['key']}: " if fault["key"] else "")
        + f"{fault['what'].rstrip('.')}. {fault['remedy']}"
        for fault in one["faults"]
    ]
    if tried := one["exhaustive"]:
        lines += [f"{one['pack']}: {complaint}." for complaint in tried["broken"]]
        lines.append(
            f"{one['pack']}: {tried['combinations']:,} combinations, {tried['particulars']:,} ways "
            f"to fill in its grounds and {tried['roads']:,} roads to the end were tried."
        )
    return lines


@app.command
def explain(
    name: Named = "",
    /,
    *,
    table: Annotated[
        bool, Parameter(negative="", help="Print what decides as a table instead.")
    ] = False,
    diagram: Annotated[
        bool, Parameter(negative="", help="Print it as a decision diagram in Mermaid instead.")
    ] = False,
    common: Common = COMMON,
) -> None:
    """Say in plain words what a pack does, clause by clause, and which clauses are unverified."""
    from tocsin.cli.policy_packs import rows_of, tell
    from tocsin.policy import explain as plain

    pack = _pack(name, common)
    explained, rows = plain.explain(pack), plain.decision_table(pack.truth)
    drawn = plain.decision_diagram(pack.truth)
    if common.json:
        common.show({"explained": explained, "table": rows, "diagram": drawn})
    elif diagram:
        common.show(None, drawn)
    elif table:
        rows_of(rows)
    else:
        tell(explained)


@app.command(name="test")
def examples(*names: Packs, offline: Offline = OFFLINE) -> int:
    """Run the examples that packs carry as their own tests.

    The exit status is 1 where a pack decides one otherwise than it says.
    """
    from tocsin.policy.examples import run
    from tocsin.policy.pack import shipped_names

    tried = {name: list(run(_pack(name, COMMON))) for name in names or shipped_names()}
    wrong = [one for several in tried.values() for one in several if one.complaint]
    if offline.json:
        told = [
            {"pack": name, "examples": [_tried(one) for one in several]}
            for name, several in tried.items()
        ]
        offline.show({"packs": told})
        return int(bool(wrong))
    rows = [
        (name, one.example.name, *(_tried(one)[key] for key in ("duty", "waiver", "complaint")))
        for name, several in tried.items()
        for one in several
    ]
    table(("Id", "Example", "Warning", "Waiver tried", "Wrong"), rows)
    offline.show(None, f"{len(rows)} examples: {f'{len(wrong)} wrong' if wrong else 'all right'}.")
    return int(bool(wrong))


def _tried(one: "Tried") -> dict[str, str]:
    from tocsin.policy.examples import WAIVED

    return {
        "name": one.example.name,
        "story": one.example.story,
        "source": one.example.source,
        "duty": one.duty.value.replace("_", " "),
        "rule": one.rule,
        "waiver": WAIVED[one.allowed],
        "complaint": one.complaint,
    }


@app.command
def diff(
    first: Annotated[
        str, Parameter(name="FIRST", help="A shipped pack, a .toml file, or a kept SHA-256.")
    ],
    second: Annotated[str, Parameter(name="SECOND", help="What to compare it with.")],
    /,
    *,
    past: Annotated[
        bool, Parameter(negative="", help="Decide every past case of this house by both as well.")
    ] = False,
    common: Common = COMMON,
) -> None:
    """Say what a second policy decides otherwise than a first.

    Over every combination of findings, grounds, clocks, recipients and the examples of both; with
    --past over all cases on this house's record too, told by number alone.
    """
    from tocsin.cli.policy_packs import named, past_cases, tell_changes, tell_past
    from tocsin.policy.comparing import compare

    one, other = named(first, common), named(second, common)
    found, cases = compare(one, other), past_cases(common, one, other) if past else None
    common.show({"compared": found, "past": cases}, f"From {one.name} to {other.name}:")
    if not common.json:
        tell_changes(found)
        if cases:
            tell_past(cases)


def _pack(name: str, common: Common) -> "Pack":
    from tocsin.cli.policy_packs import alone, named

    return alone(named(name, common))
