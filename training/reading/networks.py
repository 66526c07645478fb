"""Trained weights as a model, and what a network says of documents."""

from collections.abc import Iterable
from pathlib import Path

import torch
from tokenizers import Tokenizer

from tocsin.reading import encoder_windows
from tocsin.reading.encoder_windows import Network, Raw
from training.reading.corpus import Document
from training.reading.model import Encoder, pretrained


def trained(minilm: Path, *weights: Path) -> Encoder:
    """With the mean of these weights, which are of one training."""
    model = pretrained(minilm)
    every = [torch.load(path, weights_only=True) for path in weights]
    model.load_state_dict({k: torch.stack([w[k] for w in every]).mean(0) for k in every[0]})
    return model.eval()


def raws(documents: Iterable[Document], tokenizer: Tokenizer, network: Network) -> list[Raw]:
    return [
        encoder_windows.read(
            one.text, [(s.start, s.end) for s in one.sentences], tokenizer, network
        )
        for one in documents
    ]
