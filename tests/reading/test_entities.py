"""Mentions of one are one entity, and what merely looks alike is not."""

import pytest

from tocsin.reading.entities import Entity, entities, initials, plain
from tocsin.reading.entities_scoring import Scorer
from tocsin.reading.incidents import incidents
from tocsin.reading.understood import Mention, Role

GROUP = Role.PERPETRATOR_ORGANISATION


def mentions(text, *words, role=Role.VICTIM, probability=0.9):
    at, made = 0, []
    for one in words:
        at = text.index(one, at)
        made.append(
            Mention(
                start=at,
                end=at + len(one),
                words=one,
                role=role,
                probability=probability - at / 1e4,
                source="test",
            )
        )
        at += len(one)
    return made


def words(found):
    return [[one.words for one in entity.mentions] for entity in found]


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("The mayor spoke. Later the mayor left.", "The mayor", "the mayor"),
        ("Senator Ilda Norr spoke. Then Norr left.", "Senator Ilda Norr", "Norr"),
        ("Norr spoke. Senator Ilda Norr left.", "Norr", "Senator Ilda Norr"),
        ("the Salt Road Column (SRC) said", "Salt Road Column", "SRC"),
        ("the Free Salt Coast Army said. FSCA men", "Free Salt Coast Army", "FSCA"),
        ("the Harbour Guard [HG] said", "Harbour Guard", "HG"),
    ],
)
def test_two_ways_to_name_one_are_one(text, one, other):
    assert words(entities(text, mentions(text, one, other))) == [[one, other]]


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("two priests and two soldiers", "two priests", "two soldiers"),
        ("Senator Norr and Senator Vey", "Senator Norr", "Senator Vey"),
        ("a red car, a green car", "red car", "green car"),
    ],
)
def test_two_are_two(text, one, other):
    assert len(entities(text, mentions(text, one, other))) == 2


def test_the_same_words_in_two_roles_are_two():
    text = "The guard shot the guard."
    found = entities(text, [*mentions(text, "The guard"), *mentions(text, "guard", role=GROUP)])
    assert {entity.role for entity in found} == {Role.VICTIM, GROUP}


def test_an_alias_that_training_told_of_is_one():
    text = "The Column struck. The salt men left."
    own = mentions(text, "Column", "salt men", role=GROUP)
    assert len(entities(text, own)) == 2
    assert len(entities(text, own, {("column", "salt men")})) == 1


def test_an_entity_goes_by_its_likeliest_words():
    text = "Norr spoke. Senator Ilda Norr left."
    (found,) = entities(text, mentions(text, "Norr", "Senator Ilda Norr"))
    assert (found.words, found.probability) == ("Norr", 0.9)


def test_an_entity_without_a_mention_is_refused():
    with pytest.raises(ValueError, match="mention"):
        Entity(words="", role=GROUP, mentions=(), probability=0.1)


def test_words_are_compared_without_case_articles_and_marks():
    assert plain('The "M-16"  rifle') == "m16 rifle"
    assert initials("farabundo marti national liberation front") == "fmnlf"
    assert initials("salt column") is None


def test_a_thousand_mentions_are_merged_in_time():
    text = "Norr " * 1000
    assert len(entities(text, mentions(text, *["Norr"] * 1000))) == 1


def test_a_tree_is_followed_to_its_leaf():
    stump = [[1, 0.5, 1, 2, 0.0], [-1, 0, 0, 0, -2.0], [-1, 0, 0, 0, 2.0]]
    scorer = Scorer({"evidence": {}, "aliases": [], "trees": [stump], "first": 0.0})
    likely = scorer.probabilities([[9.0, 0.5], [9.0, 0.6]])
    assert likely == pytest.approx([0.1192, 0.8808], abs=1e-4)
    assert scorer.probabilities([]) == []


def test_entities_go_to_the_incident_told_nearest_to_them():
    text = "A bomb destroyed the bank. In the south men kidnapped the judge."
    found = entities(
        text,
        [*mentions(text, "bank", role=Role.TARGET), *mentions(text, "judge")],
    )
    told = incidents(text, {"bombing": 0.9, "kidnapping": 0.8, "arson": 0.1}, found)
    assert {one.kind: [e.words for e in one.entities] for one in told} == {
        "bombing": ["bank"],
        "kidnapping": ["judge"],
    }
