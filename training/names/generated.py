# ruff: noqa: E501 - tables read better in long lines
"""Pairs of names made by rule, for what the open sets do not hold: Cyrillic names with
patronymics, foreign names in Han, kana, Hebrew letters and directly between scripts.

Nobody's name: given names, surnames and words of names drawn at random and put together.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from faker.providers.person.ru_RU import Provider as Russian
from faker.providers.person.uk_UA import Provider as Ukrainian

from training.names import samples
from training.names.samples import Pair
from training.names.schemes import DIFFERENCES, romanised, ukrainian

SCHEMES: Final = (*DIFFERENCES, "english", "english", "english e", "passport", "loose", "bgn")
_TO_HEBREW: Final = str.maketrans(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءئؤپگچژ",
    "אבתתגחחדדרזסשצדטזעגפקכלמנהוייהאאאאיופגצז",
)


def generated(data: Path, random: Random, count: int) -> list[Pair]:
    """About `count` pairs, two in five of them of one person."""
    words = _aligned(data)
    cyrillic = _cyrillic(words, random)
    made: list[Pair] = []
    while len(made) < count:
        made += _russian(cyrillic, random) if random.random() < 0.5 else _foreign(words, random)
    return made[:count]


# Russian and Ukrainian names


def _cyrillic(words: dict[str, dict[str, str]], random: Random) -> dict[str, list[str]]:
    rare = sorted({w for w in words["russian"].values() if len(w) > 4 and w[-2:] in _ENDINGS})
    return {
        "given": sorted({*Russian.first_names_male, *Ukrainian.first_names_male}),
        "female": sorted({*Russian.first_names_female, *Ukrainian.first_names_female}),
        "surname": sorted({*Russian.last_names_male, *Ukrainian.last_names}),
        "rare": rare + list(_invented(random)),
    }


_ENDINGS: Final = ("ов", "ев", "ин", "ко", "ий", "ич", "ян", "зе", "ли", "ук", "юк", "ев", "ой")


def _invented(random: Random) -> Iterator[str]:
    """Surnames of sounds drawn at random, so that the rare ones are not all known."""
    for _ in range(4000):
        stem = "".join(
            random.choice("бвгджзклмнпрстхцчш") + random.choice("аеиоуая")
            for _ in range(random.choice((2, 2, 3)))
        )
        yield stem + random.choice(
            ("ев", "нов", "каев", "лов", "рин", "ханов", "шев", "дзе", "ряев")
        )


def patronymic(father: str, female: bool) -> str:
    """Of a given name in small Cyrillic letters."""
    if father.endswith(("ий", "ей", "ай", "ый")):
        stem = father[:-2] + ("ь" if father.endswith("ий") else father[-2])
        return stem + ("евна" if female else "евич")
    if father.endswith(("а", "я")):
        return father[:-1] + ("ична" if female else "ич")
    if father.endswith("ь"):
        return father[:-1] + ("евна" if female else "евич")
    return father + ("овна" if female else "ович")


def _russian(names: dict[str, list[str]], random: Random) -> list[Pair]:
    female = random.random() < 0.3
    given, father, other = (
        random.choice(names[k]).lower()
        for k in ("female" if female else "given", "given", "female" if female else "given")
    )
    surname, stranger = (
        random.choice(names[random.choice(("surname", "rare"))]).lower() for _ in range(2)
    )
    if female and surname[-2:] in ("ов", "ев", "ин"):
        surname += "а"
    middle = patronymic(father, female)
    one = (given, middle, surname)
    if random.random() < 0.4:
        return [_pair(one, one, True, random)]
    son = (father, patronymic(given, False), surname) if not female else (other, middle, surname)
    wrong = random.choice((
        (other, middle, surname), (given, middle, stranger), son, son, (other, patronymic(random.choice(names["given"]).lower(), female), surname),
        (given, patronymic(random.choice(names["given"]).lower(), female), surname), (given, middle, _near(surname, names["rare"], random)),
        (_near(given, names["female" if female else "given"], random), middle, surname), (given, middle, _damaged_name(surname, random)),
    ))  # fmt: skip
    if wrong == one:
        return []
    return [_pair(one, wrong, False, random)]


def _damaged_name(surname: str, random: Random) -> str:
    """Another surname that shares most letters: a syllable more or another stem."""
    at = random.randrange(2, max(len(surname) - 2, 3))
    if random.random() < 0.5:
        return surname[:at] + random.choice(("ка", "ла", "ри", "не", "ба")) + surname[at:]
    letter = random.choice("бвгдзклмнпрстч")
    return (
        surname[: at - 1] + letter + surname[at:] if surname[at - 1] != letter else surname + "ский"
    )


def _near(word: str, words: list[str], random: Random) -> str:
    """Another that begins and ends like it, of a few drawn at random."""
    drawn = [random.choice(words).lower() for _ in range(60)]
    return max(
        (w for w in drawn if w != word),
        key=lambda w: (w[:2] == word[:2]) + (w[-3:] == word[-3:]) + (w[:1] == word[:1]),
    )


def _pair(one: tuple[str, ...], other: tuple[str, ...], same: bool, random: Random) -> Pair:
    told = same or one[0] != other[0] or one[-1] != other[-1]  # even without the patronymics
    full = not told or random.random() < 0.5
    a = _written(one, random, full or random.random() < 0.5)
    b = _written(other, random, full or (same and random.random() < 0.3))
    first, second = (random.choice(("", "", "uk", *SCHEMES)) for _ in range(2))
    if not first and not second:
        second = random.choice(SCHEMES)
    if same and first == "" and random.random() < 0.6:
        a = _declined(a, random)
    return Pair(stratum="made_cyr", one=_in(a, first), other=_in(b, second), same=same, check=False)


def _written(name: tuple[str, ...], random: Random, with_middle: bool) -> list[str]:
    given, middle, surname = name
    if random.random() < 0.06:
        given, middle = given[:1] + ".", middle[:1] + "."
    parts = [given, middle, surname] if with_middle else [given, surname]
    return [parts[-1], *parts[:-1]] if random.random() < 0.4 else parts


def _declined(words: list[str], random: Random) -> list[str]:
    """As in a Russian sentence: those that end on a consonant, in one case."""
    hard, soft = random.choice((("а", "я"), ("а", "я"), ("у", "ю"), ("ом", "ем")))
    return [
        word[:-1] + soft if word[-1] in "йь" else word + hard * (word[-1] in "бвгджзклмнпрстфхцчшщ")
        for word in words
    ]


def _in(words: list[str], scheme: str) -> str:
    if scheme in ("", "uk"):
        if scheme:
            words = [ukrainian(word) for word in words]
        return " ".join(words).title()
    if scheme == "ukrainian":
        words = [ukrainian(word) for word in words]
    return " ".join(romanised(word, scheme) + "." * word.endswith(".") for word in words).title()


# Names in any two scripts


def _aligned(data: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language in ("russian", "arabic", "chinese", "japanese"):
        best: dict[str, tuple[int, str]] = {}
        for latin, native, count in samples.aligned_words(data, language):
            if len(latin) > 2 and len(native) > 1:
                best[latin] = max(best.get(latin, (0, "")), (count, native))
        found[language] = {latin: native for latin, (_, native) in best.items()}
    found["hebrew"] = {
        latin: native.translate(_TO_HEBREW) for latin, native in found["arabic"].items()
    }
    return found


_SKELETONS: dict[str, dict[str, list[str]]] = {}


def _skeleton(word: str) -> str:
    return "".join(letter for letter in word if letter not in "aeiouyhéáóíöüā")[:2] + word[-1]


def _foreign(words: dict[str, dict[str, str]], random: Random) -> list[Pair]:
    one, other = random.choice((
        ("latin", "chinese"), ("latin", "japanese"), ("latin", "hebrew"), ("latin", "hebrew"), ("russian", "arabic"),
        ("russian", "chinese"), ("latin", "arabic"), ("latin", "russian"), ("latin", "japanese"), ("russian", "hebrew"), ("latin", "latin"),
    ))  # fmt: skip
    known = words[other] if other != "latin" else words["russian"]
    group = _SKELETONS.setdefault(other, {})
    if not group:
        near: dict[str, list[str]] = defaultdict(list)
        for latin in sorted(known):
            near[_skeleton(latin)].append(latin)
        group.update(near)
        group["*"] = sorted(known)
    named = [random.choice(group["*"]) for _ in range(random.choice((2, 2, 2, 3)))]
    same = random.random() < 0.4
    wrong = list(named)
    if not same:
        for place in random.sample(range(len(wrong)), random.choice((1, 1, len(wrong)))):
            alike = [w for w in group[_skeleton(wrong[place])] if w != wrong[place]]
            wrong[place] = (
                random.choice(alike)
                if alike and random.random() < 0.6
                else random.choice(group["*"])
            )
    if one != "latin" and any(word not in words[one] for word in named):
        one = "latin"
    left = [words[one][w] if one != "latin" else w for w in named]
    right = [
        words[other][w] if other != "latin" else (_typo(w, random) if same else w) for w in wrong
    ]
    if left == right or (wrong == named and not same):
        return []
    if random.random() < 0.25:
        right.insert(0, right.pop())
    if same and len(right) > 2 and random.random() < 0.4:
        right.pop(1)
    joint = "·" if other in ("chinese", "japanese") else " "
    return [
        Pair(
            stratum=f"made_{other[:2]}",
            one=" ".join(left).title(),
            other=joint.join(right),
            same=same,
            check=False,
        )
    ]


def _typo(word: str, random: Random) -> str:
    at = random.randrange(1, len(word))
    kind = random.random()
    if kind < 0.25:
        return word[:at] + word[at + 1 :]
    if kind < 0.5:
        return word[:at] + word[at - 1] + word[at:]
    if kind < 0.75:
        return word[:at] + random.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
