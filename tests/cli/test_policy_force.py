"""The policy in force from the command line: by two officers, with what changes."""

from pathlib import Path

from tests.cli.conftest import Tocsin
from tocsin.policy.pack import shipped

NAME = "us_ic_icd191"


def test_two_officers_put_packs_in_force_beside_each_other(
    tocsin: Tocsin, tokens: dict[str, str], tmp_path: Path
) -> None:
    tocsin("enrol", "second.a", "--name", "S", "--unit", "Watch", "--roles", "determining_officer")
    second = tocsin("token", "second.a", "--json").json["token"]
    first, file = tokens["determining"], tmp_path / "example_directive.toml"
    file.write_bytes(shipped(NAME).replace(b'imminent = "15m"', b'imminent = "10m"'))
    given = ("policy", "propose", NAME, str(file), "--reason", "EXAMPLE")
    made = tocsin(*given, token=first)
    assert made.status == 0, made.err
    assert "P1: unit Watch is to work under us_ic_icd191+example_directive." in made.out
    assert "  Clock: make the five findings: imminent 15 min" in made.out
    own = tocsin("policy", "confirm", "P1", token=first)
    assert (own.status, "[same-officer]" in own.err) == (2, True)
    assert tocsin("policy", "confirm", "P1", token=second).status == 0
    told = tocsin("policy", "in-force", "--json", token=tokens["analyst"]).json
    assert told["by_unit"]["Watch"]["name"] == "us_ic_icd191+example_directive"
    assert tocsin("policy", "propose", NAME, "--reason", "back", token=second).status == 0
    assert tocsin("policy", "reject", "P2", "--reason", "no", token=first).status == 0
    shown = tocsin("policy", "in-force", token=first).out
    assert "Watch: us_ic_icd191+example_directive" in shown
    assert "rejected" in shown


def test_a_pack_that_is_not_there_is_refused_by_name(
    tocsin: Tocsin, tokens: dict[str, str]
) -> None:
    told = tocsin("policy", "propose", "no_such", "--reason", "x", token=tokens["determining"])
    assert (told.status, "[pack-unknown]" in told.err) == (2, True)
    told = tocsin("policy", "propose", NAME, "--reason", "x", token=tokens["analyst"])
    assert (told.status, "[not-allowed]" in told.err) == (2, True)
