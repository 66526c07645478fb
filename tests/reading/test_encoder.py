"""The encoder reads plain sentences rightly, any text in bounded time, and only its own files."""

import re
import shutil
import time

import pytest

from tocsin.reading import encoder_files, encoder_windows
from tocsin.reading.encoder import Encoder
from tocsin.reading.encoder_windows import SIZE
from tocsin.reading.published import ModelUnusable
from tocsin.reading.understood import Role

KIDNAPPED = (
    "San Salvador, 12 May -- Five guerrillas of the Farabundo Marti National Liberation Front "
    "(FMLN) kidnapped businessman Carlos Norr yesterday. Norr was taken from his house at "
    "gunpoint. The FMLN has claimed responsibility."
)
BOMBED = (
    "Bogota, 3 March -- Terrorists placed a bomb at the offices of the Colombian Communist Party. "
    "The dynamite destroyed the building and killed two policemen."
)
RATES = (
    "The central bank left its rate unchanged on Tuesday. Analysts had expected a cut. "
    "Exports of coffee rose by four percent in the first quarter."
)
THREAT = "We will kill the judge on Friday unless the prisoners are released."


def split(text):
    return tuple(match.span() for match in re.finditer(r"\S[^.]*\.?", text))


@pytest.fixture(scope="session")
def encoder():
    return Encoder.load()


def read(encoder, text):
    return encoder.read(text, split(text))


def likely(encoder, text, role):
    found = encoder.entities(text, read(encoder, text))
    least = encoder.enough["entity"]
    return {one.words.lower() for one in found if one.role is role and one.probability >= least}


def test_who_kidnapped_whom_is_read(encoder):
    assert likely(encoder, KIDNAPPED, Role.VICTIM) & {"carlos norr", "norr"}
    groups = likely(encoder, KIDNAPPED, Role.PERPETRATOR_ORGANISATION)
    assert groups & {"fmln", "farabundo marti national liberation front"}
    kinds = read(encoder, KIDNAPPED).kinds
    assert max(kinds, key=kinds.__getitem__) == "kidnapping"


def test_what_was_bombed_with_what_is_read(encoder):
    assert likely(encoder, BOMBED, Role.WEAPON) & {"bomb", "dynamite"}
    kinds = read(encoder, BOMBED).kinds
    assert max(kinds, key=kinds.__getitem__) == "bombing"


def test_news_of_the_bank_is_not_relevant_and_an_attack_is(encoder):
    assert read(encoder, RATES).relevant < 0.5 < read(encoder, BOMBED).relevant


def test_capitals_change_nothing(encoder):
    plain, loud = (read(encoder, text) for text in (KIDNAPPED, KIDNAPPED.upper()))
    assert [(m.start, m.end, m.role) for m in plain.mentions] == [
        (m.start, m.end, m.role) for m in loud.mentions
    ]


def test_the_sentence_that_announces_a_killing_is_likelier_a_threat_than_one_on_rates(encoder):
    threat, rates = (read(encoder, text).sentences[0] for text in (THREAT, RATES))
    assert threat.stages["threatened"] > 2 * rates.stages["threatened"]


@pytest.mark.parametrize(
    "text", [KIDNAPPED, "Ünïcode — «le maire» 被绑架 \U0001f642 in Kyiv.", "a" * 5000]
)
def test_every_mention_is_the_very_words_of_the_text(encoder, text):
    encoded = read(encoder, text)
    for one in encoded.mentions:
        assert text[one.start : one.end] == one.words
        assert 0 <= one.probability <= 1
        assert one.source == encoder.source
    assert len(encoded.sentences) == len(split(text))
    assert all(sum(s.stages.values()) == pytest.approx(1) for s in encoded.sentences)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_is_read_into_nothing(encoder, text):
    encoded = encoder.read(text, ())
    assert encoded.mentions == encoded.sentences == ()
    assert encoded.relevant < 0.5
    assert encoded.read_to == len(text)
    assert encoder.entities(text, encoded) == ()


def test_a_long_report_is_read_in_windows(encoder):
    text = f"{RATES} " * 25 + KIDNAPPED
    encoded = read(encoder, text)
    assert encoded.read_to == len(text)
    at = text.index("FMLN")
    assert any(one.start == at and one.probability > 0.2 for one in encoded.mentions)


def test_a_megabyte_on_one_line_is_read_as_far_as_time_allows(encoder, monkeypatch):
    monkeypatch.setattr(encoder_windows, "MOST", 3)
    text = f"{KIDNAPPED} " * 4_500
    began = time.process_time()
    encoded = encoder.read(text, ((0, len(text)),))
    assert time.process_time() - began < 3
    assert 3 * 3 * SIZE / 2 < encoded.read_to < len(text)
    assert max(one.end for one in encoded.mentions) <= encoded.read_to


def test_the_same_text_gives_the_same_answer(encoder):
    assert read(encoder, BOMBED) == read(encoder, BOMBED)
    other = Encoder.load(threads=2)
    assert [(m.start, m.role) for m in read(other, BOMBED).mentions] == [
        (m.start, m.role) for m in read(encoder, BOMBED).mentions
    ]


@pytest.fixture
def copied(tmp_path):
    for file in encoder_files.ENGLISH.iterdir():
        if file.name != "model.onnx":
            shutil.copy(file, tmp_path)
    (tmp_path / "model.onnx").symlink_to(encoder_files.ENGLISH / "model.onnx")
    return tmp_path


def test_an_altered_file_is_refused(copied):
    encoder_files.load(copied)
    with (copied / "reading.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelUnusable, match="published"):
        Encoder.load(copied)


def test_an_absent_file_is_refused(copied):
    (copied / "tokenizer.json").unlink()
    with pytest.raises(ModelUnusable, match="absent"):
        Encoder.load(copied)


def test_a_model_of_another_form_is_refused(copied):
    manifest = (copied / "manifest.json").read_text()
    (copied / "manifest.json").write_text(manifest.replace('"format": 1', '"format": 2'))
    with pytest.raises(ModelUnusable, match="another form"):
        Encoder.load(copied)
