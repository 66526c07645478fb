"""What the gate learns from: MUC-4 (public domain), the passages, ordinary text of our own."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tocsin.reading.normal import normalise

FOLDER = Path(__file__).parents[1]
ORDINARY, VIOLENCE = FOLDER / "gate" / "ordinary.txt", FOLDER / "gate" / "violent.txt"
LANGUAGE = "en"  # a hundred passages of another are too few: what is not English passes
# Told of violence that happened, though nobody is threatened any more: it passes as well.
VIOLENT = frozenset({"attempted", "done"})
# Neither to be passed nor to be taught as ordinary.
UNSURE = frozenset({"denied", "historical"})
# Words that begin so are of violence or its company: sentences without any are calm.
_NOT_CALM = re.compile(
    r"\b(?:kill|murder|assassin|dead|death|die[ds]?\b|dying|bomb|explo|blast|detonat|attack|assault"
    r"|ambush|shoot|shot|gun|rifle|weapon|arms?\b|armed|grenade|mortar|dynamit|kidnap|abduct|hostage"
    r"|captiv|captur|seiz|threat|terror|guerr?illa|subvers|rebel|insurg|fight|fought|combat|clash"
    r"|battle|war\b|warfare|wound|injur|hurt|massacre|execut|tortur|violen|crim|victim|blood|arson"
    r"|burn|fire|destr|damag|sabot|ransom|disappear|missing|traffick|milit|troop|soldier|hitm|sicari"
    r"|paramil|squad|extremis|commando|slain|slay|rape|stab|poison|raid|strik|struck|harm|beat|body"
    r"|bodies|plot|target|force|enemy|offensive|operation|detain|arrest|cartel|narco|extradit)",
    re.IGNORECASE,
)
# And those of violent.txt beside them.
_MORE = re.compile(
    r"\b(?:stab|knives|knife|machete|hack|behead|strangl|lynch|ston|mob\b|riot|torch|drone|shell"
    r"|missile|rocket|sniper|throat|revenge|spill|bounty|informer|slaughter|acid|gang|extort|pirate"
    r"|thug|grave\b|nerve|bullet|unbeliever|worshipper|assailant|gunm|gunned|ploughed|dragged|cell\b"
    r"|hit\b|next\b|live\b|powder|breath|vowed|swore|blew|clan|separatist|militant|curfew|inmates"
    r"|break|broke|iron|refug|migrants|tied|dump|survivors|prey|claimed|responsib|plan|intend|fled)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_NAMES = ("Anna Berg", "Tomas Reyes", "Mina Farahani", "Oleh Koval", "Ayla Demir", "Li Wen")
_TOWNS = ("Norhaven", "Belmora", "Castiel", "Rivenport", "Olmstad", "Tessary")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SYLLABLES = tuple(map("".join, product("bdfglmnprstvkz", "aeiou")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text in normal form, whether it must pass, and how much it weighs.

    `source` is muc, passage, ordinary or made; `odd` splits passages in halves.
    """

    text: str
    passes: bool
    weight: float
    source: str
    odd: bool = False


def muc(file: Path) -> Iterator[Example]:
    """Messages of MUC-4 without their numbers."""
    for line in file.read_text("utf-8").splitlines():
        one = json.loads(line)
        text = normalise(re.sub(r"\A\S+ .*\n", "", one["text"])).text
        relevant = bool(one["key_templates"])
        weight = 1.0 if relevant else 0.2
        yield Example(text=text, passes=relevant, weight=weight, source="muc")


def calm(file: Path, seed: int) -> Iterator[Example]:
    """Texts made of those sentences of MUC-4 in which no word of violence occurs."""
    draw, told = random.Random(seed), []  # noqa: S311  # the same in every run
    for line in file.read_text("utf-8").splitlines():
        text = normalise(re.sub(r"\A\S+ .*\n", "", json.loads(line)["text"])).text
        told += [one for one in _SENTENCE.split(text) if not _NOT_CALM.search(one)]
    draw.shuffle(told)
    while told:
        size = draw.randint(2, 14)
        text, told = " ".join(told[:size]), told[size:]
        yield Example(text=text, passes=False, weight=1.0, source="calm")


def passages() -> Iterator[Example]:
    for line in (FOLDER / "passages" / f"{LANGUAGE}.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        passes = one["threat"] or one["kind"] in VIOLENT
        if passes or one["kind"] not in UNSURE:
            yield Example(
                text=normalise(" ".join(each["text"] for each in one["sentences"])).text,
                passes=passes,
                weight=1.0 if passes else 0.3,
                source="passage",
                odd=int(one["id"].rpartition("-")[2]) % 2 == 1,
            )


def ordinary(seed: int, count: int = 600) -> Iterator[Example]:
    """Texts of ordinary sentences; in every third, half of the words are made up."""
    draw = random.Random(seed)  # noqa: S311  # the same in every run
    told = [line for line in ORDINARY.read_text("utf-8").splitlines() if line]
    for number in range(count):
        text = _filled(" ".join(draw.sample(told, draw.randint(3, 12))), draw)
        made = number % 3 == 2
        if made:
            text = " ".join(_made(draw) if draw.random() < 0.5 else w for w in text.split())
        yield Example(
            text=normalise(text).text,
            passes=False,
            weight=1.0,
            source="made" if made else "ordinary",
        )


def violent(seed: int, count: int = 300) -> Iterator[Example]:
    """One to three sentences of violence amid ordinary ones."""
    draw = random.Random(seed)  # noqa: S311  # the same in every run
    calm, told = (file.read_text("utf-8").splitlines() for file in (ORDINARY, VIOLENCE))
    for _ in range(count):
        lines = draw.sample([line for line in calm if line], draw.randint(2, 8))
        for line in draw.sample(told, draw.randint(1, 3)):
            lines.insert(draw.randint(0, len(lines)), line)
        text = normalise(_filled(" ".join(lines), draw)).text
        yield Example(text=text, passes=True, weight=1.0, source="violent")


def defused(seed: int, count: int = 300) -> Iterator[Example]:
    """Sentences of violence without the words of it: the rest tells nothing."""
    draw = random.Random(seed)  # noqa: S311  # the same in every run
    told = VIOLENCE.read_text("utf-8").splitlines()
    for _ in range(count):
        words = " ".join(draw.sample(told, 4)).split()
        left = [w for w in words if not _NOT_CALM.search(w) and not _MORE.search(w)]
        draw.shuffle(left)
        yield Example(text=" ".join(left), passes=False, weight=1.0, source="defused")


def buried(threats: list[Example], seed: int) -> Iterator[Example]:
    """Each threat between two ordinary texts: it must pass as well."""
    draw = random.Random(seed)  # noqa: S311  # the same in every run
    around = [one.text for one in ordinary(seed + 1, 200) if one.source == "ordinary"]
    for one in threats:
        before, after = draw.sample(around, 2)
        text = f"{before}\n\n{one.text}\n\n{after}"
        yield Example(text=text, passes=True, weight=0.5, source="buried", odd=one.odd)


def _filled(text: str, draw: random.Random) -> str:
    numbers = tuple(map(str, (*range(2, 40), 250, 1_200)))
    slots = {"name": _NAMES, "town": _TOWNS, "number": numbers, "day": _DAYS}
    return re.sub(r"\{(\w+)\}", lambda match: draw.choice(slots[match[1]]), text)


def _made(draw: random.Random) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(2, 4)))
