"""Where sentences begin and end, in nine languages; exact spans, in time linear in the text.

Marks end a sentence, an empty line does, and a line that begins a list. A point after a title, an
initial or within a number does not. What never ends (upper case without points, one endless
line) is cut where there is a blank, so that whatever reads sentences is bounded too.
"""

import re
from collections.abc import Iterator

LONGEST = 600  # characters of one sentence

_ABBREVIATED = {
    "en": "mr mrs ms mx dr prof sr jr st gen col lt capt cmdr sgt maj cpl pte rev hon gov sen rep "
    "pres adm msgr fr bro supt insp det no nos vs e.g i.e cf al fig para approx ref ph tel dept "
    "ave rd blvd mt ft op",
    "fr": "m mm mme mmes mlle me mgr dr pr st ste av art no cf p.ex env tél bd",
    "es": "sr sra srta sres dr dra lic ing arq d dña prof gral cnel cap tte sgto mons ud uds vd "
    "núm no art av pág ej avda atte",
    "ru": "г гг ул д кв им т тыс млн млрд руб обл р-н пос с стр проф акад ген полк см ср св о п ст",
    "uk": "м р рр вул буд кв ім т тис млн млрд грн обл р-н с стор проф акад ген полк див "
    "св о п ст пл просп",
    "tr": "dr prof av doç sn alb yb bnb yzb ütğm org tuğg müh no mah cad sok sk apt bkz örn vb",
    "ar": "د أ م ص ت ج ق", "fa": "د م ص ق ه", "zh": "",
}  # fmt: skip
_NEVER_ENDS = {language: frozenset(words.split()) for language, words in _ABBREVIATED.items()}
_CLOSING = "[\"')\\]}»”’」』】》）]*"
_MARK, _SIGN = "[.!?…؟۔]", "[☀-➿\U0001f300-\U0001faff]"
_BOUNDARY = re.compile(
    rf"(?P<wide>[。！？｡]+{_CLOSING})\s*"
    rf"|(?P<mark>(?<!{_MARK}){_MARK}++{_CLOSING})(?=\s|$)\s*"
    r"|(?P<blank>\n\n+)\s*"
    rf"|(?P<sign>(?<!{_SIGN}){_SIGN}++)\s+(?=[^\W\d_])"
    r"|(?P<line>\n)(?=[ \t]*(?:[-*•·▪–—]\s|\(?\d{1,3}[.)]\s|\(?[a-zа-я][.)]\s))\s*"
)
_LAST_WORD = re.compile(r"[^\s\"'(\[«“]*\Z")
_NUMBERED = re.compile(r"\s*\(?(?:\d{1,3}|[^\W\d_])\Z")
_CUT = re.compile(r"[,;:，、；：،؛]?\s|[，、；：]")


def sentences(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Half-open spans of every sentence, in order; together all that is not blank.

    None is longer than `LONGEST` characters. Of a language not known here points are
    taken as they stand.
    """
    never = _NEVER_ENDS.get(language, frozenset())
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match["mark"] and not _ends(text, start, match, never):
            continue
        spans += _bounded(text, start, match.end())
        start = match.end()
    spans += _bounded(text, start, len(text))
    return tuple(spans)


def _ends(text: str, start: int, match: re.Match[str], never: frozenset[str]) -> bool:
    """Whether a sentence ends with these marks."""
    following = text[match.end() : match.end() + 1]
    if "\n\n" in text[match.end("mark") : match.end()]:
        return True
    if text[match.start()] != "." or text.startswith("..", match.start()):
        return not following.islower()
    before = text[max(start, match.start() - 24) : match.start()]
    if _NUMBERED.fullmatch(before) and match.start() - start <= 5:
        return False  # "1." leads a line of a list
    word = _LAST_WORD.search(before)
    last = word[0] if word else ""
    if len(last) == 1 and last.isalpha() and (last.isupper() or following.islower()):
        return not following  # an initial
    # People who write messages do not begin sentences with capitals.
    return last.lower() not in never and (not following.islower() or len(last) > 3)


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the blanks around it, in pieces none of which is too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = start + LONGEST
        for match in _CUT.finditer(text, start + LONGEST // 2, start + LONGEST):
            cut = match.end()
        yield start, start + len(text[start:cut].rstrip())
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    if start < end:
        yield start, end
