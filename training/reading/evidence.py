"""What the training reports tell of words: how often they filled a role, and which mean one."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any

from tocsin.reading.entities import plain
from training.reading.corpus import MUC_ROLES


def reports(folder: Path, part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{part}.jsonl").read_text("utf-8").splitlines()]


def evidence(own: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, tuple[int, int]]]:
    """By role and plain words: in how many reports they filled it, in how many they stood.

    "*head" counts the last word of fillers in the same way.
    """
    filled: dict[str, Counter[str]] = {role: Counter() for role in MUC_ROLES.values()}
    for one in own:
        for role, entities in one["ree"].items():
            told = {plain(mention) for entity in entities for mention, _ in entity} - {""}
            filled[MUC_ROLES[role]].update(told | {f"*{each.split()[-1]}" for each in told})
    known = {each for counts in filled.values() for each in counts}
    longest = max(len(each.split()) for each in known)
    seen: Counter[str] = Counter()
    for one in own:
        words = plain(one["doctext"]).split()
        here = {
            " ".join(words[at : at + size])
            for size in range(1, longest + 1)
            for at in range(len(words) - size + 1)
        }
        seen.update(known & (here | {f"*{word}" for word in words}))
    return {
        role: {
            words: (count, max(seen[words], count))
            for words, count in sorted(counts.items())
            if count > 1 or seen[words] > 1
        }
        for role, counts in filled.items()
    }


def aliases(own: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Pairs that the key takes for one entity more often than for two; names of groups alone."""
    one_entity: Counter[tuple[str, str]] = Counter()
    two: Counter[tuple[str, str]] = Counter()
    for one in own:
        groups = [{plain(words) for words, _ in entity} for entity in one["ree"]["PerpOrg"]]
        for group in groups:
            one_entity.update(combinations(sorted(group), 2))
        for group, other in combinations(groups, 2):
            two.update((min(a, b), max(a, b)) for a, b in product(group, other))
    return sorted(
        pair
        for pair, count in one_entity.items()
        if count > two[pair]
        and not any(re.search(r"\bunit\b|\bfront\b$", w) and len(w) < 8 for w in pair)
    )
