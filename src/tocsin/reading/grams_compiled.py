"""Whether the compiled form of `grams` is at hand: not before `warm`, and never without Numba.

Both forms give the same answers; loading the compiled one takes as long as reading a thousand
reports without it, so that only who reads many asks for it. `TOCSIN_NUMBA=0` leaves it out.
"""

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pickle import UnpicklingError
from threading import Lock
from types import ModuleType
from typing import TypeVar

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])

_loading = Lock()


class _Compiled:
    module: ModuleType | None = None


def at_hand() -> ModuleType | None:
    """`grams_native` once it is loaded."""
    return _Compiled.module


def warm() -> bool:
    """Load what is compiled; whether it is there. Takes seconds, the first time ever many."""
    with _loading:
        if not at_hand() and os.environ.get("TOCSIN_NUMBA") != "0" and find_spec("numba"):
            _Compiled.module = import_module("tocsin.reading.grams_native")
        return at_hand() is not None


def compiled(signature: str, *, nogil: bool = True) -> Callable[[_Kernel], _Kernel]:
    """Compile a function of numbers and arrays, once for all processes where that can be kept."""

    def decorate(kernel: _Kernel) -> _Kernel:
        njit = import_module("numba").njit
        try:
            fast: _Kernel = njit(signature, cache=True, nogil=nogil)(kernel)
        except (RuntimeError, OSError, EOFError, UnpicklingError):
            # Nowhere to keep it, or what is kept is damaged.
            fast = njit(signature, nogil=nogil)(kernel)
        return fast

    return decorate
