"""How much the gate lets through, and how fast, beside a classifier of scikit-learn.

`python -m benchmarks.gate MUC_FOLDER`: the folder holds MUC-4's train.jsonl and dev.jsonl. The gate
learnt from the first and from the passages; scored are the second, and ordinary text at hand on
most machines (licences and manuals of Debian, topics of Python). The peer, where scikit-learn is
installed, is trained in the same run on the first, its threshold from cross-validation too.
"""

import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.reading_scores import interval
from benchmarks.scale import FULL, Scale
from benchmarks.table import Row, median, shown
from tocsin.reading.gate import Gate
from tocsin.reading.normal import normalise

SPEED_AIM, RECALL_AIM = 4_000, 0.99  # reports a second on one core; of relevant reports
WORDS = 300
Judge = Callable[[Sequence[str]], list[bool]]


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Shares that pass, with 95 % bootstrap intervals, and reports a second."""
    gate = Gate.load()
    relevant, others = muc(folder / "dev.jsonl")
    peer = _peer(folder / "train.jsonl") if find_spec("sklearn") else None

    def ours(texts: Sequence[str]) -> list[bool]:
        return [gate.passes(text, "en") for text in texts]

    sets = {"MUC-4 dev, relevant": relevant, "MUC-4 dev, others": others, **dict(ordinary())}
    for name, texts in sets.items():
        passes = ours(texts)
        low, high = _around(passes)
        recall = name.endswith("relevant")
        yield Row(
            benchmark="gate",
            what=f"{name} ({len(texts)}), passing [{low:.3f}, {high:.3f}]",
            value=_share(passes),
            unit="",
            beside="hashed n-grams, scikit-learn" if peer else "",
            baseline=_share(peer(texts)) if peer else None,
            aim=f">= {RECALL_AIM}" if recall else "",
            met=_share(passes) >= RECALL_AIM if recall else None,
        )
    reports = _of_size([*relevant, *others])
    speed = _speed(reports, ours, scale.rounds)
    yield Row(
        benchmark="gate",
        what=f"reports of {WORDS} words judged",
        value=speed,
        unit="reports/s",
        beside="hashed n-grams, scikit-learn" if peer else "",
        baseline=_speed(reports, peer, scale.rounds) if peer else None,
        aim=f"{SPEED_AIM:,} reports/s",
        met=speed >= SPEED_AIM,
    )


def muc(file: Path) -> tuple[list[str], list[str]]:
    """Relevant messages, and the others, without their numbers, in normal form."""
    found: tuple[list[str], list[str]] = ([], [])
    for line in file.read_text("utf-8").splitlines():
        one = json.loads(line)
        text = normalise(re.sub(r"\A\S+ .*\n", "", one["text"])).text
        found[not one["key_templates"]].append(text)
    return found


def ordinary() -> Iterator[tuple[str, list[str]]]:
    """Sets of texts of at least a hundred words, those that this machine has."""
    topics = getattr(import_module("pydoc_data.topics"), "topics", {})
    sources = {
        "Python topics": list(topics.values()),
        "licences": [
            file.read_text("utf-8", "replace")
            for file in sorted(Path("/usr/share/doc").glob("*/copyright"))
        ],
        "manual pages": [
            re.sub(r"(?m)^[.'].*$", "", gzip.decompress(file.read_bytes()).decode(errors="replace"))
            for file in sorted(Path("/usr/share/man").glob("man[18]/*.gz"))[:300]
        ],
    }
    for name, texts in sources.items():
        cut = [normalise(" ".join(text.split()[:WORDS])).text for text in texts]
        if long := [text for text in cut if len(text.split()) >= WORDS // 2]:
            yield name, long


def _of_size(texts: Sequence[str]) -> list[str]:
    """As many texts of WORDS words as there are texts."""
    words = " ".join(texts).split()
    return [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, WORDS)]


def _around(passes: Sequence[bool]) -> tuple[float, float]:
    return interval(len(passes), lambda drawn: _share([passes[at] for at in drawn]))


def _share(passes: Sequence[bool]) -> float:
    return sum(passes) / len(passes)


def _speed(texts: Sequence[str], judge: Judge, rounds: int) -> float:
    took = []
    for _ in range(max(rounds // 3, 1)):
        began = time.process_time()
        judge(texts)
        took.append(time.process_time() - began)
    return len(texts) / median(took)


def _peer(file: Path) -> Judge:
    """Hashed 1- and 2-grams with logistic regression; threshold for the same recall on train."""
    text: Any = import_module("sklearn.feature_extraction.text")
    linear: Any = import_module("sklearn.linear_model")
    choosing: Any = import_module("sklearn.model_selection")
    relevant, others = muc(file)
    texts, told = [*relevant, *others], [True] * len(relevant) + [False] * len(others)
    made: Any = import_module("sklearn.pipeline").make_pipeline(
        text.HashingVectorizer(ngram_range=(1, 2), n_features=1 << 20, alternate_sign=False),
        linear.LogisticRegression(C=30, max_iter=1000),
    )
    crossed = choosing.cross_val_predict(made, texts, told, cv=5, method="predict_proba")[:, 1]
    ranked = sorted(value for value, is_relevant in zip(crossed, told, strict=True) if is_relevant)
    limit = ranked[int((1 - RECALL_AIM) * len(ranked))]
    made.fit(texts, told)

    def judge(asked: Sequence[str]) -> list[bool]:
        return [bool(value >= limit) for value in made.predict_proba(asked)[:, 1]]

    return judge


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    print(shown(list(measure(FULL, Path(arguments[0])))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
