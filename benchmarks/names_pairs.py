"""Pairs of names: one person's or not, by one threshold for all scripts.

    python -m benchmarks.names_pairs FOLDER [--peers] [--rows N] [--json FILE]

FOLDER holds `dev` and, where it is to be scored blind, `heldout`, each with pairs_open.tsv and, if
there, pairs_restricted.tsv. Without `heldout` the rows of `dev` that training keeps back are
scored. Every threshold is chosen on the rows of `dev` that training may see.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import count
from pathlib import Path
from time import process_time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rigour.text.translit import ascii_text

from benchmarks.table import Row, number, shown
from tocsin.names.forms import read_name
from tocsin.names.matching import Matcher, Ready, ready
from training.names.samples import Pair, pairs

UNSEEN: Final = ("stretch_he_lat", "stretch_ko_lat")
GROUPS: Final = {
    "Cyrillic-Latin": ("cyr_lat", "cyr_lat_nopatr", "cyr_lat_uk", "cyr_lat_xlist"),
    "Russian-Ukrainian": ("cyr_ru_uk",),
    "Arabic-Latin": ("ar_lat",),
    "Persian-Latin": ("fa_lat",),
    "Urdu-Latin": ("ur_lat",),
    "Han-Latin": ("hk_zh_lat", "zh_pinyin_synth"),
    "Latin-Latin, real": ("lat_lat_ar", "lat_lat_fa", "lat_lat_ur", "lat_lat_xlist"),
    "aliases": ("ofac_alias", "un_alias_good", "un_alias_low"),
    "UN, original script": ("un_script",),
    "typos": ("lat_noise_synth",),
    "unseen scripts": UNSEEN,
}
AIMS: Final = {
    "core": 0.96, "Cyrillic-Latin": 0.985, "Arabic-Latin": 0.92, "Persian-Latin": 0.92,
    "Urdu-Latin": 0.92, "Han-Latin": 0.92, "aliases": 0.92, "typos": 0.99, "unseen scripts": 0.62,
}  # fmt: skip
FALSE_ALARMS: Final = 0.005
DRAWS: Final = 200
Scores = NDArray[np.float64]
Truth = NDArray[np.bool_]
Scorer = Callable[[Sequence[Pair]], Scores]


def f1(scores: Scores, same: Truth, threshold: float) -> float:
    """Of the pairs at or above the threshold; 0 where there is none to find."""
    fired = scores >= threshold
    both = int(fired.sum()) + int(same.sum())
    return 2 * int((fired & same).sum()) / both if both else 0.0


def best_threshold(scores: Scores, same: Truth) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(same[order])
    last = np.append(scores[order][1:] < scores[order][:-1], True)
    score = np.where(last, 2 * hits / (np.arange(1, len(same) + 1) + same.sum()), 0)
    return float(scores[order][int(np.argmax(score))])


def recall_at(scores: Scores, same: Truth, false_alarms: float = FALSE_ALARMS) -> float:
    """The share found when no more than `false_alarms` of the different fire."""
    different = np.sort(scores[~same])[::-1]
    if not len(different) or not same.any():
        return 0.0
    return float((scores[same] > different[int(false_alarms * len(different))]).mean())


def interval(scores: Scores, same: Truth, threshold: float) -> tuple[float, float]:
    """95 % of F1 over rows drawn anew."""
    draw = np.random.default_rng(1)
    drawn = [draw.integers(0, len(same), len(same)) for _ in range(DRAWS)]
    values = sorted(f1(scores[rows], same[rows], threshold) for rows in drawn)
    return values[int(0.025 * DRAWS)], values[int(0.975 * DRAWS)]


def readied(rows: Sequence[Pair]) -> tuple[Ready, Ready]:
    return (
        ready([read_name(row.one) for row in rows]),
        ready([read_name(row.other) for row in rows]),
    )


def ours(rows: Sequence[Pair]) -> Scores:
    """Log-odds of the shipped matcher."""
    ones, others = readied(rows)
    places = np.arange(len(rows), dtype=np.int32)
    return Matcher.load().odds(ones, places, others, places).astype(np.float64)


def peers() -> dict[str, Scorer]:
    """Those that are installed; a line says which are not."""
    made: dict[str, Scorer] = {}
    try:
        fuzz = import_module("rapidfuzz.fuzz")
    except ImportError:
        print("rapidfuzz is not installed: WRatio is left out")
    else:
        made["WRatio on ASCII"] = lambda rows: np.array(
            [
                fuzz.WRatio(ascii_text(row.one).lower(), ascii_text(row.other).lower())
                for row in rows
            ]
        )
    try:
        import_module("nomenklatura")
    except ImportError:
        print("nomenklatura is not installed: logic-v2 and name-based are left out")
    else:
        made |= {name: _nomenklatura(name) for name in ("logic-v2", "name-based")}
    return made


def _nomenklatura(name: str) -> Scorer:
    proxy = import_module("followthemoney").EntityProxy
    algorithm = import_module("nomenklatura.matching").get_algorithm(name)
    if algorithm is None:
        raise LookupError(name)
    config = algorithm.default_config()

    numbers = count()  # it remembers names by the entity's id

    def entity(text: str) -> Any:
        return proxy.from_dict(
            {"id": f"p{next(numbers)}", "schema": "Person", "properties": {"name": [text]}}
        )

    def score(rows: Sequence[Pair]) -> Scores:
        return np.array(
            [algorithm.compare(entity(r.one), entity(r.other), config).score for r in rows]
        )

    return score


def speed(rows: Sequence[Pair]) -> tuple[float, float]:
    """Pairs a second on one core with names made ready, scored, and with the parts kept too:
    one name against fifty others, as a search asks for."""
    ones, others = readied(rows)
    number_of = len(rows) - len(rows) % 50
    left = np.repeat(np.arange(number_of // 50, dtype=np.int32), 50)
    right = np.arange(number_of, dtype=np.int32)
    matcher = Matcher.load()
    matcher.odds(ones, left[:50], others, right[:50])
    began = process_time()
    matcher.odds(ones, left, others, right)
    scored = process_time() - began
    began = process_time()
    matcher.parts(ones, left, others, right)
    return number_of / scored, number_of / (process_time() - began)


def folders(root: Path) -> tuple[list[Pair], list[Pair]]:
    """Rows to choose thresholds on, and rows to score."""
    dev = [row for file in _files(root / "dev") for row in pairs(file)]
    blind = [row for file in _files(root / "heldout") for row in pairs(file)]
    return [r for r in dev if not r.check], blind or [r for r in dev if r.check]


def _files(folder: Path) -> list[Path]:
    return [f for f in (folder / "pairs_open.tsv", folder / "pairs_restricted.tsv") if f.exists()]


def threshold_for(scorer: Scorer, chosen: Sequence[Pair]) -> float:
    """Ours ships, chosen over folds of the open rows; a peer's is the best on all of `chosen`."""
    if scorer is ours:
        return Matcher.load().odds_from
    return best_threshold(scorer(chosen), np.array([row.same for row in chosen]))


def measured(
    name: str, scorer: Scorer, chosen: Sequence[Pair], rows: Sequence[Pair]
) -> dict[str, float]:
    """F1 by group at one threshold, its interval, and the recall at few false alarms."""
    threshold = threshold_for(scorer, chosen)
    scores = scorer(rows)
    same = np.array([row.same for row in rows])
    stratum = np.array([row.stratum for row in rows])
    core = ~np.isin(stratum, UNSEEN)
    low, high = interval(scores[core], same[core], threshold)
    values = {"core": f1(scores[core], same[core], threshold), "low": low, "high": high}
    values["recall"] = recall_at(scores[core], same[core])
    for group, members in GROUPS.items():
        within = np.isin(stratum, members)
        if within.any():
            values[group] = f1(scores[within], same[within], threshold)
    print(f"{name}: threshold {threshold:.3f}, core F1 {values['core']:.4f}", flush=True)
    return values


def rows_of(mine: dict[str, float], theirs: dict[str, dict[str, float]]) -> list[Row]:
    made = []
    for group in ("core", *GROUPS, "recall"):
        if group not in mine:
            continue
        best = max(theirs, key=lambda peer: theirs[peer].get(group, 0.0), default="")
        aim = AIMS.get(group, 0.90 if group == "recall" else None)
        what = "recall at 0.5 % false alarms" if group == "recall" else f"F1, {group}"
        if group == "core":
            what += f" (95 %: {number(mine['low'])} to {number(mine['high'])})"
        made.append(
            Row(
                benchmark="names, pairs",
                what=what,
                value=mine[group],
                unit="",
                beside=best,
                baseline=theirs[best].get(group) if best else None,
                aim="" if aim is None else f">= {aim}",
                met=None if aim is None else mine[group] >= aim,
            )
        )
    return made


def tsarnaev(root: Path) -> Row | None:
    """The 38 spellings of 2011: how many are judged rightly."""
    file = root / "dev" / "tsarnaev_cases.tsv"
    if not file.exists():
        return None
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    rows = [Pair(stratum="", one=a, other=b, same=c == "1", check=True) for a, b, c in lines]
    threshold = Matcher.load().odds_from
    right = (ours(rows) >= threshold) == np.array([row.same for row in rows])
    for row in np.array(rows, object)[~right]:
        print(f"wrong: {row.one} | {row.other} | {'same' if row.same else 'different'}")
    return Row(
        benchmark="names, pairs",
        what="Tsarnaev spellings right",
        value=float(right.mean()),
        unit="",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", action="store_true", help="score the comparators too: minutes")
    parser.add_argument(
        "--rows", type=int, default=0, help="score only so many rows, drawn at random"
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    chosen, rows = folders(given.folder)
    if given.rows:
        draw = np.random.default_rng(2)
        rows = [rows[k] for k in draw.permutation(len(rows))[: given.rows]]
        chosen = [chosen[k] for k in draw.permutation(len(chosen))[: given.rows]]
    mine = measured("tocsin", ours, chosen, rows)
    theirs = {n: measured(n, s, chosen, rows) for n, s in (peers() if given.peers else {}).items()}
    table = rows_of(mine, theirs)
    scored, kept = speed(rows)
    for what, value in (("scored", scored), ("with the parts kept", kept)):
        table.append(
            Row(
                benchmark="names, pairs",
                what=f"pairs a core, {what}",
                value=value,
                unit="/s",
                aim=">= 100,000",
                met=value >= 100_000,
            )
        )
    table += [row for row in (tsarnaev(given.folder),) if row]
    print(shown(table))
    if given.json:
        given.json.write_text(json.dumps([row.plain() for row in table], indent=1))


if __name__ == "__main__":
    main()
