"""Every target takes its own seeds, and thousands of broken ones without a bug.

`make fuzz` does the same guided by coverage, for as long as one likes.
"""

import os
import random

import pytest

from tests.fuzz.targets import targets
from tocsin.domain.refusal import Refusal

MUTATIONS = int(os.environ.get("TOCSIN_MUTATIONS", "40"))


@pytest.mark.parametrize("name", sorted(targets()))
def test_no_bytes_make_a_parser_do_more_than_refuse(name):
    target = targets()[name]
    chance = random.Random(name)  # noqa: S311 - the same in every run
    for number in range(MUTATIONS):
        data = _mutated(chance.choice(target.seeds), chance) if number else target.seeds[0]
        try:
            target.parse(data)
        except (ValueError, Refusal):
            continue


def _mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at:at] = chance.randbytes(chance.randrange(1, 5))
            case 1:
                del data[at : at + chance.randrange(1, 9)]
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                start = chance.randrange(len(data) + 1)
                data[at:at] = data[start : start + chance.randrange(1, 40)]
    return bytes(data)
