"""Running text as units: what of it may be a part of a name, and how that sounds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.forms import PARTICLES, TITLES, read_name
from tocsin.names.han import read_han, syllables
from tocsin.names.scripts import read_letters
from tocsin.names.sounds import BARE, Keys, heard

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Wanted = Callable[[tuple[str, ...]], bool]
MOST_APART, SURE_PAIR = 2, 8  # words between two parts, and from which weight on; else one
WIDEST, LONGEST_RUN = 6, 8
"""Words, or signs, from one end of a window to the other."""
_FEW, _MANY = 0.005, 0.5  # capitals among letters: fewer or more, and they tell nothing
_SAMPLE, _WIDEST_GAP, _LONGEST_PART = 20_000, 12, 5
_OWN: Final = 2  # signs of a part of a name that is not from elsewhere, at most
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903"
    "\u093a-\u094f\u200b-\u200f\u2060-\u2069'’‘ʼʻʹʾʿ`´\u0640"
)
_SIGNS: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD: Final = re.compile(
    rf"[{_SIGNS}]+|[^\W\d_{_SIGNS}][^\W_{_SIGNS}{_MARKS}]*(?:[{_MARKS}]+[^\W_{_SIGNS}]+)*"
)
_ENDS: Final = re.compile(r"[!?;:()\[\]\"«»“”„|•،؛؟。！？；：，、\d]|\n\s*\n")
_SMALL: Final = PARTICLES | TITLES
_CASED: Final = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
_IN_NO_NAME: Final = frozenset("的了是在这那们个就也说被把吗呢與這們個說嗎")
_FOREIGN: Final = frozenset(
    "阿艾爱愛埃安奥奧昂敖岙巴拜班邦包宝寶保鲍鮑北贝貝本比彼必毕畢边邊别別宾賓波玻伯勃柏博卜布不"
    "采蔡仓倉曹策岑查柴昌长長彻徹陈陳成茨崔村达達大戴丹当當道德得登邓鄧迪蒂狄底地第丁东東都杜度"
    "敦顿頓多厄恩尔爾儿兒耳二法凡范方放芳菲费費芬丰豐冯馮佛弗夫福富伏甫盖蓋甘刚剛岗崗高戈哥歌格"
    "葛根贡貢古谷瓜关關圭桂郭果哈海亥罕汉漢汗豪赫黑亨洪宏鸿鴻侯胡华華怀懷黄黃惠霍基吉季济濟加嘉"
    "家佳迦伽贾賈简簡江姜焦杰傑介金津京靖久居君卡凯凱坎康考柯科可克肯孔库庫夸誇奎坤昆困拉腊臘来"
    "來莱萊赖賴兰蘭朗劳勞老乐樂勒雷蕾累黎里理利立丽麗莉力李连連联聯廉良列烈林琳霖灵靈留刘劉柳龙"
    "龍隆卢盧鲁魯路露吕呂律伦倫仑侖罗羅洛略马馬玛瑪迈邁麦麥曼芒毛茂梅美门門蒙孟米密敏明缪繆莫默"
    "摩姆穆木牧拿纳納娜乃奈南瑙嫩能尼妮年涅聂聶宁寧纽紐农農努诺諾欧歐帕派潘庞龐佩彭皮匹平泼潑珀"
    "蒲普浦奇齐齊恰强強乔喬琴青琼瓊丘邱屈让讓热熱仁日荣榮茹瑞若撒萨薩塞赛賽三桑瑟森沙莎山珊尚绍"
    "紹舍设設申沈圣聖盛施石什史士舒朔斯思丝絲司松宋苏蘇素孙孫索塔泰坦汤湯唐陶特藤滕提田铁鐵廷通"
    "图圖土吐托陀脱脫瓦娃外万萬汪旺威维維韦韋为衛卫魏温溫文翁沃乌烏吾武伍西希锡錫席夏香肖萧蕭谢"
    "謝欣辛兴興休修秀许許逊遜雅亚亞延扬楊杨尧堯耶叶葉伊衣依易意因英永尤于余宇约約越泽澤扎札赞贊"
    "曾詹张張章哲者珍真郑鄭治兹茲芝志朱竹祖佐拖乍仲州周庄莊卓宗邹鄒尊左作茶察川楚次代但蛋岛迭额"
    "額冈岡各郝豁玖卷喀孜盎昻奔倍蓓贲匕拔钵缽补補辩蹦兆泊"
)
"""Signs that names from elsewhere are written with, by their sound alone."""
_PROCLITIC: Final = "وفبل"
USED, NONE, SIGNS = range(3)
"""Capitals: the script has them, it has none, or it does not even part words."""


class Unit(NamedTuple):
    """What may be a part of a name: text[start:end], at places first to last of the text; names
    stay within a run, which ends with a sentence."""

    first: int
    last: int
    start: int
    end: int
    run: int
    keys: Keys


@dataclass(slots=True)
class Laid:
    """A text as units; of each place (a word, or a sign) how it is written, how many before it are
    words that stand in no name, its run (below 0 where it is no part of a name by itself) and its
    characters."""

    units: list[Unit]
    other: list[int]
    written: bytearray
    run: list[int]
    spans: list[tuple[int, int]]
    signs_left: int
    wanted: Wanted
    before: Unit | None = None
    _bad: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def widened(self, one: Unit, other: Unit) -> tuple[int, int]:
        """The characters from one to the other, with the words beside that may be of the same
        name: where a part is missing, another may stand in its place."""
        first, last = one.first, other.last
        if self.written[first] != USED or self.written[last] != USED:
            return one.start, other.end
        # A sentence begins with a capital whatever its first word is.
        while first > 1 and last - first + 1 < WIDEST:
            if self.run[first - 1] != one.run or abs(self.run[first - 2]) != one.run:
                break
            first -= 1
        while (
            last + 1 < len(self.run) and last - first + 1 < WIDEST and self.run[last + 1] == one.run
        ):
            last += 1
        start = one.start if first == one.first else self.spans[first][0]
        return start, other.end if last == other.last else self.spans[last][1]

    def stands_alone(self, unit: Unit) -> bool:
        """Whether no other word that may be of a name, being written with a capital, is beside."""
        if self.written[unit.first] != USED:
            return False
        for beside in (unit.first - 1, unit.last + 1):
            if 0 <= beside < len(self.run) and self.run[beside] == unit.run:
                return False
        return True

    def hold_together(self, bounds: Ints, one: Ints, other: Ints, weight: Ints) -> Bools:
        """Whether nothing between two units keeps them from being of one name; `bounds` (units,
        5): first, last, ... of the units that `one` and `other` (pairs,) are numbers of."""
        before, after = bounds[one, 1], bounds[other, 0]
        between, wide = after - before - 1, bounds[other, 1] - bounds[one, 0] + 1
        written, bad = np.frombuffer(self.written, np.uint8), self.bad_before()
        kinds = written[before], written[after]
        signs, none = ((kinds[0] == kind) | (kinds[1] == kind) for kind in (SIGNS, NONE))
        near = (wide <= WIDEST) & (between <= np.where(weight >= SURE_PAIR, MOST_APART, 1))
        near &= none | (bad[after] == bad[before + 1])
        side_by_side: Bools = (between == 0) & (wide <= 2 * LONGEST_RUN)
        found: Bools = (signs & side_by_side) | (~signs & near)
        return found

    def bad_before(self) -> Ints:
        """Of each place how many words that stand in no name are before it."""
        if len(self._bad) != len(self.other):
            self._bad = np.array(self.other, np.int64)
        return self._bad

    def add(self, word: "re.Match[str]", run: int, *, capitals: bool) -> None:
        spelled, start, end = word[0], *word.span()
        script, keys = spoken(spelled)
        place = len(self.written)
        if script in ("Hani", "Hang"):
            self._signs(spelled, start, run, script)
            return
        cased = script in _CASED
        small = spelled.lower() in _SMALL
        capital = not (cased and capitals) or spelled[0].isupper()
        of = run if capital and not small else -run
        self._place(USED if cased else NONE, of, (start, end), bad=not (capital or small))
        if keys and capital:
            keys = keys[:1] if small else keys
            unit = Unit(place, place, start, end, run, keys)
            self.units.append(unit)
            self._join(self.before, unit)
            self.before = unit
        if script == "Arab" and len(spelled) > 4 and spelled[0] in _PROCLITIC:
            bare = spoken(spelled[1:])[1]
            self.units.append(Unit(place, place, start + 1, end, run, bare))

    def _join(self, one: Unit | None, other: Unit) -> None:
        """Two words with capitals that stand side by side, as one."""
        if one is None or one.run != other.run or other.first != one.last + 1:
            return
        if min(len(one.keys), len(other.keys)) < 2 or self.written[one.last] == SIGNS:
            return
        keys = _together(one.keys[0][1], other.keys[0][1])
        self.units.append(Unit(one.first, other.last, one.start, other.end, one.run, keys))

    def _place(self, written: int, run: int, span: tuple[int, int], *, bad: bool) -> None:
        self.written.append(written)
        self.run.append(run)
        self.spans.append(span)
        self.other.append(self.other[-1] + bad)

    def _signs(self, spelled: str, start: int, run: int, script: str) -> None:
        base = len(self.written)
        for at in range(start, start + len(spelled)):
            self._place(SIGNS, run, (at, at + 1), bad=False)
        for at, end, keys in _in_hangul(spelled) if script == "Hang" else self._in_han(spelled):
            unit = Unit(base + at, base + end - 1, start + at, start + end, run, keys)
            self.units.append(unit)

    def _in_han(self, spelled: str) -> Iterator[tuple[int, int, Keys]]:
        """What may be parts of names, as far as any more signs are looked at."""
        size = min(len(spelled), self.signs_left)
        self.signs_left -= size
        told, foreign = 0, 0  # signs from here on that may be of a name, or of one from elsewhere
        for at in reversed(range(size)):
            told = 0 if spelled[at] in _IN_NO_NAME else told + 1
            foreign = foreign + 1 if told and spelled[at] in _FOREIGN else 0
            wide = min(told, _LONGEST_PART)
            part = spelled[at : at + wide]
            if foreign <= _OWN < wide and not self.wanted(_han_forms(part[:_OWN])[-1]):
                part = part[:_OWN]
            elif foreign > _OWN:
                part = part[:foreign]
            for wide, forms in enumerate(_han_forms(part), 1):
                if forms:
                    yield at, at + wide, _with_initial(heard(forms), forms[0][:1])


def _in_hangul(spelled: str) -> Iterator[tuple[int, int, Keys]]:
    size = len(spelled)
    for at in range(min(size, 2)):
        for end in range(at + 1, min(at + _LONGEST_PART, size) + 1):
            if at + 1 == end or end >= size - 2:
                yield at, end, spoken(spelled[at:end])[1]


@lru_cache(maxsize=20_000)
def _han_forms(part: str) -> tuple[tuple[str, ...], ...]:
    """As `read_han` has them: of the first sign, of the first two, and so on."""
    from ToJyutping import get_jyutping_list  # type: ignore[import-untyped]

    made, cantonese = [read_han(part[:1], surname=True)] if part else [], ""
    for size, (_, read) in enumerate(get_jyutping_list(part), 1):
        cantonese += "".join(one.rstrip("123456") for one in (read or "").split())
        if size > 1:
            both = dict.fromkeys((_mandarin(part[:size]), cantonese))
            made.append(tuple(one for one in both if one))
    return tuple(made)


@lru_cache(maxsize=100_000)
def _mandarin(text: str) -> str:
    """Put together out of what is read by itself: the longest phrases from the left, or signs."""
    from pypinyin.constants import PHRASES_DICT

    size = next((size for size in range(len(text), 1, -1) if text[:size] in PHRASES_DICT), 1)
    read = "".join(syllables(text[:size])[0])
    return read + _mandarin(text[size:]) if size < len(text) else read


def _all(_: tuple[str, ...]) -> bool:
    return True


def laid(text: str, most_signs: int, wanted: Wanted = _all) -> Laid:
    """A text as units. `wanted` says of how signs are read whether a part could begin so."""
    made = Laid([], [0], bytearray(), [], [], most_signs, wanted)
    capitals = _uses_capitals(text)
    run, before, size = 1, 0, 0
    for word in _WORD.finditer(text):
        start = word.start()
        gap = text[before:start]
        if len(gap) > 1 and (
            len(gap) > _WIDEST_GAP or _ENDS.search(gap) or (size > 2 and gap[0] == ".")
        ):
            run += 1
        made.add(word, run, capitals=capitals)
        before, size = word.end(), word.end() - start
    return made


def _uses_capitals(text: str) -> bool:
    """Whether names can be told by their capitals."""
    letters = [one for one in text[:_SAMPLE] if one.isalpha()]
    upper = sum(one.isupper() for one in letters)
    return len(letters) < 40 or _FEW < upper / len(letters) < _MANY


@lru_cache(maxsize=100_000)
def spoken(word: str) -> tuple[str, Keys]:
    """The script of a word, and the keys it is looked up by; those of one spelled alike first."""
    tokens = read_name(word).tokens
    if not tokens:
        return "", ()
    script = tokens[0].script
    if script == "Hani":
        forms = read_han(word, surname=len(word) == 1)
    elif script == "Hang":
        forms = read_letters(word, script)
    else:
        forms = tokens[0].forms
    if not forms:
        return script, ()
    first = forms[0][:1]
    if len(word) == 1 and script not in ("Hani", "Hang"):
        return script, ((BARE, ("!" + first, "?" + first)),)
    return script, _with_initial(heard(forms), first)


def _with_initial(kinds: Keys, first: str) -> Keys:
    return (*kinds, (BARE, ("?" + first,)))


@lru_cache(maxsize=50_000)
def _together(one: tuple[str, ...], other: tuple[str, ...]) -> Keys:
    forms = joined(tuple(key[1:] for key in one), tuple(key[1:] for key in other))
    return heard(forms, loose=False)


def joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a + b for a in one[:2] for b in other[:2])
