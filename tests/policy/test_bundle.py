"""A pack that extends others is one byte string, and says which file errs."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.policy.small import BUNDLE, FILE, SMALL, changed, extending, faults, small
from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.policy.bundle import bundled
from tocsin.policy.check import check
from tocsin.policy.faults import Faulty
from tocsin.policy.pack import built, load, read, shipped

RULE = """
[[threshold.rule]]
name = "{name}"
outcome = "undecided"
when = 'directed == "no"'
clause = "Ours."
status = "design"
source = "Tocsin"
"""


def test_a_kept_bundle_loads_alone_and_its_hash_is_that_of_its_bytes() -> None:
    pack = load(BUNDLE, name="small")
    assert pack.pack_hash == hashlib.sha256(BUNDLE).hexdigest()
    assert load(pack.text.encode(), name="small").pack_hash == pack.pack_hash
    assert bundled(BUNDLE, "small", lambda _name: None) == BUNDLE


def test_a_change_of_the_base_changes_the_hash() -> None:
    other = load(
        BUNDLE.replace(b'triage]\nimminent = "15m"', b'triage]\nimminent = "14m"'), name="x"
    )
    assert other.pack_hash != small().pack_hash


def test_what_extends_lays_its_own_words_over_the_base() -> None:
    own = '[clocks.triage]\nimminent = "5m"\n' + RULE.format(name="at_no_one")
    pack = load(extending("small", own), name="own")
    assert [rule.name for rule in pack.threshold.rules] == ["at_no_one", "all_five", "all_else"]
    assert pack.threshold.rules[0].outcome is Duty.UNDECIDED
    assert (pack.about.title, list(pack.grounds)) == ("T", ["no_means"])
    assert str(next(iter(pack.clocks.values()))) != str(next(iter(small().clocks.values())))


def test_what_is_left_out_by_name_is_gone() -> None:
    without = 'without = ["recipient.police", "waiver.no_means", "state.XA", "example.shouting"]\n'
    pack = load(extending("small", without), name="own")
    assert [one.name for one in pack.form.recipient] == ["victim"]
    assert (dict(pack.grounds), pack.form.states) == ({}, {})
    assert [one.name for one in pack.form.example] == ["a_plot", "half_a_plot"]


def test_a_fault_in_the_base_is_told_with_the_bases_file_and_line() -> None:
    broken = changed("when = 'directed == \"no\"'", "when = 'x'")
    with pytest.raises(Faulty) as caught:
        built(extending("small", small=broken), name="own")
    (fault,) = caught.value.faults
    assert (fault.file, fault.key) == ("small.toml", "threshold.rule.2.when")
    assert fault.line
    assert "when = 'x'" in broken.split("\n")[fault.line - 1]


def test_a_fault_of_its_own_is_told_with_its_own_line_though_the_base_has_the_table() -> None:
    own = '[clocks.triage]\nimminent = "5 minutes"\n'
    with pytest.raises(Faulty) as caught:
        built(extending("small", own), name="own")
    assert [(one.file, one.line) for one in caught.value.faults] == [("", 7)]


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"a": '[pack]\nextends = "own"'}, "in a circle"),
        ({"a": '[pack]\nextends = "a"'}, "in a circle"),
        ({f"{c}": f'[pack]\nextends = "{d}"' for c, d in zip("abcdefg", "bcdefgh", strict=True)},
         "more than 5 packs"),
    ],
)  # fmt: skip
def test_packs_that_extend_each_other_without_end_are_refused(
    files: dict[str, str], complaint: str
) -> None:
    with pytest.raises(Faulty, match=complaint):
        extending("a", **files)


def test_a_base_that_is_not_there_is_refused_with_its_place() -> None:
    with pytest.raises(Faulty) as caught:
        bundled(SMALL.encode(), "small", lambda _name: None)
    assert caught.value.faults[0].key == "pack.extends"
    with pytest.raises(Faulty, match="there is no pack"):
        extending("../nearby")
    assert faults(changed('extends = "house"', ""))[0].key == "pack.extends"


def test_a_clause_is_never_laid_over_another_without_its_source() -> None:
    with pytest.raises(Faulty, match="keeps the status and source"):
        built(extending("small", '[coverage]\nclause = "Other words."\n'), name="own")


def test_a_ground_that_a_base_refuses_for_ever_may_not_come_back(tmp_path: Path) -> None:
    never = (
        '[[never_a_ground]]\nname = "no_means"\nclause = "C."\nstatus = "design"\nsource = "S"\n'
    )
    found = faults(SMALL + never)
    assert [fault.key for fault in found] == ["waiver.no_means"]
    assert "never a ground" in found[0].what


def test_a_file_extends_shipped_packs_and_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "nearby.toml").write_text(SMALL, "utf-8")
    head = '[pack]\ntitle = "T"\nversion = "1"\njurisdiction = "J"\nextends = "nearby"\n'
    (tmp_path / "own.toml").write_text(head, "utf-8")
    pack = load(read(tmp_path / "own.toml"), name="own")
    assert [source.name for source in pack.whole.sources] == ["own", "nearby", "house"]
    assert load(read(FILE), name="small").text.encode() == BUNDLE
    assert shipped("us_ic_icd191").startswith(b"#")


def test_the_pack_in_the_handbook_passes_every_check(tmp_path: Path) -> None:
    handbook = Path(__file__).parents[2] / "docs" / "handbook" / "packs.md"
    text = handbook.read_text("utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "ours.toml").write_text(text, "utf-8")
    data = read(tmp_path / "ours.toml")
    assert check(data, name="ours") == []
    assert load(data, name="ours").interval(Clock.TRIAGE, Urgency.IMMINENT) == timedelta(minutes=10)
