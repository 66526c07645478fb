"""The compiled loops give the answers of the plain ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
import numpy as np
from tocsin.names.forms import read_name
from tocsin.names.matching import Matcher, ready
pairs = json.loads(sys.argv[1])
ones, others = (ready([read_name(pair[side]) for pair in pairs]) for side in (0, 1))
places = np.arange(len(pairs), dtype=np.int32)
print(json.dumps(Matcher.load().parts(ones, places, others, places).figures.tolist()))
"""
PAIRS = [
    ("Тамерлан Анзорович Царнаев", "Tsarnaev, T. A."),
    ("عبد المحسن الباقر", "Abdulmohsen Al-Baqer"),
    ("陳易舜", "CHAN YIK SHUN (EASON CHAN)"),
    ("塔梅尔兰·察尔纳耶夫", "Тамерлан Царнаев"),
    ("שרון כהן", "Sharon Cohen"),
    ("", "x"),
]


def figures(numba: str) -> list[list[float]]:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(PAIRS)],
        env={**os.environ, "TOCSIN_NUMBA": numba},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


def test_compiled_and_plain_loops_see_the_same_in_every_pair() -> None:
    for compiled, plain in zip(figures("1"), figures("0"), strict=True):
        assert compiled == pytest.approx(plain, rel=1e-4, abs=1e-4)
