"""News as it comes in, through the gate: how much of it is read in full, and how many a second.

`python -m benchmarks.mixed_news TEXT_FOLDER`: the folder holds `neardup/dev/natural_docs.jsonl`,
`conflict/dev/insightCrime/train.tsv` and `muc4/dev/dev.jsonl`. The ordinary reports are those of
Indian police news and of organised crime, 300 words each: hard, since most tell of violence that
was done, and a newsroom's sport and weather is missing. As a bound from the other side the same
with ordinary text at hand (see `gate`) instead. One report in twenty is of MUC-4's relevant ones.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.gate import WORDS, muc, ordinary
from benchmarks.table import Row, shown
from tocsin.reading.encoder import Encoder
from tocsin.reading.gate import Gate
from tocsin.reading.read import ReportReader

AIM, EACH, MOST = 100, 20, 200  # reports a second; one in so many threatens; reports read


def measure(folder: Path) -> Iterator[Row]:
    reader = ReportReader(Gate.load(), Encoder.load())
    relevant, _ = muc(folder / "muc4/dev/dev.jsonl")
    for name, own in (
        ("Indian police news", _india(folder / "neardup/dev/natural_docs.jsonl")),
        ("news of organised crime", _crime(folder / "conflict/dev/insightCrime/train.tsv")),
        ("no news: licences, manuals", [text for _, texts in ordinary() for text in texts]),
    ):
        texts = _mixed([*map(_cut, own)], [*map(_cut, relevant)])
        yield from _read(reader, name, texts)


def _read(reader: ReportReader, name: str, texts: Sequence[str]) -> Iterator[Row]:
    reader.read(texts[0], language="en", whole=True)
    began = time.process_time()
    read = [reader.read(text, language="en") for text in texts]
    speed = len(texts) / (time.process_time() - began)
    own = [one for at, one in enumerate(read) if at % EACH]
    threats = [one for at, one in enumerate(read) if not at % EACH]
    for what, share in (
        ("ordinary ones that the gate passes", _share([one.gate.passes for one in own])),
        ("ordinary ones read in full", _share([one.further for one in own])),
        ("relevant ones read in full", _share([one.further for one in threats])),
    ):
        yield Row(
            benchmark="mixed_news", what=f"{name} ({len(texts)}): {what}", value=share, unit=""
        )
    yield Row(
        benchmark="mixed_news",
        what=f"{name}: reports of {WORDS} words at most",
        value=speed,
        unit="/s",
        aim=f"{AIM}/s",
        met=speed >= AIM,
    )


def _mixed(own: Sequence[str], relevant: Sequence[str]) -> list[str]:
    """One relevant report, then nineteen others, and so on."""
    count = min(MOST, len(own))
    step = max(1, len(own) // count)
    return [
        relevant[at // EACH % len(relevant)] if at % EACH == 0 else own[at * step]
        for at in range(count)
    ]


def _india(file: Path) -> list[str]:
    return [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]


def _crime(file: Path) -> list[str]:
    return [line.partition("\t")[0].strip('"') for line in file.read_text("utf-8").splitlines()]


def _cut(text: str) -> str:
    return " ".join(text.split()[:WORDS])


def _share(told: Sequence[bool]) -> float:
    return sum(told) / max(1, len(told))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    print(shown(list(measure(Path(arguments[0])))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
