"""Kernels compiled by numba where it is, run as they stand where it is not or is not wanted.

`TOCSIN_NUMBA=0` asks for the plain path. Kernels use integers below 2**63 alone, so that both
paths give the same answers to the last bit.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar, cast

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
COMPILED = os.environ.get("TOCSIN_NUMBA", "1") != "0" and find_spec("numba") is not None


def kernel(function: Kernel) -> Kernel:
    """`function` as machine code, kept between runs wherever numba finds a place to write."""
    return _compiled(function, {})


def inner(function: Kernel) -> Kernel:
    """A kernel that other kernels alone call: it has no way in from Python, and compiles sooner."""
    return _compiled(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def _compiled(function: Kernel, options: dict[str, Any]) -> Kernel:
    if not COMPILED:
        return function
    import numba

    try:
        return cast("Kernel", numba.njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:  # nowhere to write: compiled anew by each process
        return cast("Kernel", numba.njit(nogil=True, **options)(function))
