"""Cues point at exact words, each with its finding and rule."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.findings import FindingName
from tocsin.reading.cues import CueReader

MOSCOW = (
    "The Embassy is monitoring reports that extremists have imminent plans to target "
    "large gatherings in Moscow, to include concerts, over the next 48 hours."
)
READER = CueReader()


def words_of(finding: FindingName, text: str) -> list[str]:
    return [cue.words for cue in READER.cues(text) if cue.finding is finding]


@pytest.mark.parametrize(
    ("finding", "text", "words"),
    [
        (FindingName.IMPENDING, MOSCOW, ["imminent", "next 48 hours"]),
        (FindingName.SPECIFIC, MOSCOW, ["Embassy", "plans to", "large gatherings", "concerts"]),
        (FindingName.DIRECTED, MOSCOW, ["target"]),
        (
            FindingName.CREDIBLE,
            "This cannot be\nconfirmed; B2, reliable source.",
            ["cannot be\nconfirmed", "reliable source"],
        ),
        (
            FindingName.HARM,
            "He was stabbed. They plan killing, kidnapping, a TRUCK BOMB.",
            ["stabbed", "killing", "kidnapping", "TRUCK BOMB"],
        ),
        (
            FindingName.IMPENDING,
            "on 22 March at 18:00, or 2024-03-23",
            ["22 March", "at 18:00", "2024-03-23"],
        ),
        (
            FindingName.IMPENDING,
            "within forty hours; New Year’s Eve",
            ["within forty hours", "New Year’s Eve"],
        ),
        (FindingName.HARM, "The skilled shellfish of Killarney", []),
        (FindingName.IMPENDING, "22 people", []),
    ],
)
def test_cues_are_the_words_of_their_finding(finding, text, words):
    assert words_of(finding, text) == words


PIECES = st.sampled_from(
    [*MOSCOW.split(), "kill", "next", "48", "hours", "cannot", "be", "confirmed", "\n", "’", "Ω"]
)


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)))
def test_spans_are_exact_ordered_and_never_overlap_within_a_finding(text):
    cues = READER.cues(text)
    assert all(text[cue.start : cue.end] == cue.words != "" for cue in cues)
    assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)
    for finding in FindingName:
        mine = [cue for cue in cues if cue.finding is finding]
        assert all(one.end <= other.start for one, other in pairwise(mine))


def test_the_longest_phrase_wins_whatever_the_order_of_the_lexicon():
    for phrases in (["bomb", "bomb threat"], ["bomb threat", "bomb"]):
        reader = CueReader({"harm": {"x": {"phrases": phrases}}})
        assert [cue.words for cue in reader.cues("A bomb threat, a bomb.")] == [
            "bomb threat",
            "bomb",
        ]


def test_a_cue_names_the_rule_that_made_it():
    assert {cue.rule for cue in READER.cues("cannot be confirmed")} == {"credible.doubt"}


@pytest.mark.parametrize(
    ("lexicon", "why"),
    [
        ({"colour": {"x": {}}}, "colour"),
        ({"harm": {"x": {"phrases": [" "]}}}, "a phrase has no words"),
        ({"harm": {"x": {"words": ["kill"]}}}, "words"),
    ],
)
def test_a_lexicon_with_an_error_does_not_load(lexicon, why):
    with pytest.raises(ValueError, match=why):
        CueReader(lexicon)


def test_the_lexicon_has_cues_for_every_finding():
    samples = "kill target reliable source school tomorrow"
    assert {cue.finding for cue in READER.cues(samples)} == set(FindingName)
