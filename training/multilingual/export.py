"""Write the trained reader as the package `tocsin_multilingual`: ONNX in 8 bits and its pieces.

`python -m training.multilingual.export E5_FILE TRAINED_FOLDER [--to FOLDER]`. Temperatures are
fitted on even ids divisible by four; the other even ids tell how well calibrated that is. Figures
are those of the 8-bit model through the code that reads reports.
"""

import argparse
import json
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from tocsin.reading.multilingual import Multilingual
from training.multilingual import vocabulary
from training.multilingual.dequantise import Source, read
from training.multilingual.measure import ece, figures
from training.multilingual.model import HEADS, Reader
from training.multilingual.passages import HARMS, KINDS, ROLES, Passage, load

PACKAGE = Path("weights/multilingual/src/tocsin_multilingual")
INPUTS, SHAPE = ("embedded", "mask", "member"), (1, 24, 384)


def to_onnx(reader: Reader, folder: Path) -> Path:
    """`reader.onnx` in `folder`: weights in 8 bits with a scale for each column.

    Reckoned with in 32 bits: with activations in 8 bits as well some logits moved by 1.
    """
    reader.eval()
    whole = folder / "whole.onnx"
    example = (torch.randn(SHAPE), torch.ones(SHAPE[:2]), torch.full((1, 2, SHAPE[1]), 1 / 24))
    tokens, sentences = {1: "tokens"}, {1: "sentences"}
    torch.onnx.export(
        reader,
        example,
        str(whole),
        input_names=list(INPUTS),
        output_names=list(HEADS),
        dynamic_axes={
            "embedded": tokens,
            "mask": tokens,
            "member": sentences | {2: "tokens"},
            "stage": sentences,
            "certainty": sentences,
            "tag": tokens,
        },
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(whole)
    weights = {one.name: one for one in model.graph.initializer}
    for node in [one for one in model.graph.node if one.op_type == "MatMul"]:
        if (kept := weights.get(node.input[1])) is not None:
            _in_eight_bits(model.graph, node, kept)
    small = folder / "reader.onnx"
    onnx.save(model, small)
    whole.unlink()
    return small


def _in_eight_bits(graph: Any, node: Any, kept: Any) -> None:
    """The constant right side of a product as whole numbers and scales, dequantised on loading."""
    weights = onnx.numpy_helper.to_array(kept)
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-8).astype(np.float32) / 127
    whole = np.round(weights / scales).astype(np.int8)
    names = [f"{kept.name}.{part}" for part in ("whole", "scales", "plain")]
    graph.initializer.remove(kept)
    for name, array in zip(names, (whole, scales), strict=False):
        graph.initializer.append(onnx.numpy_helper.from_array(array, name))
    made = onnx.helper.make_node("DequantizeLinear", names[:2], names[2:], axis=1)
    graph.node.insert(list(graph.node).index(node), made)
    node.input[1] = names[2]


def temperatures(
    logits: Sequence[list[np.ndarray]], passages: Sequence[Passage]
) -> dict[str, float]:
    """What divides the logits of each head, so that the likelihood of the labels is greatest."""
    found = {}
    for at, name in enumerate(HEADS):
        made = np.concatenate([one[at].reshape(-1, HEADS[name]) for one in logits])
        told = np.concatenate([_told(one, name) for one in passages])
        if name == "threat":
            made = np.concatenate([made, np.zeros_like(made)], axis=1)
            told = np.concatenate([told, 1 - told], axis=1)
        losses = {heat: _loss(made / heat, told) for heat in np.arange(0.6, 3.05, 0.05)}
        found[name] = round(float(min(losses, key=losses.__getitem__)), 2)
    return found


def _told(one: Passage, name: str) -> np.ndarray:
    if name == "threat":
        return np.array([[one.threat]])
    field = {"stage": "stages", "certainty": "certainties", "tag": "tags"}.get(name, name)
    return np.asarray(getattr(one, field)).reshape(-1, HEADS[name])


def _loss(logits: np.ndarray, told: np.ndarray) -> float:
    logits = logits - logits.max(axis=1, keepdims=True)
    return float(-(told * (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))).sum())


def pieces(source: Source, kept: Sequence[int], folder: Path) -> None:
    """The word embeddings of the pieces kept, in the four bits that they came in."""
    words = source.words[list(kept)]
    np.save(folder / "halves.npy", words["halves"].reshape(len(kept), -1))
    np.save(folder / "scales.npy", words["scale"])
    vocabulary.tokenizer(source, list(kept)).save(str(folder / "tokenizer.json"), pretty=False)


def manifest(folder: Path, heats: dict[str, float], told: dict[str, Any]) -> None:
    """`manifest.json`: a digest of every file, and what is needed to read the logits."""
    names = ("reader.onnx", "halves.npy", "scales.npy", "tokenizer.json")
    digests = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
    made = {
        "id": f"multilingual-{digests['reader.onnx'][:8]}",
        "files": digests,
        "kinds": KINDS,
        "harms": HARMS,
        "roles": ROLES,
        "temperatures": heats,
        "figures": told,
    }
    (folder / "manifest.json").write_text(json.dumps(made, indent=1) + "\n")


def through(model: Multilingual, passages: Sequence[Passage]) -> list[list[np.ndarray]]:
    """The logits of each passage as the code that reads reports computes them."""
    return [list(model.logits(one.tokens, one.member)) for one in passages]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("e5", type=Path)
    asked.add_argument("trained", type=Path)
    asked.add_argument("--to", type=Path, default=PACKAGE)
    options = asked.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    source, kept = read(options.e5), json.loads((options.trained / "kept.json").read_text())
    reader = Reader(source)
    reader.load_state_dict(torch.load(options.trained / "reader.pt", weights_only=True))
    to_onnx(reader, options.to)
    pieces(source, kept, options.to)
    manifest(options.to, dict.fromkeys(HEADS, 1.0), {})
    model = Multilingual.load(options.to)
    passages = load(vocabulary.tokenizer(source, kept))
    even = [one for one in passages if not one.odd]
    began = time.process_time()
    logits = through(model, even)
    speed = len(even) / (time.process_time() - began)
    fourth = [int(one.id.rpartition("-")[2]) % 4 == 0 for one in even]
    chosen = [at for at, yes in enumerate(fourth) if yes]
    heats = temperatures([logits[at] for at in chosen], [even[at] for at in chosen])
    told = figures([one for one in passages if one.odd], even, logits)
    rest = [at for at, yes in enumerate(fourth) if not yes]
    sure = np.array([1 / (1 + np.exp(-logits[at][0][0] / heats["threat"])) for at in rest])
    told["all"]["threat ECE after calibration, half of the passages"] = ece(
        sure, np.array([even[at].threat > 0.5 for at in rest])
    )
    told["all"]["passages a second"] = round(speed, 1)
    manifest(options.to, heats, told)
    print(json.dumps(told, indent=1), heats)


if __name__ == "__main__":
    main()
