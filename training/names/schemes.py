# ruff: noqa: E501, SIM905 - tables read better in long lines
"""How Cyrillic names are romanised in passports, papers and libraries of different countries."""

from functools import cache
from typing import Final

_ENGLISH: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g u".split(),
        strict=True,
    )
)
# Each differs from the English one in some letters; "_" is silence.
DIFFERENCES: Final = {
    "english": "",
    "english e": "ё=e х=h ю=iu я=ia й=i",
    "bgn": "ё=ë ъ=_ ь=_ е=ye",
    "passport": "ё=e й=i ц=ts щ=shch ъ=ie ы=y ю=iu я=ia",
    "old passport": "ё=e й=y х=kh ц=ts ю=yu я=ya ж=zh щ=shch",
    "german": "в=w ё=jo ж=sch з=s й=j х=ch ц=z ч=tsch ш=sch щ=schtsch ю=ju я=ja е=e дж=dsch",
    "german j": "в=w ё=jo ж=sh з=s й=i х=ch ц=z ч=tsch ш=sch щ=schtsch ю=ju я=ja ае=aje ее=eje ие=ije дж=dsch",
    "german e": "в=w ё=jo ж=sch з=s й=i х=ch ц=z ч=tsch ш=sch щ=schtsch ю=ju я=ja ев=ew дж=dsch",
    "french": "ё=io ж=j й=ï у=ou х=kh ц=ts ч=tch ш=ch щ=chtch ю=iou я=ia ае=aïe ие=ie дж=dj",
    "french i": "ё=io ж=j й=i у=ou х=h ц=ts ч=tch ш=ch щ=chtch ю=iou я=ia дж=dj",
    "polish": "в=w ё=jo ж=ż й=j х=ch ц=c ч=cz ш=sz щ=szcz ю=ju я=ja ае=aje дж=dż",
    "czech": "ё=jo ж=ž й=j х=ch ц=c ч=č ш=š щ=šč ю=ju я=ja е=e дж=dž",
    "scholarly": "ё=ë ж=ž й=j х=x ц=c ч=č ш=š щ=šč ъ=_ ю=ju я=ja э=è",
    "plain scholarly": "ё=e ж=z й=j х=h ц=c ч=c ш=s щ=sc ю=ju я=ja э=e",
    "spanish": "ё=io ж=zh й=i х=j ц=ts ч=ch ш=sh щ=sch ю=iu я=ia в=v дж=dzh",
    "italian": "ё=io ж=zh й=j х=ch ц=z ч=c ш=sc щ=sc ю=ju я=ja дж=gi",
    "dutch": "ё=jo ж=zj й=j х=ch ц=ts ч=tsj ш=sj щ=sjtsj ю=joe я=ja у=oe е=e дж=dzj",
    "turkish": "ж=j й=y х=h ц=ts ч=ç ш=ş щ=şç ю=yu я=ya дж=c ё=yo",
    "ukrainian": "г=h и=y й=i ю=iu я=ia є=ie ї=i х=kh щ=shch",
    "belarusian": "г=h ў=u в=v ж=zh х=kh ю=iu я=ia е=ie",
    "azeri": "ж=j х=x ч=ç ш=ş й=y дж=c",
    "loose": "ё=e ж=zh й=_ х=h ц=tz ю=u я=a ый=y ий=y щ=sch",
    "loose c": "ж=j х=kh ц=c ч=ch щ=sch й=y ий=ii ый=yi кс=x",
}


def romanised(word: str, scheme: str) -> str:
    """A word in small Cyrillic letters by one scheme of DIFFERENCES."""
    changes = _changes(scheme)
    heard, at = "", 0
    while at < len(word):
        for size in (2, 1):
            piece = word[at : at + size]
            sound = changes.get(piece) or (_ENGLISH.get(piece) if size == 1 else None)
            if sound is not None:
                heard += sound.replace("_", "")
                at += size
                break
        else:
            at += 1
    return heard


@cache
def _changes(scheme: str) -> dict[str, str]:
    return dict(part.split("=") for part in DIFFERENCES[scheme].split())


_WADE: Final = (
    ("zhi", "chih"), ("shi", "shih"), ("chi", "chih"), ("ri", "jih"), ("zi", "tzu"), ("ci", "tzu"), ("si", "ssu"),
    ("zh", "ch"), ("j", "ch"), ("q", "ch"), ("x", "hs"), ("z", "ts"), ("c", "ts"), ("r", "j"),
    ("d", "t"), ("g", "k"), ("b", "p"),
)  # fmt: skip


def wade_giles(syllable: str) -> str:
    """A Mandarin syllable as Taiwan and older books write it, without marks."""
    for start, other in _WADE:
        if syllable.startswith(start) and (start[-1] != "i" or syllable == start):
            if start == "c" and syllable.startswith("ch"):
                continue
            syllable = other + syllable[len(start) :]
            break
    return syllable.replace("ong", "ung").replace("ian", "ien").replace("v", "u")


# Hong Kong's customary spellings of Cantonese sounds.
_INITIALS: Final = {
    "z": "ch ts j tz", "c": "ch ts", "j": "y", "gw": "kw gw", "b": "p b", "d": "t d", "g": "k g",
    "s": "s sh", "ng": "ng _", "kw": "kw",
}  # fmt: skip
_FINALS: Final = {
    "aa": "a ah", "aai": "ai", "aau": "au", "aam": "am aam", "aan": "an", "aang": "ang", "aap": "ap", "aat": "at",
    "aak": "ak", "ai": "ai", "au": "au ow", "am": "am um", "an": "an un en", "ang": "ang", "ap": "ap up",
    "at": "at ut", "ak": "ak", "ei": "ei ee i ay", "eng": "eng ing", "ek": "ek ik", "i": "i ee ze z", "iu": "iu",
    "o": "o or", "oi": "oi oy", "ou": "o ou u", "u": "u oo", "ui": "ui", "oe": "eu", "oeng": "eung", "oek": "euk",
    "eoi": "ui oi", "eon": "un on", "eot": "ut", "yu": "yu ue u", "yun": "uen yuen un", "yut": "uet yut", "ung": "ung",
}  # fmt: skip


def hong_kong(initial: str, final: str) -> list[str]:
    return [
        (one + other).replace("_", "").replace("yy", "y")
        for one in _INITIALS.get(initial, initial or "_").split()
        for other in _FINALS.get(final, final).split()
    ]


# Given names and patronymics of the same root; the first letters of the latter follow them.
UKRAINIAN: Final = dict(
    pair.split("=")
    for pair in """
владимир=володимир николай=микола сергей=сергій дмитрий=дмитро александр=олександр алексей=олексій андрей=андрій
виталий=віталій евгений=євген михаил=михайло василий=василь григорий=григорій анатолий=анатолій валерий=валерій игорь=ігор
юрий=юрій павел=павло петр=петро иван=іван степан=степан федор=федір филипп=пилип антон=антін елена=олена анна=ганна
наталья=наталія татьяна=тетяна ирина=ірина светлана=світлана екатерина=катерина ольга=ольга людмила=людмила
елизавета=єлизавета мария=марія виктория=вікторія юлия=юлія анастасия=анастасія ксения=оксана александра=олександра
владимирович=володимирович николаевич=миколайович сергеевич=сергійович дмитриевич=дмитрович александрович=олександрович
алексеевич=олексійович андреевич=андрійович витальевич=віталійович евгеньевич=євгенович михайлович=михайлович
васильевич=васильович григорьевич=григорович анатольевич=анатолійович валерьевич=валерійович игоревич=ігорович
юрьевич=юрійович павлович=павлович петрович=петрович иванович=іванович викторович=вікторович федорович=федорович
владимировна=володимирівна николаевна=миколаївна сергеевна=сергіївна дмитриевна=дмитрівна александровна=олександрівна
алексеевна=олексіївна андреевна=андріївна витальевна=віталіївна евгеньевна=євгенівна михайловна=михайлівна
васильевна=василівна григорьевна=григорівна анатольевна=анатоліївна валерьевна=валеріївна игоревна=ігорівна юрьевна=юріївна
павловна=павлівна петровна=петрівна ивановна=іванівна викторовна=вікторівна федоровна=федорівна киселева=кісельова
киселев=кисельов соловьев=соловйов воробьев=воробйов королев=корольов ковалев=ковальов гринев=гриньов алексеев=алексєєв
""".split()
)


_UKRAINIAN_LETTERS: Final = (
    ("ская", "ська"), ("ский", "ський"), ("цкая", "цька"), ("цкий", "цький"), ("овна", "івна"), ("ьевна", "іївна"),
    ("евна", "ївна"), ("ьевич", "ійович"), ("ой", "ий"), ("ая", "а"), ("льё", "льйо"), ("ё", "ьо"), ("и", "і"),
    ("ы", "и"), ("э", "е"), ("ъ", ""), ("ае", "ає"), ("ее", "еє"), ("іе", "іє"), ("ье", "ьє"),
)  # fmt: skip


def ukrainian(word: str) -> str:
    """A Russian word (small letters) as Ukrainian papers spell it."""
    if word in UKRAINIAN:
        return UKRAINIAN[word]
    for russian, other in _UKRAINIAN_LETTERS:
        word = word.replace(russian, other)
    return word
