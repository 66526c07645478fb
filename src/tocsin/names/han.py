"""Names in Han characters: where the surname ends, and how Mandarin and Cantonese read them."""

from functools import lru_cache
from typing import Final

from tocsin.names.scripts import TABLES

LONG_SURNAMES: Final = frozenset(TABLES["words"]["long_surnames"].split())
# Read otherwise than the dictionary's first reading when they are surnames.
_SURNAME_READINGS: Final = {
    "曾": "zeng", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "查": "zha", "任": "ren",
    "朴": "piao", "区": "ou", "區": "ou", "华": "hua", "盖": "ge", "翟": "zhai", "宁": "ning",
    "缪": "miao", "覃": "qin", "冼": "xian", "乐": "yue", "樂": "yue", "員": "yun", "员": "yun",
    "秘": "bi", "折": "she", "召": "shao", "洗": "xian", "祭": "zhai", "种": "chong", "葛": "ge",
    "重": "chong", "逄": "pang", "黑": "he", "牟": "mu", "盛": "sheng", "臧": "zang",
}  # fmt: skip


def split_name(text: str) -> tuple[str, ...]:
    """Surname and given name of a name written in one; longer ones, being foreign, stay whole."""
    if len(text) < 2 or len(text) > 4:
        return (text,)
    cut = 2 if len(text) > 2 and text[:2] in LONG_SURNAMES else 1
    if len(text) == 4 and cut == 1:
        return (text,)
    return text[:cut], text[cut:]


@lru_cache(maxsize=100_000)
def syllables(text: str, surname: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Mandarin and Cantonese syllables without tones; a character nobody reads is left out."""
    from pypinyin import lazy_pinyin

    mandarin = [s for s in lazy_pinyin(text, errors="ignore", v_to_u=False) if s]
    if surname and len(text) == 1:
        mandarin = [_SURNAME_READINGS.get(text, *mandarin[:1] or [""])]
    return tuple(s.replace("ü", "v") for s in mandarin if s), _cantonese(text)


def _cantonese(text: str) -> tuple[str, ...]:
    from ToJyutping import get_jyutping_list  # type: ignore[import-untyped]

    return tuple(
        part.rstrip("123456")
        for _, read in get_jyutping_list(text)
        for part in (read or "").split()
    )


def read_han(text: str, surname: bool = False) -> tuple[str, ...]:
    """Mandarin and Cantonese, each as one word in a to z."""
    return tuple(dict.fromkeys(form for form in map("".join, syllables(text, surname)) if form))
