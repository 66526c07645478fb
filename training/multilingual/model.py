"""multilingual-e5-small as a torch module, and heads over it."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from training.multilingual.dequantise import Source
from training.multilingual.passages import CERTAINTIES, HARMS, KINDS, STAGES, TAGS

HEADS = {
    "threat": 1,
    "kind": len(KINDS),
    "harm": len(HARMS),
    "stage": len(STAGES),
    "certainty": len(CERTAINTIES),
    "tag": TAGS,
}


class Layer(nn.Module):
    """One BERT layer: attention and a GELU network, each followed by its norm."""

    def __init__(self, width: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.aln, self.oln = (nn.LayerNorm(width, epsilon) for _ in range(2))
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.shape
        shape = (batch, length, self.heads, width // self.heads)
        q, k, v = (part(x).view(shape).transpose(1, 2) for part in (self.q, self.k, self.v))
        weights = torch.softmax(q @ k.transpose(2, 3) * shape[3] ** -0.5 + bias, dim=-1)
        mixed = (weights @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.aln(x + self.dropout(self.ao(mixed)))
        return self.oln(x + self.dropout(self.fo(nn.functional.gelu(self.fi(x)))))


class Reader(nn.Module):
    """From word embeddings (batch, tokens, width) to logits; the embeddings stay as they were."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.from_numpy(source.tensors["emb.pos"].copy()))
        kind = torch.from_numpy(source.tensors["emb.type"].copy())[: source.width]
        self.positions.data += kind
        self.norm = nn.LayerNorm(source.width, source.epsilon)
        self.layers = nn.ModuleList(
            Layer(source.width, source.heads, source.inner, source.epsilon)
            for _ in range(source.layers)
        )
        self._take(self.norm, "emb.ln", source)
        for number, layer in enumerate(self.layers):
            for name, part in layer.named_children():
                if name != "dropout":
                    self._take(part, f"l{number}.{name}", source)
        self.dropout = nn.Dropout(0.1)
        sizes = {name: source.width * (1 if name == "tag" else 2) for name in HEADS}
        self.heads = nn.ModuleDict(
            {name: nn.Linear(sizes[name], size) for name, size in HEADS.items()}
        )

    @staticmethod
    def _take(part: nn.Module, name: str, source: Source) -> None:
        part.weight.data = torch.from_numpy(source.tensors[f"{name}.w"].copy())
        part.bias.data = torch.from_numpy(source.tensors[f"{name}.b"].copy())

    def lower(self, embedded: Tensor, mask: Tensor, layers: int) -> Tensor:
        """Through the first `layers`; mask (batch, tokens) is 1 where a token stands."""
        x = self.norm(embedded + self.positions[: embedded.shape[1]])
        return self.through(x, mask, self.layers[:layers])

    @staticmethod
    def through(x: Tensor, mask: Tensor, layers: Iterable[nn.Module]) -> Tensor:
        bias = (1 - mask[:, None, None, :]) * -10_000.0
        for layer in layers:
            x = layer(x, bias)
        return x

    def judge(self, x: Tensor, mask: Tensor, member: Tensor) -> tuple[Tensor, ...]:
        """Logits in the order of HEADS. `member` (batch, sentences, tokens) averages tokens."""
        x = self.dropout(x)
        weights = mask / mask.sum(dim=1, keepdim=True)
        mean = (weights[:, None, :] @ x)[:, 0]
        whole = torch.cat([mean, x[:, 0]], dim=-1)
        sentences = member @ x
        context = mean[:, None, :].expand_as(sentences)
        each = torch.cat([sentences, context], dim=-1)
        inputs = {"threat": whole, "kind": whole, "harm": whole, "stage": each, "certainty": each}
        return tuple(head(inputs.get(name, x)) for name, head in self.heads.items())

    def forward(self, embedded: Tensor, mask: Tensor, member: Tensor) -> tuple[Tensor, ...]:
        return self.judge(self.lower(embedded, mask, len(self.layers)), mask, member)
