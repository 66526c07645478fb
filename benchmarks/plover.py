"""Sentences of politics by what they do, PLOVER's roots: our encoder's features beside words.

`python -m benchmarks.plover FILE` with PLV_train.jsonl, whose licence allows research alone:
nothing that is learnt here is kept. Needs scikit-learn and onnx. Five folds; in each a logistic
regression learns from words (TF-IDF, of the whole sentence and of what stands between source and
target) and one from the 300 main directions of what the last four layers of the encoder say of the
same two stretches. The mean of their logarithms counts; beside it, in the same folds, TF-IDF of
the whole sentence. Stretches and directions were chosen on these folds, among eight choices.
Intervals are of 1,000 draws of sentences.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from benchmarks.reading_scores import interval
from benchmarks.table import Row, shown
from benchmarks.threats import f1, macro
from tocsin.reading import encoder_files
from tocsin.reading.published import session

FOLDS, SEED, DIRECTIONS = 5, 0, 300
_LEAST = 1e-4
_MARK = re.compile(r"</?[st]>")
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`source` and `target` in characters of `text`; 0, 0 where one is not marked."""

    text: str
    source: tuple[int, int]
    target: tuple[int, int]
    root: str

    @property
    def between(self) -> tuple[int, int]:
        first, second = sorted((self.source, self.target))
        return first[1], max(first[1], second[0])


def case(line: str) -> Case:
    told = json.loads(line)
    at: dict[str, int] = {}
    text, end = "", 0
    for mark in _MARK.finditer(told["marked"]):
        text += told["marked"][end : mark.start()]
        at[mark[0]], end = len(text), mark.end()
    return Case(
        text=text + told["marked"][end:],
        source=(at.get("<s>", 0), at.get("</s>", 0)),
        target=(at.get("<t>", 0), at.get("</t>", 0)),
        root=told["root"],
    )


def features(cases: Sequence[Case]) -> Floats:
    """(N, 2 stretches times 4 layers times 384), from the shipped network."""
    onnx, files = import_module("onnx"), encoder_files.load()
    network = onnx.load_from_string(files.model)
    inner = next(one for one in network.graph.node if one.name == "/sentence_inner/MatMul_quant")
    name = inner.input[0].removesuffix("_quantized")
    network.graph.output.append(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
    )
    running = session(network.SerializeToString(), 1)
    pieces = Tokenizer.from_str(files.tokenizer)
    made = []
    for one in cases:
        encoding = pieces.encode(one.text, add_special_tokens=False)
        middle = np.array(encoding.offsets).mean(1)
        parts = ((0, len(one.text)), one.between)
        pool = np.stack([(middle >= start) & (middle < end) for start, end in parts])
        ids = np.array([[101, *encoding.ids, 102]], np.int64)
        told = {"ids": ids, "pool": np.pad(pool, ((0, 0), (1, 1)))[None].astype(np.float32)}
        made.append(running.run([name], told)[0].ravel())
    return np.stack(made)


def _words(texts: Sequence[str], truths: npt.NDArray[Any]) -> Callable[..., Any]:
    """Chances by weighted words of one text each."""
    text = import_module("sklearn.feature_extraction.text")
    linear = import_module("sklearn.linear_model")

    def fitted(own: Sequence[int], other: Sequence[int]) -> Any:
        words = text.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        known = words.fit_transform([texts[at] for at in own])
        model = linear.LogisticRegression(C=10, max_iter=300, class_weight="balanced")
        return model.fit(known, truths[own]).predict_proba(
            words.transform([texts[at] for at in other])
        )

    return fitted


def _dense(every: Floats, truths: npt.NDArray[Any]) -> Callable[..., Any]:
    """Chances by what the encoder says."""
    linear, turned = import_module("sklearn.linear_model"), import_module("sklearn.decomposition")

    def fitted(own: Sequence[int], other: Sequence[int]) -> Any:
        mean, spread = every[own].mean(0), every[own].std(0) + 1e-3
        even = (every - mean) / spread
        directions = turned.PCA(DIRECTIONS, random_state=SEED).fit(even[own])
        known, rest = directions.transform(even[own]), directions.transform(even[other])
        scale = np.sqrt(known.std(0))
        model = linear.LogisticRegression(C=0.01, max_iter=300, class_weight="balanced")
        return model.fit(known / scale, truths[own]).predict_proba(rest / scale)

    return fitted


def measure(file: Path) -> Iterator[Row]:
    cases = [case(line) for line in file.read_text("utf-8").splitlines()]
    truths = np.array([one.root for one in cases])
    names = np.unique(truths)
    stretches = [one.text[slice(*one.between)] for one in cases]
    marked = [" ".join(f"b_{word}" for word in one.lower().split()) for one in stretches]
    whole = _words([one.text for one in cases], truths)
    between = _words(stretches, truths)
    both = _words([f"{one.text} {own}" for one, own in zip(cases, marked, strict=True)], truths)
    dense = _dense(features(cases), truths)
    split = import_module("sklearn.model_selection").StratifiedKFold(
        FOLDS, shuffle=True, random_state=SEED
    )
    chances = np.zeros((2, len(cases), len(names)))
    for own, other in split.split(truths, truths):
        chances[0, other] = whole(own, other)
        words = np.log(between(own, other) + _LEAST) + np.log(both(own, other) + _LEAST)
        chances[1, other] = np.log(dense(own, other) + _LEAST) + words / 2
    theirs, ours = (
        list(zip(truths.tolist(), names[one.argmax(1)].tolist(), strict=True)) for one in chances
    )
    yield from _rows(ours, theirs)


Pairs = Sequence[tuple[str, str]]


def _rows(ours: Pairs, theirs: Pairs) -> Iterator[Row]:
    def threaten(pairs: Pairs) -> float:
        return f1([(a == "THREATEN", b == "THREATEN") for a, b in pairs])

    scores: tuple[tuple[str, Callable[[Pairs], float], float], ...] = (
        ("THREATEN F1", threaten, 0.80),
        ("macro F1", macro, 0.83),
    )
    for name, score, aim in scores:
        low, high = _around(ours, score)
        yield Row(
            benchmark="plover",
            what=f"PLV, {name}, five folds of {len(ours)} [{low:.2f} to {high:.2f}]",
            value=score(ours),
            unit="",
            beside="TF-IDF",
            baseline=score(theirs),
            aim=f"{aim:.2f}",
            met=score(ours) >= aim,
        )


def _around(pairs: Pairs, score: Callable[[Pairs], float]) -> tuple[float, float]:
    return interval(len(pairs), lambda drawn: score([pairs[at] for at in drawn]))


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    print(shown(list(measure(Path(arguments[0])))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
