"""The passages as the rules of threat see them, and what MUC-4's key says of threats."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tocsin.reading.normal import normalise
from tocsin.reading.threats_words import LANGUAGES

PASSAGES = Path(__file__).parents[1] / "passages"
Spans = list[tuple[int, int]]


def passages(odd: bool) -> Iterator[tuple[str, dict[str, Any], str, Spans]]:
    """(language, passage, normal text, sentences as labelled) of odd or even numbers."""
    for language in LANGUAGES:
        for line in (PASSAGES / f"{language}.jsonl").read_text("utf-8").splitlines():
            passage = json.loads(line)
            if int(passage["id"].split("-")[1]) % 2 == odd:
                yield language, passage, *_laid_out(language, passage)


def _laid_out(language: str, passage: Mapping[str, Any]) -> tuple[str, Spans]:
    between = "" if language == "zh" else " "
    texts = [sentence["text"] for sentence in passage["sentences"]]
    normal = normalise(between.join(texts))
    spans, at = [], 0
    for text in texts:
        spans.append((normal.normal(at), normal.normal(at + len(text))))
        at += len(text) + len(between)
    return normal.text, spans


def threatened(document: Mapping[str, Any]) -> bool:
    """Whether the key of a MUC-4 document has a threatened incident."""
    return any(
        "THREATENED" in (template.get("stage_of_execution") or "")
        for template in document["key_templates"]
    )


def documents(folder: Path, *, half: bool) -> Iterator[dict[str, Any]]:
    """MUC-4's documents for training; of `half` every second one, the others are for measuring."""
    lines = (folder / "train.jsonl").read_text("utf-8").splitlines()
    yield from map(json.loads, lines[1::2] if half else lines)
