"""Threats read in the source language: nine languages, if the extra is installed.

`tocsin_multilingual` brings multilingual-e5-small, cut to the languages and trained further on
`training/passages`. What it says of a text that is not English waits for a linguist.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.domain.refusal import Code, refuse
from tocsin.reading.entities import Entity, entities
from tocsin.reading.published import Chances, published, session, sigmoid, softmax
from tocsin.reading.understood import Certainty, Mention, Role, SentenceReading, Stage

PACKAGE = "tocsin_multilingual"
LANGUAGES = frozenset({"ar", "en", "es", "fa", "fr", "ru", "tr", "uk", "zh"})
TOKENS = 128  # of a window: about two passages of those that it learnt from
MOST_WINDOWS = 16
MOST_CHARACTERS = 20_000
LEAST_SURE, BEGINS = 0.4, 0.7  # of a role; of a beginning right behind the same role
BLOCK = 32  # weights to a scale
_FIRST, _LAST = 0, 2  # the tokens at the ends of a window
# Orders in which the heads were trained.
_STAGES = tuple(Stage)
_CERTAINTIES = tuple(Certainty)
_UNREAL = frozenset({"metaphorical", "fictional", "sporting", "drill", "other"})
Floats = NDArray[np.float32]
Tokens = list[tuple[int, int, int, int]]  # id, start, end, number of the sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReading:
    """What the multilingual encoder makes of a text; probabilities are calibrated.

    `sentences`: one for each span that was read. `threatened` is that of the most threatening
    window, and `kinds` and `harms` are of that window. `relevant`: that something real is told.
    `read_to`: characters from here on were not read. Of a text that is not English nobody may rely
    on it before one who reads the language has looked.
    """

    mentions: tuple[Mention, ...]
    sentences: tuple[SentenceReading, ...]
    kinds: dict[str, float]
    harms: dict[str, float]
    relevant: float
    threatened: float
    read_to: int


def is_installed() -> bool:
    return find_spec(PACKAGE) is not None


class Multilingual:
    """The encoder. Safe to share between threads; the same text gives the same answer."""

    def __init__(self, folder: Path, manifest: dict[str, Any], threads: int) -> None:
        from tokenizers import Tokenizer

        held = published(folder, manifest["files"])
        self._session = session(held["reader.onnx"], threads)
        self._tokenizer = Tokenizer.from_str(held["tokenizer.json"].decode())
        self._halves = np.load(folder / "halves.npy", mmap_mode="r")
        self._scales = np.load(folder / "scales.npy")
        self._heats = list(manifest["temperatures"].values())
        self._kinds: list[str] = manifest["kinds"]
        self._harms: list[str] = manifest["harms"]
        self._roles = [Role(name) for name in manifest["roles"]]
        self.source: str = manifest["id"]

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 1) -> "Multilingual":
        """The encoder in `folder`, else the one of the extra.

        Raises Refusal where the extra is absent, ModelUnusable where a file is not that published.
        """
        if folder is None:
            if not is_installed():
                refuse(
                    Code.SETTINGS_INVALID,
                    "Texts in other languages were not read for threats.",
                    "Install Tocsin's multilingual extra: pip install tocsin-multilingual.",
                )
            folder = Path(str(files(PACKAGE)))
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        return cls(folder, manifest, threads)

    def read(self, text: str, spans: Sequence[tuple[int, int]]) -> ForeignReading:
        """What `text` says; `spans` are its sentences in order, half-open, not overlapping."""
        is_cut = len(text) > MOST_CHARACTERS
        mentions: list[Mention] = []
        sentences: dict[int, SentenceReading] = {}
        kinds, harms = dict.fromkeys(self._kinds, 0.0), dict.fromkeys(self._harms, 0.0)
        threatened = relevant = 0.0
        read_to = windows = 0
        for window in self._windows(text, spans):
            threat, kind, harm, stages, certainties, tags = self._read_window(window)
            mentions += self._mentions(text, window, tags)
            if threat >= threatened:
                threatened = threat
                kinds = dict(zip(self._kinds, kind, strict=True))
                harms = dict(zip(self._harms, harm, strict=True))
            real = 1 - sum(p for name, p in zip(self._kinds, kind, strict=True) if name in _UNREAL)
            relevant, read_to, windows = max(relevant, real), window[-1][2], windows + 1
            for number, stage, certainty in zip(_numbers(window), stages, certainties, strict=True):
                made = _sentence(spans[number], stage, certainty)
                kept = sentences.get(number)
                if not kept or made.stages[Stage.THREATENED] > kept.stages[Stage.THREATENED]:
                    sentences[number] = made
        return ForeignReading(
            mentions=tuple(mentions),
            sentences=tuple(sentences[number] for number in sorted(sentences)),
            kinds=kinds,
            harms=harms,
            relevant=relevant,
            threatened=threatened,
            read_to=read_to if is_cut or windows == MOST_WINDOWS else len(text),
        )

    def known(self, text: str, seen: ForeignReading) -> tuple[Entity, ...]:
        """Whom and what the mentions speak of."""
        return entities(text, seen.mentions)

    def logits(self, ids: Sequence[int], member: Floats) -> tuple[Floats, ...]:
        """Of threat, kind, harm, stages, certainties, tags, before calibration.

        `member`, shape (sentences, tokens), holds the weights that average a sentence's tokens.
        """
        embedded = self._embedded(ids)[None]
        mask = np.ones(embedded.shape[:2], np.float32)
        feed = {"embedded": embedded, "mask": mask, "member": member[None]}
        return tuple(made[0] for made in self._session.run(None, feed))

    def _embedded(self, ids: Sequence[int]) -> Floats:
        """Q4_0: blocks of 32 weights, the low halves of 16 bytes before the high ones."""
        rows = list(ids)
        scales = self._scales[rows].astype(np.float32)
        halves = np.asarray(self._halves[rows]).reshape(*scales.shape, BLOCK // 2)
        whole = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
        whole *= scales[..., None]
        return whole.reshape(len(rows), -1)

    def _windows(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Tokens]:
        """Whole sentences together, as many as TOKENS hold; a longer one is cut."""
        window: Tokens = []
        made = 0
        for sentence in self._sentences(text, spans):
            for at in range(0, len(sentence), TOKENS):
                part = sentence[at : at + TOKENS]
                if window and len(window) + len(part) > TOKENS:
                    yield window
                    window, made = [], made + 1
                    if made == MOST_WINDOWS:
                        return
                window = window + part
        if window:
            yield window

    def _sentences(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Tokens]:
        """The tokens of each sentence; one belongs to where its last character is."""
        encoded = self._tokenizer.encode(text[:MOST_CHARACTERS])
        tokens = zip(encoded.ids, encoded.offsets, strict=True)
        told = next(tokens, None)
        for number, (first, past) in enumerate(spans):
            found: Tokens = []
            while told and told[1][1] <= past:
                piece, (start, end) = told
                if first < end and start < end:
                    found.append((piece, start, end, number))
                told = next(tokens, None)
            if found:
                yield found

    def _read_window(
        self, window: Tokens
    ) -> tuple[float, list[float], list[float], Chances, Chances, Chances]:
        """Calibrated: threat, kinds, harms, and of each sentence and token."""
        numbers = _numbers(window)
        member = np.zeros((len(numbers), len(window) + 2), np.float32)
        for at, (_, _, _, number) in enumerate(window, 1):
            member[numbers.index(number), at] = 1
        member /= member.sum(axis=1, keepdims=True)
        raw = self.logits([_FIRST, *(piece for piece, *_ in window), _LAST], member)
        threat, kind, harm, stages, certainties, tags = (
            logit / heat for logit, heat in zip(raw, self._heats, strict=True)
        )
        sure = float(sigmoid(threat[0]))
        kinds, harms = softmax(kind).tolist(), softmax(harm).tolist()
        return sure, kinds, harms, softmax(stages), softmax(certainties), softmax(tags)[1:-1]

    def _mentions(self, text: str, window: Tokens, tags: Chances) -> list[Mention]:
        spans = [(start, end, number) for _, start, end, number in window]
        return [
            Mention(
                start=start,
                end=end,
                words=text[start:end],
                role=self._roles[role],
                probability=sure,
                source=self.source,
            )
            for role, start, end, sure in runs(text, spans, tags)
        ]


def runs(
    text: str, spans: Sequence[tuple[int, int, int]], tags: NDArray[np.floating]
) -> list[tuple[int, int, int, float]]:
    """Words in a row with one role: (role, start, end, how sure of its least sure word).

    `spans`: start, end and sentence of each token; `tags`, shape (tokens, 1 + 2 roles), the shares
    of outside, then of beginning and going on for each role. The pieces of a word decide together.
    """
    found: list[tuple[int, int, int, float]] = []
    before = (-1, -1)
    for pieces in _words(text, spans):
        shares = tags[pieces].mean(axis=0)
        roles = shares[1::2] + shares[2::2]
        role, number = int(roles.argmax()), spans[pieces[0]][2]
        sure = float(roles[role])
        if sure <= max(float(shares[0]), LEAST_SURE):
            before = (-1, -1)
            continue
        start, end = spans[pieces[0]][0], spans[pieces[-1]][1]
        start = end - len(text[start:end].lstrip())  # pieces take the blank before them along
        if (role, number) == before and tags[pieces[0], 1 + 2 * role] < BEGINS:
            _, start, _, least = found.pop()
            sure = min(sure, least)
        found.append((role, start, end, sure))
        before = (role, number)
    return found


def _words(text: str, spans: Sequence[tuple[int, int, int]]) -> list[list[int]]:
    """The numbers of the tokens of each word; in scripts without blanks every token is one."""
    words: list[list[int]] = []
    last = -1
    for at, (start, end, _) in enumerate(spans):
        if start >= end:
            continue
        joined = start == last and text[start].isalnum() and text[start - 1].isalnum()
        if words and joined and text[start] < "\u2e80":
            words[-1].append(at)
        else:
            words.append([at])
        last = end
    return words


def _numbers(window: Tokens) -> list[int]:
    """Of the sentences of a window, in order."""
    return list(dict.fromkeys(number for *_, number in window))


def _sentence(span: tuple[int, int], stage: Chances, certainty: Chances) -> SentenceReading:
    return SentenceReading(
        start=span[0],
        end=span[1],
        stages=dict(zip(_STAGES, stage.tolist(), strict=True)),
        certainties=dict(zip(_CERTAINTIES, certainty.tolist(), strict=True)),
    )
