"""One pass of an English encoder over a report: roles, stages of sentences, kinds of incident.

MiniLM-L6 in 8 bits with heads of our own; training/reading makes it, its MODEL_CARD.md says from
what and how well it does. What it says is a proposal with a calibrated probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from tokenizers import Tokenizer

from tocsin.reading import encoder_files, encoder_windows
from tocsin.reading.encoder_mentions import mentions
from tocsin.reading.encoder_windows import (
    CERTAINTIES,
    DOCUMENT,
    KINDS,
    STAGES,
    Floats,
    Integers,
    Network,
    Raw,
)
from tocsin.reading.entities import Entity
from tocsin.reading.entities_scoring import Scorer
from tocsin.reading.published import session, sigmoid, softmax
from tocsin.reading.understood import Mention, SentenceReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What the encoder makes of a text; all probabilities are calibrated.

    `mentions` in order of place, also unlikely ones: a mention says that its words fill the role
    in some incident of the report. `sentences` as the spans given, up to `read_to`: characters
    from there on were not read. `kinds` are those of MUC-4.
    """

    mentions: tuple[Mention, ...]
    sentences: tuple[SentenceReading, ...]
    kinds: dict[str, float]
    relevant: float
    threatened: float
    attempted: float
    read_to: int


class Encoder:
    """Reads English. Safe to share between threads; the same text gives the same answer.

    `enough`: the probability from which on an entity, a kind, a relevant, a threatened report
    counted for most F1 on the dev reports.
    """

    def __init__(
        self, tokenizer: Tokenizer, network: Network, numbers: dict[str, Any], source: str
    ) -> None:
        self.source = source
        self._tokenizer, self._network = tokenizer, network
        self._calibration = numbers["calibration"]
        self._scorer = Scorer(numbers["entities"])
        self.enough: dict[str, float] = numbers["enough"]

    @classmethod
    def load(cls, folder: Path = encoder_files.ENGLISH, threads: int = 1) -> Self:
        """The model in `folder`, which takes up to `threads` processors for each text.

        Raises ModelUnusable where a file is absent or not the one published.
        """
        files = encoder_files.load(folder)
        tokenizer = Tokenizer.from_str(files.tokenizer)
        return cls(tokenizer, in_onnx(files.model, threads), files.numbers, files.id)

    def read(self, text: str, spans: Sequence[tuple[int, int]]) -> Encoded:
        """What `text` says; `spans` are its sentences in order, half-open, not overlapping.

        At most 16 windows of 512 word pieces are read, about 25,000 characters.
        """
        return self.understood(
            text, spans, encoder_windows.read(text, spans, self._tokenizer, self._network)
        )

    def understood(self, text: str, spans: Sequence[tuple[int, int]], raw: Raw) -> Encoded:
        """The network's logits as calibrated probabilities of mentions, sentences, text."""
        told = self._calibration
        document = {
            label: _scaled(logit, told["document"][label])
            for label, logit in zip(DOCUMENT, raw.document.tolist(), strict=True)
        }
        stages = softmax(raw.stages * told["stages"])
        certainties = softmax(raw.certainties * told["certainties"])
        return Encoded(
            mentions=self._mentions(text, raw),
            sentences=tuple(
                SentenceReading(
                    start=start,
                    end=end,
                    stages=dict(zip(STAGES, stages[at].tolist(), strict=True)),
                    certainties=dict(zip(CERTAINTIES, certainties[at].tolist(), strict=True)),
                )
                for at, (start, end) in enumerate(spans)
                if start < raw.read_to
            ),
            kinds={kind: document[kind] for kind in KINDS},
            relevant=document["relevant"],
            threatened=document["threatened"],
            attempted=document["attempted"],
            read_to=raw.read_to,
        )

    def entities(self, text: str, encoded: Encoded) -> tuple[Entity, ...]:
        """Whom and what the mentions speak of, with how likely each fills its role."""
        return self._scorer.entities(text, encoded)

    def known(self, text: str, seen: Encoded) -> tuple[Entity, ...]:
        """Those whose chance of filling their role is enough."""
        found = self.entities(text, seen)
        return tuple(one for one in found if one.probability >= self.enough["entity"])

    def _mentions(self, text: str, raw: Raw) -> tuple[Mention, ...]:
        made = []
        for one in mentions(raw):
            start, end = int(raw.offsets[one.first, 0]), int(raw.offsets[one.past - 1, 1])
            logit = float(np.log(one.score / (1 - min(one.score, 1 - 1e-9))))
            made.append(
                Mention(
                    start=start,
                    end=end,
                    words=text[start:end],
                    role=one.role,
                    probability=_scaled(logit, self._calibration["roles"][one.role]),
                    source=self.source,
                )
            )
        return tuple(sorted(made, key=lambda one: (one.start, one.end, one.role)))


def in_onnx(model: bytes, threads: int = 1) -> Network:
    """The network as a function."""
    made = session(model, threads)

    def answer(ids: Integers, pool: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        roles, stages, certainties, document = made.run(None, {"ids": ids, "pool": pool})
        return roles, stages, certainties, document

    return answer


def _scaled(logit: float, calibration: Sequence[float]) -> float:
    slope, shift = calibration
    return float(sigmoid(np.array(slope * logit + shift)))
