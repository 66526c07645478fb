"""Pairs in scripts that no set of pairs holds, put together out of names in a list.

LIST is rigour's person_names.txt (`training/names/symbols.py` says where it stands). Nobody's name:
two names drawn at random, in Latin and in the other script; of the different, one was changed for
another of the same first letter. One name in two is kept back, to be measured with.
"""

from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Final
from zlib import crc32

from tocsin.names.scripts import script_of
from training.names.samples import Pair

SCRIPTS: Final = ("Hang", "Hebr")
Entry = tuple[str, str]


def listed(
    file: Path, script: str, random: Random, count: int, kept_back: bool = False
) -> list[Pair]:
    """`count` pairs, two in five of them the same."""
    entries = [
        entry
        for line in file.read_text(encoding="utf-8").splitlines()
        if crc32(line.rpartition("=>")[2].strip().encode()) % 2 == kept_back
        for entry in _entry(line, script, random)
    ]
    alike: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        alike[entry[0][0]].append(entry)
    made: list[Pair] = []
    while len(made) < count:
        named = random.sample(entries, 2)
        other, same = list(named), random.random() < 0.4
        if not same:
            place = random.randrange(2)
            other[place] = random.choice(alike[named[place][0][0]])
            if other[place][0] == named[place][0] or other[place][1] == named[place][1]:
                continue
        one, two = (entry[1] for entry in named), (entry[0] for entry in other)
        made.append(
            Pair(
                stratum=f"listed_{script.lower()}",
                one=" ".join(one),
                other=" ".join(two).title(),
                same=same,
                check=kept_back,
            )
        )
    return made


def _entry(line: str, script: str, random: Random) -> list[Entry]:
    """A Latin form and one in the script, if the name has both as single words."""
    held = [form.strip() for form in line.rpartition("=>")[0].split(",")]
    latin = [form for form in held if form.isascii() and form.isalpha() and len(form) > 2]
    other = [
        form
        for form in held
        if form.isalpha() and all(script_of(letter) == script for letter in form) and len(form) > 1
    ]
    return [(random.choice(latin), random.choice(other))] if latin and other else []
