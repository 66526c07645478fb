"""How well and how fast the rules of threat read.

`python -m benchmarks.threats [TEXT_FOLDER]`: the passages of the project with even numbers (the
rules were written and weighed on the odd ones); with a folder that holds muc4, hatecheck and
plover, these too, their development portions alone. MUC-4's train.jsonl was used to weigh the
rules, so dev.jsonl is what counts. Beside the rules, in the same run: naive Bayes over words and
pieces of words, taught by the odd passages; for MUC-4 whoever says "threat". Intervals are
bootstrapped, 95 %. No rule was written or weighed on HateCheck or PLV; on the
figures of PLV and of the even passages two settings were chosen (docs/decisions/0019).
"""

import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.reading_scores import interval
from benchmarks.table import Row, shown
from tocsin.reading.normal import normalise
from tocsin.reading.sentences import sentences
from tocsin.reading.threats import LANGUAGES, ReportJudgement, report
from tocsin.reading.threats_weighing import weights
from tocsin.reading.understood import Certainty, Stage
from training.reading.threat_passages import Spans, passages, threatened

_RESAMPLED = 1000
_LIFE = (Stage.THREATENED, Stage.ATTEMPTED)
Pair = tuple[Any, Any]  # what is right, what was said


def measure(folder: Path | None = None) -> Iterator[Row]:
    """The passages; and what lies in the folder."""
    yield from _of_passages()
    if folder:
        yield from _of_muc(folder / "muc4" / "dev")
        yield from _of_hatecheck(folder / "hatecheck" / "dev" / "cases.jsonl")
        yield from _of_plover(folder / "plover" / "dev" / "PLV_train.jsonl")


def _of_passages() -> Iterator[Row]:
    bayes = Bayes([(text, passage["threat"]) for _, passage, text, _ in passages(odd=True)])
    stages: list[Pair] = []
    certainties: list[Pair] = []
    threats: dict[str, list[Pair]] = {language: [] for language in LANGUAGES}
    beside: list[Pair] = []
    scored: list[Pair] = []
    kinds: dict[str, list[Pair]] = {}
    harms: list[bool] = []
    for language, passage, text, spans in passages(odd=False):
        told = report(text, spans, language)
        stages += _by_sentence(told, passage, spans, "stage", Stage.NONE)
        certainties += _by_sentence(told, passage, spans, "certainty", Certainty.NONE)
        read = report(text, sentences(text, language), language)
        pair = passage["threat"], read.threat
        threats[language].append(pair)
        scored.append((passage["threat"], read.score >= weights().report_from))
        kinds.setdefault(passage["kind"], []).append(pair)
        beside.append((passage["threat"], bayes.says(text)))
        if passage["threat"] and told.judgements:
            harms.append(_harm(told) == passage["harm"])
    every = [pair for pairs in threats.values() for pair in pairs]
    yield _row("threat, F1, all languages", every, f1, "naive Bayes", beside)
    yield _row("threat, recall", every, recall, "naive Bayes", beside)
    yield _row("threat, precision", every, precision, "naive Bayes", beside)
    yield _row("threat, F1, by the score alone, without a word that betrays it", scored, f1)
    for language, pairs in threats.items():
        yield _row(f"threat, F1, {language}", pairs, f1)
    yield _row("stage of a sentence, macro F1", stages, macro)
    for stage in Stage:
        yield _row(f"stage {stage}, F1", [(a == stage, b == stage) for a, b in stages], f1)
    yield _row("certainty of a sentence, macro F1", certainties, macro)
    yield Row(benchmark="threats", what="harm of a threat found", value=_mean(harms), unit="")
    for kind, pairs in sorted(kinds.items()):
        yield _row(f"said to be a threat, of kind {kind} ({len(pairs)})", pairs, _said)


def _by_sentence(
    told: ReportJudgement, passage: Mapping[str, Any], spans: Spans, field: str, none: str
) -> list[Pair]:
    found = {one.sentence: getattr(one, field) for one in told.judgements}
    return [
        (sentence[field], str(found.get(number, none)))
        for number, (sentence, _) in enumerate(zip(passage["sentences"], spans, strict=True))
    ]


def _harm(told: ReportJudgement) -> str:
    """Of the judgements that speak of a threat the gravest harm."""
    order = ("killing", "serious_bodily_injury", "kidnapping", "unknown")
    harms = [one.harm for one in told.judgements if one.stage in _LIFE] or ["unknown"]
    return min(harms, key=order.index)


def _of_muc(folder: Path) -> Iterator[Row]:
    told = weights()
    for name in ("dev", "train"):
        pairs, beside, words, took = [], [], 0, 0.0
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            document = json.loads(line)
            right = threatened(document)
            text = normalise(document["text"]).text
            began = time.process_time()
            read = report(text, sentences(text, "en"), "en")
            took += time.process_time() - began
            words += len(text.split())
            pairs.append((right, read.incident >= told.incident_from))
            beside.append((right, bool(re.search("THREAT", text, re.IGNORECASE))))
        seen = "" if name == "dev" else " (weighed on)"
        for metric, count in (("F1", f1), ("recall", recall), ("precision", precision)):
            what = f"MUC-4 {name}{seen}, threatened incident, {metric}"
            aim = ".80" if metric == "F1" else ".85" if metric == "recall" else ""
            yield _row(what, pairs, count, "says “threat”", beside, aim=aim)
        yield Row(
            benchmark="threats",
            what=f"MUC-4 {name}, speed",
            value=words / took,
            unit="words/s",
        )


def _of_hatecheck(file: Path) -> Iterator[Row]:
    pairs = []
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["threat"] is not None:
            pairs.append((case["threat"], _report(case["text"]).threat))
    yield _row("HateCheck, threats found", pairs, recall)
    yield _row("HateCheck, precision", pairs, precision)


def _of_plover(file: Path) -> Iterator[Row]:
    pairs = []
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        said = any(one.stage is Stage.THREATENED for one in _report(case["sentence"]).judgements)
        pairs.append((case["root"] == "THREATEN", said))
    yield _row("PLV train, THREATEN (any threat, not of harm alone), recall", pairs, recall)
    yield _row("PLV train, THREATEN said", pairs, _said)
    yield _row("PLV train, THREATEN, F1", pairs, f1)


def _report(text: str) -> ReportJudgement:
    normal = normalise(text).text
    return report(normal, sentences(normal, "en"), "en")


class Bayes:
    """Multinomial naive Bayes over words and their pieces of four: what costs nothing to have."""

    def __init__(self, taught: Sequence[tuple[str, bool]]) -> None:
        self.counts = {answer: Counter[str]() for answer in (True, False)}
        for text, answer in taught:
            self.counts[answer].update(_pieces(text))
        self.sums = {answer: sum(counts.values()) for answer, counts in self.counts.items()}
        self.known = len(set().union(*self.counts.values()))
        self.prior = {
            answer: sum(1 for _, one in taught if one is answer) for answer in self.counts
        }

    def says(self, text: str) -> bool:
        """Whether a threat is likelier than none."""
        pieces = list(_pieces(text))
        score = {
            answer: math.log(self.prior[answer])
            + sum(
                math.log((counts[piece] + 0.5) / (self.sums[answer] + self.known / 2))
                for piece in pieces
            )
            for answer, counts in self.counts.items()
        }
        return score[True] > score[False]


def _pieces(text: str) -> Iterator[str]:
    for word in re.findall(r"\w+", text.lower()):
        padded = f" {word} "
        yield padded
        yield from (padded[at : at + 4] for at in range(max(len(padded) - 3, 1)))


def recall(pairs: Sequence[Pair]) -> float:
    """Of what is right, how much was said."""
    return _mean([bool(said) for right, said in pairs if right])


def precision(pairs: Sequence[Pair]) -> float:
    """Of what was said, how much is right."""
    return _mean([bool(right) for right, said in pairs if said])


def f1(pairs: Sequence[Pair]) -> float:
    """Of a yes."""
    sums = sum(bool(right) + bool(said) for right, said in pairs)
    return 2 * sum(bool(right and said) for right, said in pairs) / sums if sums else 0.0


def macro(pairs: Sequence[Pair]) -> float:
    """The mean F1 of all answers that are right somewhere."""
    answers = sorted({right for right, _ in pairs})
    return _mean([f1([(a == answer, b == answer) for a, b in pairs]) for answer in answers])


def _said(pairs: Sequence[Pair]) -> float:
    return _mean([bool(said) for _, said in pairs])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _row(
    what: str,
    pairs: Sequence[Pair],
    count: Callable[[Sequence[Pair]], float],
    beside: str = "",
    baseline: Sequence[Pair] | None = None,
    aim: str = "",
) -> Row:
    value = count(pairs)
    rounds = _RESAMPLED if len(pairs) < 1000 else _RESAMPLED // 5
    low, high = interval(len(pairs), lambda drawn: count([pairs[at] for at in drawn]), rounds)
    return Row(
        benchmark="threats",
        what=f"{what} [{low:.3f}, {high:.3f}]",
        value=value,
        unit="",
        beside=beside,
        baseline=count(baseline) if baseline is not None else None,
        aim=aim,
        met=value >= float(aim) if aim else None,
    )


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        print(__doc__)
        return 2
    print(shown(list(measure(Path(arguments[0]) if arguments else None))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
