"""Tags of languages: which there are, which way they are written, which of several fits best.

Source of the codes: ISO 639-1, and ISO 639-3 for the few that have no code of two letters.
Source of the form: RFC 5646, without variants and extensions.
"""

import re
from collections.abc import Iterable
from typing import Literal

from tocsin.domain.refusal import Code, refuse

Direction = Literal["ltr", "rtl"]

_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
    # Persons who are warned speak these, and they have no code of two letters.
    "arz apc bal ckb crh fil haz hmn kab kmr luo mzn pnb prs rhg rif rom syr tet tig tzm yue zgh "
    "ase bfi gsg"
)
KNOWN = frozenset(_CODES.split())
_OLD = {"iw": "he", "in": "id", "ji": "yi", "sh": "sr", "mo": "ro"}
_NEAR = {"prs": "fa", "haz": "fa", "kmr": "ku", "nb": "no", "nn": "no", "arz": "ar", "apc": "ar",
         "yue": "zh", "fil": "tl", "pnb": "pa"}  # fmt: skip
# A tag beside its region where the region writes the language from right to left.
_RIGHT_TO_LEFT = (
    "ar arz apc bal ckb dv fa haz he ks mzn pnb prs ps sd syr ug ur yi "
    "az-ir kk-cn ku-iq ku-ir ky-cn pa-pk tk-af tk-ir uz-af"
)
_SCRIPTS_RIGHT_TO_LEFT = "adlm arab aran hebr mand nkoo rohg samr syrc thaa"
_FORM = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.I | re.A)


def checked_language(tag: str) -> str:
    """The tag as it is written: "fa-AF", "zh-Hant". Refuses LANGUAGE_UNKNOWN."""
    found = _FORM.fullmatch(tag.strip().replace("_", "-"))
    language = found[1].lower() if found else ""
    language = _OLD.get(language, language)
    if found is None or language not in KNOWN:
        refuse(
            Code.LANGUAGE_UNKNOWN,
            "Nothing was done: one of the languages is none that is known here.",
            "Give its code, such as fr, ar, ru, ckb or fa-AF.",
        )
    script, region = (found[2] or "").title(), (found[3] or "").upper()
    return "-".join(filter(None, (language, script, region)))


def primary(tag: str) -> str:
    """The language itself, without script and region."""
    return tag.strip().lower().replace("_", "-").partition("-")[0]


def direction_of(tag: str) -> Direction:
    """ "rtl" or "ltr": by the script where the tag names one, else as the language is written."""
    language, *more = tag.strip().lower().replace("_", "-").split("-")
    scripts = [one for one in more if len(one) == 4 and one.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _SCRIPTS_RIGHT_TO_LEFT.split() else "ltr"
    named = {language, *(f"{language}-{one}" for one in more)}
    return "ltr" if named.isdisjoint(_RIGHT_TO_LEFT.split()) else "rtl"


def nearest(wanted: str, offered: Iterable[str]) -> str | None:
    """The offered tag that a reader of `wanted` understands best; None where none fits."""
    tags = list(offered)
    one, near = primary(wanted), _near(wanted)
    fitting = [tag for tag in tags if tag.lower() == wanted.strip().lower()]
    fitting += [tag for tag in tags if primary(tag) == one]
    fitting += [tag for tag in tags if _near(tag) == near]
    return fitting[0] if fitting else None


def _near(tag: str) -> str:
    return _NEAR.get(primary(tag), primary(tag))
