"""A text of any length through an encoder that sees so many word pieces at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from tocsin.reading.understood import Certainty, Role, Stage

# Word pieces of a window with its two marks, from one window to the next; at most so many windows.
SIZE, STRIDE, MOST = 512, 384, 16
# Beyond this no further word piece could be read; most pieces are of two characters and more.
MOST_CHARACTERS = MOST * STRIDE * 8
ROLES, STAGES, CERTAINTIES = tuple(Role), tuple(Stage), tuple(Certainty)
KINDS = ("attack", "bombing", "kidnapping", "arson", "robbery", "forced work stoppage")
DOCUMENT = ("relevant", *KINDS, "threatened", "attempted")
_BEGIN, _END = 101, 102  # [CLS] and [SEP]
_SURE = 20.0  # a logit, where there is nothing to read
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
# Word pieces (1, T) and which belong to each sentence (1, S, T), to the logits of Raw.
Network = Callable[[Integers, Floats], tuple[Floats, Floats, Floats, Floats]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Logits of the words of a text. W words, S sentences.

    `offsets` (W, 2) in characters. `roles` (W, 2, 9): begins here, is inside; `stages` (S, 6),
    `certainties` (S, 5): none, where a sentence has no words. `document` (9,): as
    DOCUMENT. `read_to`: characters from here on were not read.
    """

    offsets: Integers
    roles: Floats
    stages: Floats
    certainties: Floats
    document: Floats
    read_to: int


def read(
    text: str, spans: Sequence[tuple[int, int]], tokenizer: Tokenizer, network: Network
) -> Raw:
    """The network's answer for each word and sentence; of overlapping windows the nearer middle."""
    encoding = tokenizer.encode(text[:MOST_CHARACTERS], add_special_tokens=False)
    room = STRIDE * (MOST - 1) + SIZE - 2
    ids = np.array(encoding.ids[:room], np.int64)
    offsets = np.array(encoding.offsets[:room], np.int64).reshape(-1, 2)
    whole = len(encoding.ids) <= room and len(text) <= MOST_CHARACTERS
    roles = np.zeros((len(ids), 2, len(ROLES)), np.float32)
    sentences = np.zeros((len(spans), len(STAGES) + len(CERTAINTIES)), np.float32)
    sentences[:, [STAGES.index(Stage.NONE), -1]] = _SURE
    seen = np.zeros(len(spans), np.int64)
    document = np.full(len(DOCUMENT), -_SURE, np.float32)
    starts = np.array([start for start, _ in spans], np.int64)
    sentence = np.searchsorted(starts, offsets[:, 0], side="right") - 1
    overlap = SIZE - 2 - STRIDE
    for begin in range(0, max(len(ids) - overlap, min(len(ids), 1)), STRIDE):
        part = slice(begin, begin + SIZE - 2)
        own, counts = np.unique(sentence[part], return_counts=True)
        pool = np.pad(sentence[part] == own[:, None], ((0, 0), (1, 1))).astype(np.float32)
        piece = np.concatenate([[_BEGIN], ids[part], [_END]]).astype(np.int64)
        answer, stages, certainties, whole_text = network(piece[None], pool[None])
        skip = overlap // 2 if begin else 0
        roles[begin + skip : begin + SIZE - 2] = answer[0, 1 + skip : -1]
        better = (own >= 0) & (counts > seen[own])
        sentences[own[better]] = np.concatenate([stages[0], certainties[0]], -1)[better]
        seen[own[better]] = counts[better]
        document = np.maximum(document, whole_text[0])
    words, merged = _words(encoding.word_ids[: len(ids)], offsets, roles)
    return Raw(
        offsets=words,
        roles=merged,
        stages=sentences[:, : len(STAGES)],
        certainties=sentences[:, len(STAGES) :],
        document=document,
        read_to=len(text) if whole else int(offsets[-1, 1]) if len(offsets) else 0,
    )


def _words(word: Sequence[int | None], offsets: Integers, roles: Floats) -> tuple[Integers, Floats]:
    """Word pieces as words: it begins with its first piece, is inside by the mean of all."""
    if not word:
        return offsets, roles
    first = np.flatnonzero(np.diff([-1 if one is None else one for one in word], prepend=-2))
    last = np.append(first[1:], len(word)) - 1
    merged = np.add.reduceat(roles, first) / (last - first + 1)[:, None, None]
    merged[:, 0] = roles[first, 0]
    return np.stack([offsets[first, 0], offsets[last, 1]], 1), merged.astype(np.float32)
