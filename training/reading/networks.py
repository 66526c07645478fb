"""Trained weights as a model, and what a network says of documents."""

from collections.abc import Iterable
from pathlib import Path

import torch
from tokenizers import Tokenizer

from tocsin.reading import encoder_windows
from tocsin.reading.encoder_windows import Network, Raw
from training.reading.corpus import Document
from training.reading.model import Encoder, is_of_sentences, pretrained


def trained(minilm: Path, *weights: Path, fresh_sentences: bool = False) -> Encoder:
    """With the mean of these weights, which are of one training; with a fresh head over sentences
    if asked."""
    model = pretrained(minilm)
    every = [torch.load(path, weights_only=True) for path in weights]
    mean = {k: torch.stack([w[k] for w in every]).mean(0) for k in every[0]}
    if fresh_sentences:
        mean = {k: v for k, v in mean.items() if not is_of_sentences(k)}
    absent = model.load_state_dict(mean, strict=not fresh_sentences)
    if bad := [k for k in absent.missing_keys if not is_of_sentences(k)]:
        raise KeyError(", ".join(bad))
    return model.eval()


def raws(documents: Iterable[Document], tokenizer: Tokenizer, network: Network) -> list[Raw]:
    return [
        encoder_windows.read(
            one.text, [(s.start, s.end) for s in one.sentences], tokenizer, network
        )
        for one in documents
    ]
