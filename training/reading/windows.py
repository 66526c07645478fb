"""Documents as windows of word pieces with the labels as arrays, and windows as batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from tocsin.reading.encoder_windows import (
    CERTAINTIES,
    DOCUMENT,
    ROLES,
    SIZE,
    STAGES,
    STRIDE,
    Floats,
    Integers,
)
from training.reading.corpus import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window of T pieces and S sentences.

    `roles` (T, 2, 9): begins, is inside. `role_mask` (9,). `sentence` (T,): number or -1.
    `stages` (S, 6), `certainties` (S, 5): targets times weight. `document` (9,), NaN: not known.
    """

    ids: Integers
    offsets: Integers
    sentence: Integers
    roles: Floats
    role_mask: Floats
    stages: Floats
    certainties: Floats
    document: Floats
    relevant: bool
    first: bool


def tokenizer(path: Path) -> Tokenizer:
    made = Tokenizer.from_file(str(path))
    made.no_truncation()
    made.no_padding()
    return made


def windows(document: Document, pieces: Tokenizer) -> Iterator[Window]:
    encoding = pieces.encode(document.text, add_special_tokens=False)
    ids = np.array(encoding.ids, np.int64)
    offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2)
    roles = _roles(document, offsets)
    starts = np.array([sentence.start for sentence in document.sentences])
    sentence = np.searchsorted(starts, offsets[:, 0], side="right") - 1
    for begin in range(0, max(len(ids) - (SIZE - STRIDE), 1), STRIDE):
        part = slice(begin, begin + SIZE - 2)
        own = sentence[part]
        base = int(own[0]) if len(own) else 0
        count = int(own[-1]) - base + 1 if len(own) else 1
        yield Window(
            ids=np.concatenate([[101], ids[part], [102]]).astype(np.int64),
            offsets=np.pad(offsets[part], ((1, 1), (0, 0))),
            sentence=np.pad(own - base, 1, constant_values=-1),
            roles=np.pad(roles[part], ((1, 1), (0, 0), (0, 0))),
            role_mask=np.array([role in document.roles for role in ROLES], np.float32),
            **_sentences(document, base, count),
            document=_document(document, begin == 0 or bool(roles[part].any())),
            relevant=document.labels is None or document.labels[0] > 0,
            first=begin == 0,
        )


def _roles(document: Document, offsets: Integers) -> Floats:
    marked = np.zeros((len(offsets), 2, len(ROLES)), np.float32)
    for start, end, role in document.mentions:
        first = int(np.searchsorted(offsets[:, 1], start, side="right"))
        past = int(np.searchsorted(offsets[:, 0], end, side="left"))
        marked[first : first + 1, 0, ROLES.index(role)] = 1
        marked[first:past, 1, ROLES.index(role)] = 1
    return marked


def _sentences(document: Document, base: int, count: int) -> dict[str, Floats]:
    stages = np.zeros((count, len(STAGES)), np.float32)
    certainties = np.zeros((count, len(CERTAINTIES)), np.float32)
    for at, one in enumerate(document.sentences[base : base + count]):
        stages[at, STAGES.index(one.stage)] = one.stage_weight
        certainties[at, CERTAINTIES.index(one.certainty)] = one.certainty_weight
    return {"stages": stages, "certainties": certainties}


def _document(document: Document, known: bool) -> Floats:
    if document.labels is None or not known:
        return np.full(len(DOCUMENT), np.nan, np.float32)
    return np.array(document.labels, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows padded to one length, as arrays whose first axis is the window; `keys` name them."""

    keys: tuple[int, ...]
    ids: Integers
    mask: npt.NDArray[np.bool_]
    pool: npt.NDArray[np.bool_]
    roles: Floats
    role_mask: Floats
    stages: Floats
    certainties: Floats
    document: Floats


def batch(chosen: Sequence[Window]) -> Batch:
    length = max(len(one.ids) for one in chosen)
    most = max(len(one.stages) for one in chosen)
    sentence = np.stack([_padded(one.sentence, length, -1) for one in chosen])
    return Batch(
        keys=tuple(map(id, chosen)),
        ids=np.stack([_padded(one.ids, length) for one in chosen]),
        mask=np.stack([np.arange(length) < len(one.ids) for one in chosen]),
        pool=sentence[:, None, :] == np.arange(most)[None, :, None],
        roles=np.stack([_padded(one.roles, length) for one in chosen]),
        role_mask=np.stack([one.role_mask for one in chosen]),
        stages=np.stack([_padded(one.stages, most) for one in chosen]),
        certainties=np.stack([_padded(one.certainties, most) for one in chosen]),
        document=np.stack([one.document for one in chosen]),
    )


def _padded(array: npt.NDArray[Any], length: int, value: int = 0) -> npt.NDArray[Any]:
    widths = [(0, length - len(array)), *([(0, 0)] * (array.ndim - 1))]
    return np.pad(array, widths, constant_values=value)


def epoch(
    every: Sequence[Window], rng: np.random.Generator, tokens: int, irrelevant: float
) -> list[Batch]:
    """Batches of at most `tokens` pieces, of like length, in random order.

    Of irrelevant reports, and of later windows that hold nothing, only a share is taken.
    """

    def kept(one: Window) -> bool:
        share = irrelevant if not one.relevant else 1.0
        if not one.first and not one.roles.any():
            share *= 0.25
        return share >= 1 or rng.random() < share

    chosen = sorted(
        (one for one in every if kept(one)), key=lambda o: len(o.ids) + rng.random() * 24
    )
    batches: list[list[Window]] = [[]]
    for one in chosen:
        longest = max(len(other.ids) for other in (*batches[-1], one))
        if longest * (len(batches[-1]) + 1) > tokens and batches[-1]:
            batches.append([])
        batches[-1].append(one)
    order = rng.permutation(len(batches))
    return [batch(batches[at]) for at in order]
