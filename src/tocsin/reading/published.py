"""Files of models: that they are what was published, networks in ONNX, logits as probabilities."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]


class ModelUnusable(Exception):
    """A file of a model is absent, altered, or of a form that this program does not know."""


def published(folder: Traversable, digests: Mapping[str, str]) -> dict[str, bytes]:
    """The files that `digests` names, each of which has that SHA-256. Raises ModelUnusable."""
    try:
        held = {name: folder.joinpath(name).read_bytes() for name in digests}
    except OSError as error:
        raise ModelUnusable(f"a file of the model is absent or unreadable in {folder}") from error
    for name, digest in digests.items():
        if sha256(held[name]).hexdigest() != digest:
            raise ModelUnusable(f"{name} in {folder} is not the file that was published")
    return held


def session(model: bytes, threads: int) -> Any:
    """A network of onnxruntime, reckoned on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])


def sigmoid(logits: NDArray[np.floating]) -> Chances:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -30, 30))))


def softmax(logits: NDArray[np.floating]) -> Chances:
    """Along the last axis, summing to 1."""
    grown = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True, initial=-np.inf))
    return np.asarray(grown / grown.sum(-1, keepdims=True))
