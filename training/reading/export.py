"""The trained encoder as 8-bit ONNX: matrices per channel, opset 17, attention as one operator."""

from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from training.reading.model import Encoder, Layer

OPSET = 17


class _Attention(torch.autograd.Function):
    """What onnxruntime's MultiHeadAttention does with (B, T, width)."""

    @staticmethod
    def forward(_: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        split = [x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value)]
        return functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        made = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        return made.setType(query.type())


class _Single(nn.Module):
    """One window, all of whose pieces count: no mask."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, pool: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        left = [self.encoder.embedded(ids)]
        for layer in self.encoder.layers:
            left.append(self._through(layer, left[-1]))  # type: ignore[arg-type]
        read = self.encoder.heads(left, torch.ones_like(ids, dtype=torch.bool), pool)
        return read.roles, read.stages, read.certainties, read.document

    def _through(self, layer: Layer, x: Tensor) -> Tensor:
        seen = _Attention.apply(layer.query(x), layer.key(x), layer.value(x), layer.heads)
        x = layer.norm(x + layer.out(seen))
        return layer.last_norm(x + layer.narrow(functional.gelu(layer.wide(x))))


def export(model: Encoder, full: Path, small: Path) -> None:
    """Both in 32 bits and in 8: matrix products and the word embeddings."""
    ids, pool = torch.full((1, 24), 101), torch.ones(1, 3, 24)
    torch.onnx.export(
        _Single(model.eval()),
        (ids, pool),
        str(full),
        input_names=["ids", "pool"],
        output_names=["roles", "stages", "certainties", "document"],
        dynamic_axes={
            "ids": {1: "pieces"},
            "pool": {1: "sentences", 2: "pieces"},
            "roles": {1: "pieces"},
            "stages": {1: "sentences"},
            "certainties": {1: "sentences"},
        },
        opset_version=OPSET,
        custom_opsets={"com.microsoft": 1},
        dynamo=False,
    )
    quantize_dynamic(
        full,
        small,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
