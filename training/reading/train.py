"""Train the encoder: `python -m training.reading.train MUC4_FOLDER MINILM_FOLDER OUT [options]`.

One command for a processor or a card (`--device cuda`, bf16). Each seed writes OUT/SEED/last.pt
(the running mean of the weights) after every epoch and a line to OUT/SEED/log.jsonl. With
`--teachers A.pt B.pt` the student also learns from their mean answer. `--warm N` first learns to
fill in masked words of the training texts for N epochs. See MODEL_CARD.md for what was run.
"""

import argparse
import copy
import json
import math
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.reading import corpus
from training.reading.model import Encoder, Read, is_head, pretrained
from training.reading.networks import trained
from training.reading.windows import Batch, Window, batch, epoch, tokenizer, windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is tuned. Rates are AdamW's, reached after `warmup` of all steps, then linear to 0."""

    epochs: int
    rate: float
    head_rate: float
    tokens: int
    irrelevant: float
    frozen: int
    frozen_share: float
    minutes: float = 0.0
    warmup: float = 0.08
    decay: float = 0.01
    positive: float = 2.0
    document_weight: float = 0.25
    sentence_weight: float = 0.25
    mean: float = 0.99
    teaching: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensors:
    """A batch on its device."""

    ids: Tensor
    mask: Tensor
    pool: Tensor
    roles: Tensor
    role_mask: Tensor
    stages: Tensor
    certainties: Tensor
    document: Tensor


def on(device: str, one: Batch) -> Tensors:
    return Tensors(**{n: torch.from_numpy(getattr(one, n)).to(device) for n in Tensors.__slots__})


def role_loss(logits: Tensor, told: Tensors, positive: float) -> Tensor:
    """Mean over pieces of the sum over roles, of the roles that the source labels."""
    each = functional.binary_cross_entropy_with_logits(
        logits,
        told.roles,
        pos_weight=torch.tensor(positive, device=logits.device),
        reduction="none",
    )
    weight = told.mask[:, :, None, None] * told.role_mask[:, None, None, :]
    return (each * weight).sum() / told.mask.sum()


def sentence_loss(logits: Tensor, told: Tensor) -> Tensor:
    """Cross entropy; the targets carry their weights."""
    each = -(told * functional.log_softmax(logits, -1)).sum()
    return each / (told.sum() + 20)  # few and weak labels count for less


def document_loss(logits: Tensor, told: Tensor) -> Tensor:
    known = ~told.isnan()
    each = functional.binary_cross_entropy_with_logits(logits, told.nan_to_num(), reduction="none")
    return (each * known).sum() / known.any(-1).sum().clamp(min=1)


def loss(read: Read, told: Tensors, plan: Plan) -> Tensor:
    sentences = sentence_loss(read.stages.float(), told.stages)
    sentences = sentences + 0.5 * sentence_loss(read.certainties.float(), told.certainties)
    return (
        role_loss(read.roles.float(), told, plan.positive)
        + plan.document_weight * document_loss(read.document.float(), told.document)
        + plan.sentence_weight * sentences
    )


def taught(read: Read, teachers: Sequence[Encoder], told: Tensors, plan: Plan) -> Tensor:
    """Cross entropy with the mean answer of the teachers, in the same weights as the loss."""
    with torch.no_grad():
        answers = [teacher(told.ids, told.mask, told.pool) for teacher in teachers]
        roles = torch.stack([a.roles.float().sigmoid() for a in answers]).mean(0)
        document = torch.stack([a.document.float().sigmoid() for a in answers]).mean(0)
        stages = torch.stack([a.stages.float().softmax(-1) for a in answers]).mean(0)
        certain = torch.stack([a.certainties.float().softmax(-1) for a in answers]).mean(0)
        real = told.pool.any(-1)[..., None]
    soft = replace(
        told,
        roles=roles,
        role_mask=torch.ones_like(told.role_mask),
        document=document,
        stages=stages * real,
        certainties=certain * real,
    )
    return loss(read, soft, replace(plan, positive=1.0))


def optimiser(model: Encoder, plan: Plan) -> torch.optim.AdamW:
    """Word embeddings stay as they are; biases and norms are not decayed."""
    model.words.requires_grad_(requires_grad=False)
    groups: dict[tuple[bool, bool], list[Tensor]] = {}
    for name, weights in model.named_parameters():
        if weights.requires_grad:
            groups.setdefault((is_head(name), weights.ndim > 1), []).append(weights)
    return torch.optim.AdamW(
        [
            {
                "params": own,
                "lr": plan.head_rate if head else plan.rate,
                "weight_decay": plan.decay if wide else 0.0,
            }
            for (head, wide), own in groups.items()
        ],
        betas=(0.9, 0.98),
    )


def share(done: float, warmup: float) -> float:
    """Of the full rate, when `done` (0 to 1) of the training is over."""
    return min(done / warmup, (1 - done) / (1 - warmup)) if 0 < done < 1 else 1e-3


def precision(device: str) -> AbstractContextManager[object]:
    return torch.autocast("cuda", torch.bfloat16) if device == "cuda" else nullcontext()


class Run:
    """One seed: the model, the running mean of its weights, where they are kept."""

    def __init__(self, model: Encoder, plan: Plan, out: Path, device: str) -> None:
        self.model, self.plan, self.out, self.device = model.to(device), plan, out, device
        self.mean = copy.deepcopy(self.model).eval()
        self.optimiser = optimiser(self.model, plan)
        self.full = [group["lr"] for group in self.optimiser.param_groups]
        self.kept: dict[int, Tensor] = {}
        self.done = 0
        out.mkdir(parents=True, exist_ok=True)

    def hidden(self, told: Tensors, keys: Sequence[int], frozen: int) -> list[Tensor]:
        """What leaves the layers above; what frozen layers say of a window is reckoned once."""
        if not frozen:
            self.kept.clear()
            return self.model.hidden(told.ids, told.mask)
        if any(key not in self.kept for key in keys):
            fresh = self.model.below(told.ids, told.mask, frozen).half()
            lengths = told.mask.sum(1).tolist()
            self.kept |= {k: x[:n].clone() for k, x, n in zip(keys, fresh, lengths, strict=True)}
        below = torch.nn.utils.rnn.pad_sequence([self.kept[key] for key in keys], True).float()
        return self.model.above(below, told.mask, frozen)

    def step(self, one: Batch, share: float, frozen: int, teachers: Sequence[Encoder]) -> float:
        told = on(self.device, one)
        for group, full in zip(self.optimiser.param_groups, self.full, strict=True):
            group["lr"] = full * share
        with precision(self.device):
            x = self.hidden(told, one.keys, frozen)
            read = self.model.heads(x, told.mask, told.pool)
        lost = loss(read, told, self.plan)
        if teachers:
            with precision(self.device):
                soft = taught(read, teachers, told, self.plan)
            lost = (1 - self.plan.teaching) * lost + self.plan.teaching * soft
        self.optimiser.zero_grad()
        lost.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        return float(lost.detach())

    def remember(self) -> None:
        keep = min(self.plan.mean, (self.done + 1) / (self.done + 10))
        self.done += 1
        with torch.no_grad():
            for mean, now in zip(self.mean.parameters(), self.model.parameters(), strict=True):
                if now.requires_grad:
                    mean.lerp_(now, 1 - keep)

    def keep(self, name: str) -> None:
        torch.save({k: v.cpu() for k, v in self.mean.state_dict().items()}, self.out / name)

    def note(self, **what: object) -> None:
        line = json.dumps(what)
        print(line, flush=True)
        with (self.out / "log.jsonl").open("a") as file:
            file.write(line + "\n")


def train(
    run: Run,
    train: Sequence[Window],
    dev: Sequence[Window],
    seed: int,
    teachers: Sequence[Encoder] = (),
) -> None:
    rng = np.random.default_rng(seed)
    plan, began, number, over = run.plan, time.time(), 0, 0.0
    while over < 1:
        batches, lost = epoch(train, rng, plan.tokens, plan.irrelevant), []
        run.model.train()
        for at, one in enumerate(batches):
            over = (number + at / len(batches)) / plan.epochs
            if plan.minutes:
                over = (time.time() - began) / 60 / plan.minutes
            if over >= 1:
                break
            frozen = plan.frozen if over < plan.frozen_share else 0
            lost.append(run.step(one, share(over, plan.warmup), frozen, teachers))
            run.remember()
            if at % 40 == 0:
                print(
                    f"epoch {number + 1} step {at}/{len(batches)} loss {np.mean(lost[-40:]):.4f} "
                    f"{time.time() - began:.0f} s, {over:.0%}",
                    flush=True,
                )
        number += 1
        over = 1.0 if number >= plan.epochs and not plan.minutes else over
        run.keep("last.pt")
        run.keep(f"epoch{number}.pt")
        run.note(
            epoch=number,
            loss=float(np.mean(lost)),
            over=round(over, 3),
            dev=quick(run.mean, dev, run.device),
            seconds=round(time.time() - began),
        )


def quick(model: Encoder, dev: Sequence[Window], device: str) -> dict[str, float]:
    """Best F1 of pieces inside a role, and of relevance, over one threshold; of every third."""
    hits, dev = [], sorted(dev[::3], key=lambda one: len(one.ids))
    with torch.no_grad():
        for start in range(0, len(dev), 8):
            told = on(device, batch(dev[start : start + 8]))
            read = model(told.ids, told.mask, told.pool)
            keep = told.mask[:, :, None] & (told.role_mask[:, None, :] > 0)
            inside = torch.stack([read.roles[:, :, 1], told.roles[:, :, 1]])
            known = ~told.document[:, 0].isnan()
            hits.append(
                (
                    inside[:, keep].cpu(),
                    torch.stack([read.document[:, 0], told.document[:, 0]])[:, known].cpu(),
                )
            )
    return {
        "inside": best(torch.cat([a for a, _ in hits], 1)),
        "relevant": best(torch.cat([b for _, b in hits], 1)),
    }


def best(pairs: Tensor) -> float:
    order = pairs[0].float().argsort(descending=True)
    right = pairs[1][order].cumsum(0)
    taken = torch.arange(1, len(right) + 1)
    return round(float((2 * right / (taken + right[-1])).max()), 4)


def masked_words(
    model: Encoder,
    texts: Sequence[Window],
    rng: np.random.Generator,
    device: str,
    epochs: int,
    rate: float = 1e-4,
) -> None:
    """A warm-up: fill in 15 % of the words of the training texts, scored with the embeddings."""
    bias = torch.nn.Parameter(torch.zeros(model.shape.vocabulary, device=device))
    model.to(device).train()
    using = torch.optim.AdamW([*model.parameters(), bias], rate)
    for at in range(epochs):
        lost = []
        for one in epoch(texts, rng, 8192, 1.0):
            told = on(device, one)
            drawn = torch.from_numpy(rng.random(one.ids.shape)).to(device)
            hidden = (drawn < 0.15) & told.mask & (told.ids > 103)
            ids = told.ids.masked_fill(hidden & (drawn < 0.12), 103)
            with precision(device):
                x = model.hidden(ids, told.mask)[-1][hidden]
                wrong = functional.cross_entropy(x @ model.words.weight.T + bias, told.ids[hidden])
            using.zero_grad()
            wrong.backward()
            using.step()
            lost.append(float(wrong.detach()))
        print(f"masked words, epoch {at + 1}: {math.exp(np.mean(lost)):.1f}", flush=True)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("muc4", type=Path, help="folder with train.jsonl and dev.jsonl")
    parser.add_argument("minilm", type=Path, help="folder with model.safetensors, tokenizer.json")
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--tokens", type=int, default=2048, help="word pieces a step")
    parser.add_argument("--irrelevant", type=float, default=0.45, help="share taken each epoch")
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers kept at first")
    parser.add_argument("--frozen-share", type=float, default=1.0, help="for how long of it")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="end by the clock, not by epochs"
    )
    parser.add_argument("--warm", type=int, default=0, help="epochs of masked words first")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[])
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--warmup", type=float, default=0.08)
    parser.add_argument("--also-dev", action="store_true", help="train on dev too, for release")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    told = options(arguments)
    torch.set_num_threads(told.threads)
    pieces = tokenizer(told.minilm / "tokenizer.json")
    own = corpus.read_muc(told.muc4, "train") + corpus.read_passages("train")
    other = corpus.read_muc(told.muc4, "dev")
    dev = [w for one in other for w in windows(one, pieces)]
    own += other + corpus.read_passages("dev") if told.also_dev else []
    every = [w for one in own for w in windows(one, pieces)]
    plan = Plan(**{name: getattr(told, name) for name in Plan.__slots__ if hasattr(told, name)})
    teachers = [trained(told.minilm, path).to(told.device) for path in told.teachers]
    for seed in told.seeds:
        torch.manual_seed(seed)
        model = trained(told.minilm, told.start) if told.start else pretrained(told.minilm)
        if told.warm:
            masked_words(model, every, np.random.default_rng(seed), told.device, told.warm)
        train(Run(model, plan, told.out / str(seed), told.device), every, dev, seed, teachers)


if __name__ == "__main__":
    main()
