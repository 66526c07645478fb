"""The encoder's files: what they are, and that they are what was published."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.reading.published import ModelUnusable, published

ENGLISH = Path(__file__).parent / "models" / "english"
FORMAT = 1
_NAMES = ("model.onnx", "tokenizer.json", "reading.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The model's bytes, as published under `id`; `numbers` is reading.json."""

    id: str
    model: bytes
    tokenizer: str
    numbers: dict[str, Any]


def load(folder: Path = ENGLISH) -> Files:
    """The files that manifest.json names, each with the hash it gives.

    Raises ModelUnusable.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"the manifest is absent or unreadable in {folder}") from error
    if manifest.get("format") != FORMAT:
        raise ModelUnusable(f"the model in {folder} is of another form")
    held = published(folder, {name: manifest["files"].get(name, "") for name in _NAMES})
    return Files(
        id=manifest["id"],
        model=held["model.onnx"],
        tokenizer=held["tokenizer.json"].decode(),
        numbers=json.loads(held["reading.json"]),
    )
