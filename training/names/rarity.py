"""Build the table of rarity: `python -m training.names.rarity DATA_FOLDER [--to FOLDER]`.

Open sets only: persons' names of Wikidata (index_fillers.txt) and the token counts of COLING 2018
(tokens_*.tsv). What is learnt is the share of persons whose name holds a form; what ships is a hash
and a step for each form, never a name. Pairs are not counted: the matcher would learn that the
words of its own rows are known.
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from rigour.names import tokenize_name
from rigour.text import ascii_text

from tocsin.names.rarity import FORMAT, STEPS, hashes_of

TABLES = Path(__file__).parents[2] / "src" / "tocsin" / "names" / "tables"
TOKENS = ("arabic", "chinese", "japanese", "russian")
# Added to every count: a form never met in n names is borne by about half of one in them.
SMOOTHING = 0.5
Forms = Callable[[str], list[set[str]]]
Counts = Counter[str]


def forms_of(name: str) -> list[set[str]]:
    """For each token its romanised variants, a to z."""
    romanised = (ascii_text(token).lower() for token in tokenize_name(name))
    letters = ("".join(filter(str.isascii, filter(str.isalpha, one))) for one in romanised)
    return [{one} for one in letters if one]


def fillers(folder: Path) -> Iterator[str]:
    yield from (folder / "index_fillers.txt").read_text().splitlines()


def persons(names: Iterable[str], forms: Forms) -> tuple[Counts, int]:
    """How many names hold each form, and how many names there are."""
    counts: Counts = Counter()
    total = 0
    for name in names:
        total += 1
        counts.update(set().union(*forms(name)))
    return counts, total


def tokens(file: Path, forms: Forms) -> Counts:
    """Counts of a COLING file, for the forms of both its sides."""
    counts: Counts = Counter()
    for line in file.read_text().splitlines():
        latin, native, count = line.split("\t")
        both = [*forms(latin), *forms(native.replace(" ", ""))]
        counts.update(dict.fromkeys(set().union(*both), int(count)))
    return counts


def shares(folder: Path, forms: Forms) -> tuple[dict[str, float], dict[str, float]]:
    """The share of persons who bear each form, and how many persons each source stands for.

    The lists of tokens are samples of a split by token, so one that lacks a form says nothing of
    it; how many persons a list stands for follows from the forms that it has in common with names.
    """
    met, total = persons(fillers(folder), forms)
    stands = {"names": float(total)}
    seen, among = Counter(met), Counter(dict.fromkeys(met, total))
    for kind in TOKENS:
        counts = tokens(folder / f"tokens_{kind}.tsv", forms)
        common = counts.keys() & met.keys()
        size = sum(counts[one] for one in common) / sum(met[one] for one in common) * total
        stands[kind] = round(size)
        for form, count in counts.items():
            among[form] = (among[form] or total) + round(size)
            seen[form] += count
    return {form: (seen[form] + SMOOTHING) / among[form] for form in seen}, stands


def steps(share: float) -> int:
    return min(round(-np.log(min(share, 1.0)) * STEPS), 255)


def written(folder: Path, forms: Forms = forms_of) -> tuple[bytes, str]:
    """The table and its manifest. Of forms that share a hash the more common one is kept."""
    found, stands = shares(folder, forms)
    top = steps(SMOOTHING / stands["names"])
    names = sorted(form for form in found if steps(found[form]) < top)
    hashes = hashes_of(names)
    values = np.array([steps(found[form]) for form in names], np.uint8)
    order = np.lexsort((values, hashes))
    first = np.concatenate([[True], np.diff(hashes[order]) != 0])
    kept = order[first]
    table = hashes[kept].astype("<u4").tobytes() + values[kept].tobytes()
    manifest = [
        "# Made by training/names/rarity.py from open sets; steps of 1/16 nat.",
        f"format = {FORMAT}\nforms = {kept.size}\ntop = {top}",
        f'sha256 = "{sha256(table).hexdigest()}"',
        f"shared_hashes = {len(names) - kept.size}",
        "[persons]  # each source stands for",
        *(f"{source} = {round(size)}" for source, size in stands.items()),
    ]
    return table, "\n".join(manifest) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="index_fillers.txt, tokens_*.tsv")
    parser.add_argument("--to", type=Path, default=TABLES)
    given = parser.parse_args()
    table, manifest = written(given.folder)
    given.to.mkdir(parents=True, exist_ok=True)
    (given.to / "rarity.bin").write_bytes(table)
    (given.to / "rarity.toml").write_text(manifest)
    print(f"{len(table):,} bytes: {tomllib.loads(manifest)}")


if __name__ == "__main__":
    main()
