"""The encoder's files: what they are, and that they are what was published."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENGLISH = Path(__file__).parent / "models" / "english"
FORMAT = 1
_NAMES = ("model.onnx", "tokenizer.json", "reading.json")


class ModelUnusable(Exception):
    """A file of the model is absent, altered, or of a form that this program does not know."""


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
        held = {name: (folder / name).read_bytes() for name in _NAMES}
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"a file of the model is absent or unreadable in {folder}") from error
    if manifest.get("format") != FORMAT:
        raise ModelUnusable(f"the model in {folder} is of another form")
    for name, content in held.items():
        if hashlib.sha256(content).hexdigest() != manifest["files"].get(name):
            raise ModelUnusable(f"{folder / name} is not the file that was published")
    return Files(
        id=manifest["id"],
        model=held["model.onnx"],
        tokenizer=held["tokenizer.json"].decode(),
        numbers=json.loads(held["reading.json"]),
    )
