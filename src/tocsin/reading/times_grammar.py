"""The grammar of time expressions, over the classes of words; one for every language.

Each rule is a pattern of bounded length, so that reading is linear in the text.
The letters are those of times_words.py.
"""

import re

_QUANTITY = r"(?:n-?n|(?:a?f|n)(?:\+?ah)?P?|(?:[0#]|4(?!g))(?:\+?ah|h)?P?|ha|a)"
_UNIT = r"[UVgk]"
_YEAR = r"(?:,?P?4(?!z)g?)"
# Two figures are a year only where the phrase ends: "4 FEB 90 (EFE)", not "4 February 90 men".
_SHORT_YEAR = r"(?:0(?=[(,.!¶:Ω\-]|$))"
_DATE = (
    rf"(?:d?[0o]P?[MmµJ]M?(?:\.?(?:{_YEAR}|{_SHORT_YEAR}))?|[MmJ]\.?d?[0o](?![UVgk0]){_YEAR}?|µ[0o],?4|[i/]"
    rf"|H{_YEAR}?|(?:4g|q)?[0n]3[0n]2?)"
)
_DAY = (
    rf"(?:(?:W,?O?d?)?{_DATE}(?:,?\(?W(?!K))?|[lxc]W|qW|d?W[lx](?![UVWMK0n#])|d?W|D|q(?=K|7|8|@))"
)
_CLOCK = r"(?:[78]z?|(?<=@)[49](?!g)[zkV]?|[49]z|(?<=@)#(?![UVgk_])|(?<=@)0k)"
_EARLY = r"(?:d?y-?(?:Pd?)?|[ER](?=[clq]))?"
_ABOUT = r"u?"

RULES: tuple[tuple[str, str], ...] = (
    ("days", rf"d?[0o][->]d?[0o]P?[Mm](?:\.?{_YEAR})?|[Mm]\.?[0o][->][0o](?![UVgk0]){_YEAR}?"),
    ("days", rf"(?<==)d?[0o]\+d?[0o]P?[Mm](?:\.?{_YEAR})?|(?<==)[Mm][0o]\+[0o]{_YEAR}?"),
    ("timed", rf"{_EARLY}{_DAY},?[@IO]?d?y?-?(?:K(?:,?[@I]?{_CLOCK})?|[@I]?{_CLOCK}(?:I?d?K)?)"),
    ("timed", rf"{_EARLY}(?:d?K|{_CLOCK}(?:,?I?d?K)?),?[OPI]?d?{_DAY}"),
    ("timed", rf"{_EARLY}(?:[lxcq]K|d?K[lx])(?:,?@?{_CLOCK})?|6(?:,?@?{_CLOCK})?|K{_CLOCK}"),
    ("timed", rf"u?{_CLOCK},?(?:[lxcq]K|6)"),
    ("ago", rf"{_ABOUT}(?:A{_QUANTITY}?-?{_UNIT}|AB|{_QUANTITY}?{_UNIT}A|BA)"),
    ("ahead", rf"{_ABOUT}(?:G{_QUANTITY}?-?{_UNIT}|GB|{_QUANTITY}?{_UNIT}G|BG)"),
    ("later", rf"{_ABOUT}(?:{_QUANTITY}{_UNIT}R|[BV]R)"),
    ("earlier", rf"{_ABOUT}(?:{_QUANTITY}{_UNIT}E|[BV]E)"),
    ("within", rf"x?(?:{_QUANTITY}{_UNIT}|B)L|(?<=[LG])(?:d?{_QUANTITY}-?{_UNIT}|B|V)(?![xvl])"),
    ("near", rf"{_EARLY}d?(?:[lxc]j?{_QUANTITY}?-?|{_QUANTITY}[lxc]){_UNIT}|d?[lx]B"),
    ("near", rf"{_EARLY}d?(?:{_QUANTITY}?{_UNIT}|B)[lx](?![UVWMK])"),
    ("beside", rf"{_EARLY}d?(?:[vbt]{_QUANTITY}?-?(?:{_UNIT}|K|W)|{_QUANTITY}?[UKW][vb])"),
    ("beside", r"dU[βαER](?=[,.!¶(]|$)"),
    ("day", rf"{_EARLY}{_DAY}"),
    ("nth", rf"{_EARLY}d?o-?[Uh](?:P?d?(?:4g?|[clx]U))?"),
    ("season", rf"{_EARLY}(?:[clx][Ss]|d?[Ss]P?4|d?S[lx]?)"),
    ("month", rf"{_EARLY}(?:q[0n]3|[lxc][MmJ]|[MmJ][lxv](?![UVWK])|[MmJ]\.?{_YEAR}|[0n]3)y?"),
    ("month", rf"{_EARLY}(?:[MJ]y?|(?<=[I~LFYP>y=\-])m)"),
    ("day", rf"{_EARLY}q"),
    ("near", r"dU(?![UVWMK])"),
    ("often", rf"e(?:o|{_QUANTITY})?-?(?:{_UNIT}|[WMK])|w|Å|Na?U"),
    ("refer", r"r|d?j[VU]"),
    ("year", rf"{_EARLY}4gy?"),
    ("hour", r"(?<=@)0k(?:I?d?K)?|[49][kV]"),
    ("soon", rf"(?<=I){_ABOUT}{_QUANTITY}-?{_UNIT}"),
    ("lasting", rf"{_ABOUT}(?:aU\+ah|{_QUANTITY}-?{_UNIT}|B|V)"),
    ("decade", rf"{_EARLY}d?C"),
    ("clock", rf"(?:{_EARLY}|u)(?:{_CLOCK}(?:,?I?d?K)?|(?<=I)dK)"),
    ("year", rf"{_EARLY}(?:XU?4|(?<![@#0n4])4(?![UVkK#_0n%]))"),
    ("year", rf"{_EARLY}(?<=[I~LFYP>=yβα+\-])4"),
)
_NAMES = tuple(name for name, _ in RULES)
# Most words of a text are none of these; the look ahead passes them at once.
_STARTS = r"(?=[^_.,!¶:Ω(+\-@OPFY>~LQTZpβαERN5]|N[aU]|[ER][clq])"
GRAMMAR = re.compile(
    _STARTS + "(?:" + "|".join(f"(?P<r{n}>{pattern})" for n, (_, pattern) in enumerate(RULES)) + ")"
)


def rule(match: re.Match[str]) -> str:
    """The name of the rule that matched."""
    return _NAMES[int((match.lastgroup or "r0")[1:])]
