"""Teach the head over sentences alone: `python -m training.reading.stages MUC4 MINILM OUT W.pt...`

The layers and all other heads stay as they are in WEIGHTS, of which the mean is taken, so that
roles, kinds and relevance are what they were. What the layers say of each sentence is reckoned
once; the head then learns in minutes on one processor from plain sentences (sentences.py),
passages and, weakly, MUC-4. OUT is written with the new head. Seeded: twice the same.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from tocsin.reading.encoder_windows import STAGES
from tocsin.reading.understood import Stage
from training.reading import corpus, sentences
from training.reading.corpus import Document
from training.reading.model import SAID, Encoder, spoken
from training.reading.networks import trained
from training.reading.windows import batch, tokenizer, windows

COUNT, CHECKED = 8000, 1500  # plain reports to learn from, and to look at
REPORTS = 250  # of MUC-4, for what ordinary sentences of long reports are
PASSAGES = 4.0  # what a passage's label weighs beside a plain sentence's
HEADS = 3  # side by side, from one seed each; their mean counts
EPOCHS, STEP, RATE, DROPOUT, DECAY = 5, 64, 2e-3, 0.4, 0.02
TOKENS = 4096
_COMING = [STAGES.index(Stage.THREATENED), STAGES.index(Stage.ATTEMPTED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """N sentences: `features` (N, SPOKEN width), `stages` (N, 6), `certainties` (N, 5) weighed."""

    features: Tensor
    stages: Tensor
    certainties: Tensor

    def part(self, chosen: Tensor) -> "Told":
        return Told(
            features=self.features[chosen],
            stages=self.stages[chosen],
            certainties=self.certainties[chosen],
        )


class Head(nn.Module):
    """A part of what becomes the encoder's head over sentences; its input is evened out first."""

    def __init__(self, like: Encoder, features: Tensor) -> None:
        super().__init__()
        self.inner = nn.Linear(features.shape[1], SAID // HEADS)
        self.stages = nn.Linear(self.inner.out_features, like.stage_head.out_features)
        self.certainties = nn.Linear(self.inner.out_features, like.certainty_head.out_features)
        self.mean, self.spread = features.mean(0), features.std(0) + 1e-3

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = functional.dropout((x - self.mean) / self.spread, DROPOUT, self.training)
        x = functional.dropout(functional.gelu(self.inner(x)), DROPOUT, self.training)
        return self.stages(x), self.certainties(x)


@torch.no_grad()
def settled(heads: Sequence[Head], encoder: Encoder) -> None:
    """The heads as one of the encoder, with the evening out folded into it."""
    weights = [one.inner.weight / one.spread for one in heads]
    shifts = [one.inner.bias - w @ one.mean for one, w in zip(heads, weights, strict=True)]
    encoder.sentence_inner.weight.copy_(torch.cat(weights))
    encoder.sentence_inner.bias.copy_(torch.cat(shifts))
    for own, parts in (
        (encoder.stage_head, [one.stages for one in heads]),
        (encoder.certainty_head, [one.certainties for one in heads]),
    ):
        own.weight.copy_(torch.cat([one.weight for one in parts], 1) / len(parts))
        own.bias.copy_(torch.stack([one.bias for one in parts]).mean(0))


def told(model: Encoder, pieces: Tokenizer, documents: Sequence[Document]) -> Told:
    """Of every sentence of the first window of each document."""
    every = list(_batched(model, pieces, documents))
    return Told(
        features=torch.cat([one.features for one in every]),
        stages=torch.cat([one.stages for one in every]),
        certainties=torch.cat([one.certainties for one in every]),
    )


@torch.no_grad()
def _batched(model: Encoder, pieces: Tokenizer, documents: Sequence[Document]) -> Iterator[Told]:
    model.eval()
    firsts = [next(windows(one, pieces)) for one in documents]
    firsts.sort(key=lambda one: len(one.ids))
    at = 0
    while at < len(firsts):
        size = max(1, min(64, TOKENS // len(firsts[min(at + 63, len(firsts) - 1)].ids)))
        one = batch(firsts[at : at + size])
        ids, mask, pool = (torch.from_numpy(array) for array in (one.ids, one.mask, one.pool))
        features = spoken(model.hidden(ids, mask), pool)
        real = pool.any(-1)
        yield Told(
            features=features[real],
            stages=torch.from_numpy(one.stages)[real],
            certainties=torch.from_numpy(one.certainties)[real],
        )
        at += size


def joined(*every: tuple[Told, float]) -> Told:
    """One after another, the labels of each weighed."""
    return Told(
        features=torch.cat([one.features for one, _ in every]),
        stages=torch.cat([one.stages * weight for one, weight in every]),
        certainties=torch.cat([one.certainties * weight for one, weight in every]),
    )


def taught(like: Encoder, learnt: Told, seed: int) -> Head:
    """A head that learnt these sentences."""
    torch.manual_seed(seed)
    learnt = learnt.part((learnt.stages.sum(1) + learnt.certainties.sum(1)) > 0)
    head = Head(like, learnt.features)
    steps = EPOCHS * (len(learnt.features) // STEP)
    using = torch.optim.AdamW(head.parameters(), RATE, weight_decay=DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(using, RATE, total_steps=steps + 1)
    for _ in range(EPOCHS):
        order = torch.randperm(len(learnt.features))
        for at in range(0, len(order) - STEP + 1, STEP):
            own = learnt.part(order[at : at + STEP])
            stages, certainties = head.train()(own.features)
            lost = _lost(stages, own.stages) + 0.5 * _lost(certainties, own.certainties)
            using.zero_grad()
            lost.backward()
            using.step()
            rate.step()
    return head.eval()


def _lost(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy; the labels carry their weights."""
    return -(labels * functional.log_softmax(logits, -1)).sum() / labels.sum().clamp(min=1)


@torch.no_grad()
def judged(model: Encoder, own: Told) -> str:
    """How many stages are right, and of threats and attempts together precision and recall."""
    logits = model.stage_head(functional.gelu(model.sentence_inner(own.features)))
    shares = functional.softmax(logits, -1)
    right = own.stages.argmax(1)
    said, is_so = shares[:, _COMING].sum(1) >= 0.5, torch.isin(right, torch.tensor(_COMING))
    both = float((said & is_so).sum())
    return (
        f"{float((shares.argmax(1) == right).float().mean()):.3f} of {len(right)} stages right, "
        f"coming: P {both / max(1, int(said.sum())):.3f} R {both / max(1, int(is_so.sum())):.3f}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("muc4", type=Path)
    parser.add_argument("minilm", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("weights", type=Path, nargs="+", help="of more than one the mean")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    pieces = tokenizer(given.minilm / "tokenizer.json")
    model = trained(given.minilm, *given.weights, fresh_sentences=True)
    reports = corpus.read_muc(given.muc4, "train")
    drawn = np.random.default_rng(given.seed).permutation(len(reports))[:REPORTS]
    learnt = joined(
        (told(model, pieces, sentences.documents("train", COUNT)), 1.0),
        (told(model, pieces, corpus.read_passages("train")), PASSAGES),
        (told(model, pieces, [reports[at] for at in drawn]), 1.0),
    )
    settled([taught(model, learnt, given.seed + at) for at in range(HEADS)], model)
    for name, documents in (
        ("plain sentences of patterns not seen", sentences.documents("check", CHECKED)),
        ("passages kept apart", corpus.read_passages("dev")),
    ):
        print(f"{name}: {judged(model, told(model, pieces, documents))}")
    torch.save(model.state_dict(), given.out)


if __name__ == "__main__":
    main()
