"""Rules and model side by side: what each finds of the threats in passages, and both together.

`python -m benchmarks.weighing`. Passages that neither rules nor model were made with: of the eight
other languages those with even numbers, of English every seventh, which the encoder was kept from
(of these the odd ones the rules knew). Precision and recall beside rules alone and the model
alone in the same run, with 95 % bootstrap intervals; then plain sentences written to find fault,
on which the rules were mended once; then the speed of a whole reading on one thread beside that
of the encoder in it.
"""

import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.reading_scores import interval
from benchmarks.table import Row, shown
from tocsin.reading.encoder import Encoder
from tocsin.reading.gate import Gate
from tocsin.reading.multilingual import Multilingual
from tocsin.reading.read import Reading, ReportReader
from tocsin.reading.sentences import sentences
from tocsin.reading.threats import LANGUAGES, report
from training.reading.threat_passages import passages

PLAIN = Path(__file__).with_name("plain_sentences.toml")
EXTRA = Path(__file__).parents[1] / "weights/multilingual/src/tocsin_multilingual"
_WORDS, _READ = 300, 20
Said = tuple[bool, bool, bool, bool]  # right, weighed, rules, model


def measure(_scale: object = None) -> Iterator[Row]:
    reader = ReportReader(Gate.load(), Encoder.load(), Multilingual.load(EXTRA))
    english = [*_said(reader, ["en"], every_seventh=True)]
    foreign = [*_said(reader, [one for one in LANGUAGES if one != "en"], every_seventh=False)]
    for name, said in (("English", english), ("eight other languages", foreign)):
        for what, rate in (("recall", _recall), ("precision", _precision)):
            low, high = _around(said, rate)
            for beside, place in (("rules alone", 2), ("model alone", 3)):
                yield Row(
                    benchmark="weighing",
                    what=f"threat, {what}, {name} ({len(said)}) [{low:.2f} to {high:.2f}]",
                    value=rate(said, 1),
                    unit="",
                    beside=beside,
                    baseline=rate(said, place),
                )
    yield from _plain(reader)
    yield _speed(reader)


def _plain(reader: ReportReader) -> Iterator[Row]:
    """Single sentences, read whole, by rules alone, by the model alone (from one half on)."""
    for kind, texts in tomllib.loads(PLAIN.read_text()).items():
        said = [_one(reader, text) for text in texts]
        for beside, place in (("rules alone", 1), ("model alone", 2)):
            yield Row(
                benchmark="weighing",
                what=f"called a threat, of {len(texts)} plain sentences: {kind}",
                value=sum(one[0] for one in said) / len(said),
                unit="",
                beside=beside,
                baseline=sum(one[place] for one in said) / len(said),
            )


def _one(reader: ReportReader, text: str) -> tuple[bool, bool, bool]:
    reading = reader.read(text, language="en", whole=True)
    ruled = report(text, sentences(text, "en"), "en")
    return reading.threat, ruled.threat, _modelled(reading)


def _said(reader: ReportReader, languages: Sequence[str], *, every_seventh: bool) -> Iterator[Said]:
    wanted = frozenset(languages)
    found = (one for odd in (True, False) for one in passages(odd=odd) if one[0] in wanted)
    for language, passage, text, _ in found:
        place = int(passage["id"].rpartition("-")[2])
        if (place % 7 != 0) if every_seventh else place % 2:
            continue
        reading = reader.read(text, language=language, whole=True)
        ruled = report(text, sentences(text, language), language)
        yield passage["threat"], reading.threat, ruled.threat, _modelled(reading)


def _modelled(reading: Reading) -> bool:
    return any(
        one.model is not None and one.model.stage in ("threatened", "attempted")
        for one in reading.understood.sentences
    )


def _recall(said: Sequence[Said], place: int) -> float:
    right = [one for one in said if one[0]]
    return sum(one[place] for one in right) / max(1, len(right))


def _precision(said: Sequence[Said], place: int) -> float:
    told = [one for one in said if one[place]]
    return sum(one[0] for one in told) / max(1, len(told))


def _around(
    said: Sequence[Said], rate: Callable[[Sequence[Said], int], float]
) -> tuple[float, float]:
    return interval(len(said), lambda drawn: rate([said[at] for at in drawn], 1))


def _speed(reader: ReportReader) -> Row:
    """Reports of 300 words put together from passages, read whole."""
    words = " ".join(text for language, _, text, _ in passages(odd=False) if language == "en")
    every = words.split()
    texts = [" ".join(every[n * 97 :][:_WORDS]) for n in range(_READ)]
    reader.read(texts[0], language="en", whole=True)
    encoder = Encoder.load()
    whole = _seconds(lambda text: reader.read(text, language="en", whole=True), texts)
    alone = _seconds(lambda text: encoder.read(text, sentences(text, "en")), texts)
    return Row(
        benchmark="weighing",
        what=f"a report of {_WORDS} words read whole, processor time",
        value=len(texts) / whole,
        unit="/s",
        beside="the encoder alone",
        baseline=len(texts) / alone,
        aim="at least 15",
        met=len(texts) / whole >= 15,
    )


def _seconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - began


if __name__ == "__main__":
    print(shown([*measure()]))
    sys.exit(0)
