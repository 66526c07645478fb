import pytest

from tocsin.names.crowd import Crowd, Somebody

PEOPLE = (
    Somebody(
        key="t", names=("Tamerlan Tsarnaev",), births="1986-10-21", identifiers=("AB-123456",)
    ),
    Somebody(key="n", names=("Ilda Norr", "Ильда Норр")),
    Somebody(key="nobody", names=("12", "")),
)


@pytest.fixture(scope="module")
def crowd():
    with Crowd(PEOPLE) as made:
        yield made


@pytest.mark.parametrize(
    ("names", "births", "found"),
    [
        (("Царнаев Тамерлан",), "1987-10-21", ["t"]),
        (("Nobody Else", "Norr, Ilda"), "", ["n"]),
        (("Tamerlan Tsarnaev",), "1951-03-02", []),
        ((), "1986-10-21", []),
        (("",), "", []),
    ],
    ids=["another script, a year apart", "any of its names", "another birth", "none", "empty"],
)
def test_people_are_found_by_names_and_dates(crowd, names, births, found):
    (theirs,) = crowd.find([Somebody(key="x", names=names, births=births)])
    assert [one.key for one in theirs] == found


def test_a_number_that_is_shared_finds_whatever_the_name(crowd):
    asked = [
        Somebody(key="x", names=("Zoran",), identifiers=("ab 123-456",)),
        Somebody(key="y", names=("Zoran",), identifiers=("12",)),
    ]
    found, none = crowd.find(asked)
    assert [(one.key, one.identifiers, one.probability) for one in found] == [
        ("t", ("ab 123-456",), 0.0)
    ]
    assert none == ()


def test_many_are_answered_each_for_itself(crowd):
    asked = [Somebody(key=str(n), names=(name,)) for n, name in enumerate(("Ilda Norr", "Zo", "?"))]
    assert [[one.key for one in theirs] for theirs in crowd.find(asked)] == [["n"], [], []]
    assert crowd.find([]) == []


def test_nobody_is_found_among_none():
    with Crowd(()) as empty:
        assert empty.find([PEOPLE[0]]) == [()]
