"""The index finds a name however it was written, and says the same however it came to know it."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.names.forms import read_name
from tocsin.names.index import Candidate, Index, build
from tocsin.names.native_keys import MAX_KEYS
from tocsin.names.segment import Change

NAMES = (
    "Тамерлан Царнаев",
    "Dzhokhar Tsarnaev",
    "عبد الرحمن القحطاني",
    "Muhammad al-Ghamdi",
    "張敏峯",
    "Li Wei",
    "Jean-Marie O'Brien",
    "Щербаков Вячеслав",
    "Anna Ivanova",
    "Ann Ivanov",
    "Rosa",
    "Σπύρος Μελάς",
)


def made(path: Path, entries: Iterable[tuple[str, Iterable[str]]]) -> Index:
    build(path, ((entry, map(read_name, names)) for entry, names in entries))
    return Index(path)


def found(index: Index, raw: str, count: int = 3) -> list[str]:
    return [candidate.entry for candidate in index.search(read_name(raw), count)]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Index]:
    others = [
        f"{one} {two}" for one in ["Omar", "Ali", "Hans", "Wu", "Eva", "Ivan"] for two in SURNAMES
    ]
    entries = [(name, (name,)) for name in (*NAMES, *others)]
    with made(tmp_path_factory.mktemp("crowd") / "names", entries) as index:
        yield index


SURNAMES = [
    "Petrov",
    "Khan",
    "Schmidt",
    "Garcia",
    "Chen",
    "Popescu",
    "Nagy",
    "Haddad",
    "Silva",
    "Costa",
    "Berg",
    "Novak",
]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Tamerlan Tsarnaev", "Тамерлан Царнаев"),
        ("Zarnajew, Tamerlan", "Тамерлан Царнаев"),
        ("TSARNAYEV Dschochar", "Dzhokhar Tsarnaev"),
        ("Abdulrahman Al-Qahtani", "عبد الرحمن القحطاني"),
        ("محمد الغامدي", "Muhammad al-Ghamdi"),
        ("Cheung Man Fung Wilson", "張敏峯"),
        ("李伟", "Li Wei"),
        ("Jeanmarie OBrian", "Jean-Marie O'Brien"),
        ("Viacheslav Shcherbakov", "Щербаков Вячеслав"),
        ("Schtscherbakow Wjatscheslaw", "Щербаков Вячеслав"),
        ("Spyros Melas", "Σπύρος Μελάς"),
    ],
)
def test_a_name_is_found_in_another_script_and_spelling(
    crowd: Index, asked: str, meant: str
) -> None:
    assert meant in found(crowd, asked)


@pytest.mark.parametrize(
    "raw", ["", " ", "...", "1234", "\u200b\u202e", "\ud800", "🙂", "x", "Dr."]
)
def test_what_is_hardly_a_name_finds_little_and_breaks_nothing(crowd: Index, raw: str) -> None:
    assert len(found(crowd, raw, 5)) <= 5


def test_a_very_long_name_has_bounded_keys(crowd: Index) -> None:
    from tocsin.names.keys import keys_of, packed

    endless = read_name(" ".join(f"عبد{chr(0x628 + n % 20)}الرحيم" for n in range(5_000)))
    assert len(keys_of(packed([endless]))) <= MAX_KEYS
    assert found(crowd, endless.raw, 5) is not None


def test_candidates_come_best_first_and_each_entry_once(tmp_path: Path) -> None:
    names = ("Anna Ivanova", "Анна Иванова", "Ivanova Anna Petrovna")
    with made(tmp_path / "names", [("one", names), ("two", ("Hanna Iwanowa",))]) as index:
        best = index.search(read_name("Anna Ivanova"))
        assert [one.entry for one in best] == ["one", "two"]
        assert best[0].name == "Anna Ivanova"
        assert all(one.score >= two.score for one, two in pairwise(best))


def test_an_entry_given_twice_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="twice"):
        made(tmp_path / "names", [("one", ("Anna",)), ("one", ("Eva",))])
    assert not list(tmp_path.iterdir())


def test_an_entry_without_a_name_is_refused(tmp_path: Path) -> None:
    with made(tmp_path / "names", []) as index, pytest.raises(ValueError, match="name"):
        index.put("one", [])


def test_how_far_the_record_was_read_is_kept(tmp_path: Path) -> None:
    build(tmp_path / "names", [("one", [read_name("Anna")])], mark=7)
    with Index(tmp_path / "names") as index:
        assert index.mark == 7
        index.put("two", ["Eva"], mark=9)
        index.compact()
        index.remove("two", mark=12)
    with Index(tmp_path / "names") as index:
        assert index.mark == 12


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "remove", "compact", "restart"]),
        st.sampled_from(["a", "b", "c", "d", "é\ud800"]),
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(STEPS)
def test_whatever_was_changed_the_answers_are_those_of_an_index_built_anew(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    truth: dict[str, list[str]] = {"a": ["Anna Ivanova"], "f": ["Anna Ivanova", "Rosa"]}
    index = made(folder / "changed", truth.items())
    for step, entry, names in steps:
        if step == "put":
            index.put(entry, names)
            truth[entry] = names
        elif step == "remove":
            index.remove(entry)
            truth.pop(entry, None)
        elif step == "compact":
            index.compact()
        else:
            index.close()
            index = Index(folder / "changed")
    with made(folder / "anew", truth.items()) as anew, index:
        assert len(index) == len(anew) == sum(map(len, truth.values()))
        for raw in NAMES:
            assert index.search(read_name(raw)) == anew.search(read_name(raw))


def test_a_thousand_additions_are_found_at_once_and_keep_few_runs(tmp_path: Path) -> None:
    added = [f"{one}{two} {two}{three}" for one in SURNAMES for two in SURNAMES for three in "ao"]
    with made(tmp_path / "names", []) as index:
        index.apply([Change(entry=raw, names=(raw,), mark=0) for raw in added[:250]])
        for raw in added[250:]:
            index.put(raw, [raw])
        assert len(index) == len(added)
        assert all(raw in found(index, raw) for raw in added[::29])
        assert len(index._added.runs) < 10


def test_a_candidate_says_which_name_was_nearest(crowd: Index) -> None:
    best = crowd.search(read_name("Anna Ivanova"), 1)
    score = best[0].score
    assert best == (Candidate(entry="Anna Ivanova", name="Anna Ivanova", score=score),)
