"""Plain sentences to learn from: the same from one seed, none of those written to find fault."""

import re
import tomllib
from pathlib import Path

from training.reading import sentences
from training.reading.sentences import chosen, documents, part_of, patterns, runs, written

PLAIN = Path(sentences.__file__).parents[2] / "benchmarks/plain_sentences.toml"
KINDS = ("frame", "noun_frame", "plain", "around")


def test_one_seed_gives_the_same_reports_and_another_gives_others():
    texts = [one.text for one in documents("train", 30)]
    assert texts == [one.text for one in documents("train", 30)]
    assert set(texts).isdisjoint(one.text for one in documents("train", 30, seed=12))


def test_the_labelled_spans_are_the_sentences_and_every_slot_is_filled():
    for one in documents("check", 60):
        assert " ".join(one.text[span.start : span.end] for span in one.sentences) == one.text
        assert not re.search(r"[{}|]", one.text)


def test_what_is_checked_with_is_never_learnt_from():
    for kind in KINDS:
        learnt = {one.words for one in patterns(kind, "train")}
        checked = {one.words for one in patterns(kind, "check")}
        assert checked
        assert learnt.isdisjoint(checked)
    assert all(part_of(one) == "check" for one in chosen("deeds", "harm", "check"))


def test_no_pattern_holds_five_words_in_a_row_of_the_sentences_written_to_find_fault():
    texts = [one for kind in tomllib.loads(PLAIN.read_text()).values() for one in kind]
    kept = {run for text in texts for run in runs(text)}
    every = [words for kind in KINDS for group in written()[kind] for words in group["of"]]
    assert not [words for words in every if kept.intersection(runs(words))]
