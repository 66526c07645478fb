"""The trained model as the function that reading calls, in torch; and what it says of documents."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from tocsin.reading import encoder_windows
from tocsin.reading.encoder_windows import Floats, Integers, Network, Raw
from training.reading.corpus import Document
from training.reading.model import Encoder, pretrained


def trained(minilm: Path, *weights: Path) -> Encoder:
    """With the mean of these weights, which are of one training."""
    model = pretrained(minilm)
    every = [torch.load(path, weights_only=True) for path in weights]
    model.load_state_dict({k: torch.stack([w[k] for w in every]).mean(0) for k in every[0]})
    return model.eval()


def in_torch(model: Encoder) -> Network:
    def answer(ids: Integers, pool: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        with torch.inference_mode():
            pieces = torch.from_numpy(ids)
            read = model(pieces, torch.ones_like(pieces, dtype=torch.bool), torch.from_numpy(pool))
        parts = (read.roles, read.stages, read.certainties, read.document)
        return tuple(np.asarray(part.numpy(), np.float32) for part in parts)  # type: ignore[return-value]

    return answer


def raws(documents: Iterable[Document], tokenizer: Tokenizer, network: Network) -> list[Raw]:
    return [
        encoder_windows.read(
            one.text, [(s.start, s.end) for s in one.sentences], tokenizer, network
        )
        for one in documents
    ]
