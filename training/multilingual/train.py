"""Train the heads and the upper layers on the passages, on a processor alone.

`python -m training.multilingual.train E5_FILE FOLDER [--all] [--epochs N] [--onward PT]` writes
`reader.pt`, `kept.json` and, unless `--all`, `figures.json` to FOLDER: trained on odd ids, measured
on even ones. The lower layers stay as they are, so that what they make of each passage is computed
once.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.multilingual import vocabulary
from training.multilingual.dequantise import Source, dequantised, read
from training.multilingual.measure import figures
from training.multilingual.model import HEADS, Reader
from training.multilingual.passages import Passage, load, ordinary, plain, sentences_alone

FROZEN, BATCH, SEED = 4, 16, 20261122
RATE, HEADS_FASTER, DECAY = 1.5e-4, 10, 0.02
WEIGHTS = {"threat": 1.0, "kind": 0.5, "harm": 0.5, "stage": 1.0, "certainty": 0.5, "tag": 4.0}
OUTSIDE = 0.5  # what a token outside all roles weighs


def padded(parts: Sequence[np.ndarray], shape: tuple[int, ...]) -> Tensor:
    """Arrays in the corner of zeros of `shape`, one to a row."""
    made = np.zeros((len(parts), *shape), np.float32)
    for row, part in zip(made, parts, strict=True):
        row[tuple(map(slice, part.shape))] = part
    return torch.from_numpy(made)


class Batch:
    """Some passages as tensors, padded to the longest."""

    def __init__(self, passages: Sequence[Passage], inputs: Sequence[np.ndarray]) -> None:
        tokens = max(len(one.tokens) for one in passages)
        sentences = max(len(one.sentences) for one in passages)
        width = inputs[0].shape[1]
        self.inputs = padded(inputs, (tokens, width))
        self.mask = padded([np.ones(len(one.tokens)) for one in passages], (tokens,))
        self.member = padded([one.member for one in passages], (sentences, tokens))
        self.told = {
            "kind": padded([one.kind for one in passages], (HEADS["kind"],)),
            "harm": padded([one.harm for one in passages], (HEADS["harm"],)),
            "stage": padded([one.stages for one in passages], (sentences, HEADS["stage"])),
            "certainty": padded(
                [one.certainties for one in passages], (sentences, HEADS["certainty"])
            ),
            "tag": padded([one.tags for one in passages], (tokens, HEADS["tag"])),
        }
        self.threat = torch.tensor([[one.threat] for one in passages])

    def loss(self, logits: Sequence[Tensor]) -> Tensor:
        """Cross entropies with the shares of both readings, weighted."""
        total = torch.zeros(())
        for name, logit in zip(HEADS, logits, strict=True):
            if name == "threat":
                loss = functional.binary_cross_entropy_with_logits(logit, self.threat)
            else:
                told = self.told[name]
                if name == "tag":
                    told = told * torch.tensor([OUTSIDE] + [1.0] * (told.shape[-1] - 1))
                loss = -(told * torch.log_softmax(logit, -1)).sum() / told.sum()
            total = total + WEIGHTS[name] * loss
        return total


def lower(reader: Reader, source: Source, kept: list[int], passages: list[Passage]) -> list:
    """What the frozen layers make of each passage: (tokens, width), computed once."""
    reader.eval()
    made = []
    with torch.no_grad():
        for one in passages:
            words = dequantised(source.words[[kept[token] for token in one.tokens]])
            x = torch.from_numpy(words)[None]
            made.append(reader.lower(x, torch.ones(x.shape[:2]), FROZEN)[0].numpy())
    return made


def batches(order: list[int], passages: list[Passage], shuffle: random.Random) -> list[list[int]]:
    """Passages of like length together, the batches in random order."""
    order = sorted(order, key=lambda one: len(passages[one].tokens) + shuffle.random() * 12)
    made = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    shuffle.shuffle(made)
    return made


def train(
    reader: Reader,
    passages: list[Passage],
    inputs: list,
    chosen: list[int],
    options: argparse.Namespace,
) -> None:
    shuffle = random.Random(SEED)  # noqa: S311  # the same in every run
    upper = [part for layer in reader.layers[FROZEN:] for part in layer.parameters()]
    groups = [
        {"params": upper, "lr": options.rate},
        {"params": list(reader.heads.parameters()), "lr": options.rate * HEADS_FASTER},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = options.epochs * -(-len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.1 * steps), max(1 - step / steps, 0.01))
    )
    for epoch in range(options.epochs):
        began, losses = time.monotonic(), []
        reader.train()
        for picked in batches(chosen, passages, shuffle):
            batch = Batch([passages[one] for one in picked], [inputs[one] for one in picked])
            x = reader.through(batch.inputs, batch.mask, reader.layers[FROZEN:])
            loss = batch.loss(reader.judge(x, batch.mask, batch.member))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*upper, *reader.heads.parameters()], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        torch.save(reader.state_dict(), options.folder / "reader.pt")
        print(
            f"epoch {epoch} loss {np.mean(losses):.3f} {time.monotonic() - began:.0f} s", flush=True
        )


def predicted(reader: Reader, passages: list[Passage], inputs: list) -> list[list[np.ndarray]]:
    """The logits of each passage, in the order of HEADS."""
    reader.eval()
    found = []
    with torch.no_grad():
        for one, made in zip(passages, inputs, strict=True):
            batch = Batch([one], [made])
            x = reader.through(batch.inputs, batch.mask, reader.layers[FROZEN:])
            logits = reader.judge(x, batch.mask, batch.member)
            found.append([logit[0].numpy() for logit in logits])
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("e5", type=Path)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--all", action="store_true")
    asked.add_argument("--onward", type=Path, help="a reader.pt to go on from")
    asked.add_argument(
        "--sentences", action="store_true", help="train on single and plain ones as well"
    )
    asked.add_argument("--rate", type=float, default=RATE)
    asked.add_argument("--epochs", type=int, default=10)
    options = asked.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    options.folder.mkdir(parents=True, exist_ok=True)
    source = read(options.e5)
    whole = vocabulary.tokenizer(source, list(range(len(source.pieces))))
    kept = vocabulary.chosen(source, [one.text for one in load(whole) if one.odd])
    (options.folder / "kept.json").write_text(json.dumps(kept))
    cut = vocabulary.tokenizer(source, kept)
    whole_passages = load(cut)
    passages = whole_passages
    if options.sentences:
        passages = [*whole_passages, *sentences_alone(cut), *plain(cut) * 2, *ordinary(cut, SEED)]
    reader = Reader(source)
    if options.onward:
        reader.load_state_dict(torch.load(options.onward, weights_only=True))
    inputs = lower(reader, source, kept, passages)
    chosen = [at for at, one in enumerate(passages) if options.all or one.odd]
    train(reader, passages, inputs, chosen, options)
    if not options.all:
        apart = [at for at, one in enumerate(whole_passages) if not one.odd]
        even = [passages[at] for at in apart]
        logits = predicted(reader, even, [inputs[at] for at in apart])
        told = figures([one for one in whole_passages if one.odd], even, logits)
        (options.folder / "figures.json").write_text(json.dumps(told, indent=1))
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
