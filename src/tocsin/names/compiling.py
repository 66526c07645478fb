"""Kernels compiled by numba where it is, run as they stand where it is not or is not wanted.

`TOCSIN_NUMBA=0` asks for the plain path. Both paths give the same answers: kernels of whole
numbers, which stay below 2**63, to the last bit.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeVar, cast

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Bundle = TypeVar("Bundle", bound=NamedTuple)


class _Wanted:
    now = os.environ.get("TOCSIN_NUMBA", "1") != "0" and find_spec("numba") is not None


@contextmanager
def uncompiled() -> Iterator[None]:
    """Kernels of modules that are first imported within stay plain.

    Compiling takes a minute, once on a machine, and loading seconds: more than a few names need.
    """
    before, _Wanted.now = _Wanted.now, False
    try:
        yield
    finally:
        _Wanted.now = before


def kernel(function: Kernel) -> Kernel:
    """`function` as machine code, kept between runs wherever numba finds a place to write."""
    return _compiled(function, {})


def inner(function: Kernel) -> Kernel:
    """A kernel that other kernels alone call: it has no way in from Python, and compiles sooner."""
    return _compiled(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def numeric(function: Kernel) -> Kernel:
    """A kernel of fractions: divided by nothing they are infinite, as in numpy."""
    return _compiled(function, {"error_model": "numpy"})


def inner_numeric(function: Kernel) -> Kernel:
    """One that other kernels alone call."""
    alone = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return _compiled(function, {"error_model": "numpy", **alone})


def bundling() -> Callable[[Bundle], Bundle]:
    """How kernels that are imported now take a tuple of arrays: as one record, where they are
    compiled (one pointer; the arrays count for seven words each, at every call), or as it is."""
    return _record if _Wanted.now else _as_it_is


def _as_it_is(bundle: Bundle) -> Bundle:
    return bundle


def _record(bundle: Bundle) -> Bundle:
    import numpy as np

    arrays = bundle._asdict()
    fields = [(name, array.dtype, array.shape) for name, array in arrays.items()]
    held = np.zeros(1, np.dtype(fields, align=True))
    for name, array in arrays.items():
        held[name][0] = array
    return cast("Bundle", held[0])


def _compiled(function: Kernel, options: dict[str, Any]) -> Kernel:
    if not _Wanted.now:
        return function
    import numba

    try:
        return cast("Kernel", numba.njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:  # nowhere to write: compiled anew by each process
        return cast("Kernel", numba.njit(nogil=True, **options)(function))
