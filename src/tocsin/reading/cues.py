"""Cues: words of a report that may carry one of the five findings.

A cue points a person at a passage and proves nothing.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from tocsin.domain.findings import FindingName

_TOKEN = re.compile(r"\d+(?:[:./-]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./](?:\d\d){1,2}")
_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")
_CLASSES = frozenset({"<date>", "<time>", "<number>"})
_NUMBERS = frozenset(
    re.findall(
        r"\w+",
        "one two three four five six seven eight nine ten eleven twelve fifteen twenty twentyfour "
        "thirty forty fortyeight fifty sixty seventy seventytwo several few couple",
    )
)
_MONTHS = re.findall(
    r"\w+",
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Characters `start` to `end` of a text are `words` and matched `rule` of the lexicon."""

    start: int
    end: int
    finding: FindingName
    words: str
    rule: str


class CueReader:
    """Finds the phrases of a lexicon, in time linear in the text.

    The lexicon maps a finding to rules, a rule to `phrases` and `verbs`
    (see cues.toml). Raises ValueError if a name in it is unknown or a phrase is empty.
    """

    def __init__(self, lexicon: Mapping[str, Any] | None = None) -> None:
        self._root = _Node()
        for finding, rules in (_lexicon() if lexicon is None else lexicon).items():
            for rule, entry in rules.items():
                self._add(FindingName(finding), f"{finding}.{rule}", entry)

    def cues(self, text: str) -> Sequence[Cue]:
        """Every cue; where several of one finding begin at one word, the longest."""
        spans, tokens = _tokens(text)
        free_from = dict.fromkeys(FindingName, 0)
        found = []
        for first, token in enumerate(tokens):
            if token not in self._root.following:
                continue
            for finding, (last, rule) in self._longest(tokens, first).items():
                if first < free_from[finding]:
                    continue
                free_from[finding] = last + 1
                start, end = spans[first][0], spans[last][1]
                words = text[start:end]
                found.append(Cue(start=start, end=end, finding=finding, words=words, rule=rule))
        return found

    def _longest(self, tokens: Sequence[str], first: int) -> dict[FindingName, tuple[int, str]]:
        """The last token and the rule of the longest phrase of each finding that begins here."""
        best: dict[FindingName, tuple[int, str]] = {}
        node = self._root
        for at in range(first, len(tokens)):
            if tokens[at] not in node.following:
                break
            node = node.following[tokens[at]]
            best.update((finding, (at, rule)) for finding, rule in node.ending.items())
        return best

    def _add(self, finding: FindingName, rule: str, entry: Mapping[str, Any]) -> None:
        if unknown := entry.keys() - {"phrases", "verbs", "months"}:
            raise ValueError(f"{rule}: unknown {', '.join(sorted(unknown))}")
        phrases = [phrase.split() for phrase in entry.get("phrases", ())]
        phrases += [form for verb in entry.get("verbs", ()) for form in _forms(verb)]
        if entry.get("months"):
            phrases += [pair for m in _MONTHS for pair in (["<number>", m], [m, "<number>"])]
        for phrase in phrases:
            if not phrase:
                raise ValueError(f"{rule}: a phrase has no words")
            node = self._root
            for word in phrase:
                node = node.following.setdefault(_normal(word), _Node())
            node.ending.setdefault(finding, rule)


@dataclass(slots=True)
class _Node:
    """A beginning of phrases: the words that may follow, the rules of those that end here."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    ending: dict[FindingName, str] = field(default_factory=dict)


@cache
def _lexicon() -> Mapping[str, Any]:
    words = resources.files("tocsin.reading").joinpath("cues.toml").read_text("utf-8")
    return {name: rules for name, rules in tomllib.loads(words).items() if name != "language"}


def _tokens(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Where each word and figure stands, and what it is to the lexicon."""
    spans, tokens = [], []
    seen: dict[str, str] = {}
    for match in _TOKEN.finditer(text):
        word = match[0]
        if (token := seen.get(word)) is None:
            token = seen[word] = _normal(word)
        spans.append(match.span())
        tokens.append(token)
    return spans, tokens


def _normal(word: str) -> str:
    """The word as the lexicon writes it: lower case, or the class of a figure."""
    if word in _CLASSES:
        return word
    if word[0].isdecimal():
        return (
            "<date>" if _DATE.fullmatch(word) else "<time>" if _TIME.fullmatch(word) else "<number>"
        )
    word = word.casefold().replace("’", "'")
    return "<number>" if word in _NUMBERS else word


def _forms(verb: str) -> Iterable[list[str]]:
    """A regular verb in its four forms; in a phrase the first word is inflected."""
    stem, *rest = verb.split()
    doubled = stem + stem[-1] if re.search(r"(?<![aeiou])[aeiou][bdgmnpt]$", stem) else stem
    past = stem + "d" if stem.endswith("e") else doubled + "ed"
    going = stem[:-1] + "ing" if stem.endswith("e") else doubled + "ing"
    third = stem + ("es" if stem.endswith(("s", "x", "z", "ch", "sh")) else "s")
    return ([form, *rest] for form in (stem, third, past, going))
