"""MiniLM-L6 (a plain BERT) with heads for roles, sentences and the document, in torch."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tocsin.reading.encoder_windows import CERTAINTIES, DOCUMENT, ROLES, STAGES

SPOKEN = 4  # layers that tell of a sentence: the lower ones know words, the last ones roles
SAID = 384  # what the head over sentences makes of them: three of 128 side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of the encoder; the defaults are MiniLM-L6-H384's."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    dropout: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Logits. roles (B, T, 2, 9), stages (B, S, 6), certainties (B, S, 5), document (B, 9)."""

    roles: Tensor
    stages: Tensor
    certainties: Tensor
    document: Tensor


class Dropout(nn.Module):
    """Dropout; on a processor from masks drawn once for 64 calls, since drawing is what costs."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate, self.calls, self.masks = rate, 0, torch.empty(0)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return x
        if x.device.type != "cpu":
            return functional.dropout(x, self.rate)
        size = x.numel()
        if self.calls % 64 == 0 or len(self.masks) < size:
            self.masks = (torch.rand(size * 3 // 2) >= self.rate) / (1 - self.rate)
        self.calls += 1
        start = int(torch.randint(len(self.masks) - size + 1, ()))
        return x * self.masks[start : start + size].view(x.shape)


class Layer(nn.Module):
    """Self-attention and feed-forward, each with residual and layer norm after."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, Dropout(shape.dropout)
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.wide = nn.Linear(shape.width, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.width)
        self.last_norm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        size, length, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(size, length, self.heads, width // self.heads).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            split(self.query(x)),
            split(self.key(x)),
            split(self.value(x)),
            attn_mask=bias,
        )
        seen = self.out(seen.transpose(1, 2).reshape(size, length, width))
        x = self.norm(x + self.dropout(seen))
        return self.last_norm(x + self.dropout(self.narrow(functional.gelu(self.wide(x)))))


class Pool(nn.Module):
    """Mean and learnt-weight mean of the pieces that `within` (B, S, T) marks: (B, S, 2 width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weigh = nn.Linear(width, 1)

    def forward(self, x: Tensor, within: Tensor) -> Tensor:
        mean = within / within.sum(-1, keepdim=True).clamp(min=1)
        learnt = within * torch.exp(self.weigh(x).clamp(-8, 8)).transpose(1, 2)
        learnt = learnt / learnt.sum(-1, keepdim=True).clamp(min=1e-6)
        return torch.cat([mean @ x, learnt @ x], -1)


class Encoder(nn.Module):
    """Word pieces to logits; see Read."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape, width = shape, shape.width
        self.words = nn.Embedding(shape.vocabulary, width)
        self.positions = nn.Embedding(shape.positions, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.role_head = nn.Linear(width, 2 * len(ROLES))
        self.document_pool = Pool(width)
        self.sentence_inner = nn.Linear(SPOKEN * width, SAID)
        self.stage_head = nn.Linear(SAID, len(STAGES))
        self.certainty_head = nn.Linear(SAID, len(CERTAINTIES))
        self.document_inner = nn.Linear(2 * width, 128)
        self.document_head = nn.Linear(128, len(DOCUMENT))

    def hidden(self, ids: Tensor, mask: Tensor, frozen: int = 0) -> list[Tensor]:
        """What leaves each layer that is not frozen, (B, T, width).

        The embeddings and the lowest `frozen` layers get no gradient and no dropout.
        """
        if not frozen:
            return self.above(self.embedded(ids), mask, 0)
        return self.above(self.below(ids, mask, frozen), mask, frozen)

    def above(self, x: Tensor, mask: Tensor, layer: int) -> list[Tensor]:
        """What leaves each layer from number `layer` on."""
        return self._through(self.layers[layer:], x, mask)[1:]

    def _through(self, layers: nn.ModuleList, x: Tensor, mask: Tensor) -> list[Tensor]:
        bias = None
        if not bool(mask.all()):
            bias = torch.zeros(mask.shape, dtype=x.dtype, device=x.device)
            bias = bias.masked_fill(~mask, -1e4)[:, None, None, :]
        left = [x]
        for one in layers:
            left.append(one(left[-1], bias))
        return left

    @torch.no_grad()
    def below(self, ids: Tensor, mask: Tensor, layer: int) -> Tensor:
        """What enters layer number `layer`, as a fixed feature: it may be kept and used again."""
        training = self.training
        self.eval()
        x = self._through(self.layers[:layer], self.embedded(ids), mask)[-1]
        self.train(training)
        return x

    def embedded(self, ids: Tensor) -> Tensor:
        x = self.words(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device))
        return self.dropout(self.norm(x))

    def heads(self, left: Sequence[Tensor], mask: Tensor, pool: Tensor) -> Read:
        """From what leaves the layers: of sentences the last SPOKEN, of all else the last."""
        x = self.dropout(left[-1])
        said = functional.gelu(self.sentence_inner(self.dropout(spoken(left, pool))))
        said = self.dropout(said)
        document = self.document_pool(x, mask[:, None, :].to(x.dtype))[:, 0]
        return Read(
            roles=self.role_head(x).unflatten(-1, (2, len(ROLES))),
            stages=self.stage_head(said),
            certainties=self.certainty_head(said),
            document=self.document_head(torch.tanh(self.document_inner(document))),
        )

    def forward(self, ids: Tensor, mask: Tensor, pool: Tensor) -> Read:
        return self.heads(self.hidden(ids, mask), mask, pool)


def spoken(left: Sequence[Tensor], pool: Tensor) -> Tensor:
    """The mean of each sentence in each of the last SPOKEN layers: (B, S, SPOKEN width)."""
    within = pool.to(left[-1].dtype)
    mean = within / within.sum(-1, keepdim=True).clamp(min=1)
    return torch.cat([mean @ x for x in left[-SPOKEN:]], -1)


def safetensors(path: Path) -> dict[str, Tensor]:
    """float32 tensors of a file in the safetensors format, by name."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    found = {}
    for name, about in json.loads(raw[8 : 8 + size]).items():
        if name == "__metadata__" or about["dtype"] != "F32":
            continue
        start, end = about["data_offsets"]
        flat = np.frombuffer(raw, np.float32, (end - start) // 4, 8 + size + start)
        found[name] = torch.from_numpy(flat.reshape(about["shape"]).copy())
    return found


_LAYER = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "out",
    "attention.output.LayerNorm": "norm",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
    "output.LayerNorm": "last_norm",
}


def pretrained(folder: Path, shape: Shape | None = None) -> Encoder:
    """The encoder with MiniLM's weights from model.safetensors and fresh heads.

    The one segment that is used is added to the positions. Raises KeyError if a weight is missing.
    """
    model, given = Encoder(shape or Shape()), safetensors(folder / "model.safetensors")
    given = {name.removeprefix("bert."): tensor for name, tensor in given.items()}
    segment = given["embeddings.token_type_embeddings.weight"][0]
    own = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "positions.weight": given["embeddings.position_embeddings.weight"] + segment,
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    for at in range(model.shape.layers):
        for theirs, ours in _LAYER.items():
            for kind in ("weight", "bias"):
                own[f"layers.{at}.{ours}.{kind}"] = given[f"encoder.layer.{at}.{theirs}.{kind}"]
    absent = model.load_state_dict(own, strict=False).missing_keys
    if bad := [name for name in absent if not is_head(name)]:
        raise KeyError(", ".join(bad))
    return model


def is_head(name: str) -> bool:
    """Whether weights are ours to begin afresh, not MiniLM's."""
    return any(part in name for part in ("head", "pool", "inner"))


def is_of_sentences(name: str) -> bool:
    """Whether weights belong to the head over sentences."""
    return name.startswith(("sentence_", "stage_", "certainty_"))
