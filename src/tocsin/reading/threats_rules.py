"""The rules of threat, over the classes of words; one set for every language.

A rule is a pattern of bounded length over the letters of threats_words.py, with a name that a
duty officer can read. Which rules agree is what weights and thresholds are about
(threats_weights.json, made by training/reading/threat_rules.py).
"""

import re

# The letters of harm: verbs that kill, injure, abduct, attack; with hurting; with nouns.
_DO, _HARM, _NOUN = "[KJNS]", "[KJNSH]", "[kjns]"
_ANY = "[KJNSkjns]"
_WHO = "[bcfv]"

RULES: tuple[tuple[str, str, str], ...] = (
    ("announced-harm", rf"F[^.?!Z]{{0,4}}{_DO}", "harm is announced"),
    ("announced-hurt", r"F[^.?!]{0,4}H", "somebody will be made to suffer"),
    ("announced-death", r"F[^.?!]{0,5}D", "death is announced"),
    ("own-harm", rf"i[^.?!]{{0,3}}F[^.?!Z]{{0,4}}{_HARM}", "the speaker will do harm"),
    ("own-act", rf"i[^.?!aZ]{{0,4}}{_HARM}", "the speaker and harm"),
    ("own-death", r"iF[^.?!]{0,6}D", "the speaker and a death to come"),
    (
        "harm-to-you",
        rf"{_HARM}[^.?!]{{0,3}}v|v[^.?!]{{0,4}}F[^.?!]{{0,3}}{_HARM}",
        "harm to the one spoken to",
    ),
    ("death-to-you", r"v[^.?!]{0,5}D|D[^.?!]{0,3}v", "death and the one spoken to"),
    ("you-will-die", r"v[^.?!]{0,3}F[^.?!]{0,4}D|Fv[^.?!]{0,4}D", "the one spoken to is to die"),
    ("body-of-you", r"v_?B|Bv|B[^.?!]{0,2}v", "the body of the one spoken to"),
    ("harm-to-body", rf"{_HARM}[^.?!]{{0,3}}B|B[^.?!]{{0,3}}{_HARM}", "harm to a body"),
    ("harm-to-person", rf"{_DO}[^.?!]{{0,4}}[bcf]", "harm to a person"),
    ("person-harmed", rf"[bcf][^.?!]{{0,5}}{_DO}", "a person, then harm"),
    ("harm-to-place", r"S[^.?!]{0,5}l|l[^.?!]{0,4}S|s[^.?!]{0,4}l", "an attack where people are"),
    ("own-family", r"vf|fv|f[^.?!]{0,2}v", "the family of the one spoken to"),
    ("threat-of-harm", rf"T[^.?!]{{0,6}}{_ANY}|{_ANY}[^.?!]{{0,4}}T", "a threat of harm"),
    ("threat-of-death", r"T[^.?!]{0,3}D|D[^.?!]{0,2}T", "a threat of death"),
    ("threat-to-person", rf"T[^.?!]{{0,4}}{_WHO}", "a threat to a person"),
    ("person-threatened", r"[bcf]_?a?a?T|[bcf][^.?!]{0,4}aT", "a person is threatened"),
    ("threat-to-place", r"T[^.?!]{0,4}l", "a threat to a place"),
    ("group-threatens", r"G[^.?!]{0,5}T", "a group threatens"),
    ("plan-of-harm", rf"P[^.?!]{{0,5}}{_ANY}", "harm is planned"),
    ("harm-planned", rf"{_ANY}[^.?!]{{0,4}}P", "harm, and a plan"),
    ("plan-to-hurt", r"P[^.?!]{0,4}H|H[^.?!]{0,3}P", "somebody is meant to suffer"),
    ("plan-of-death", r"P[^.?!]{0,5}D", "a plan and a death"),
    ("plan-against-person", rf"P[^.?!]{{0,4}}{_WHO}", "a plan and a person"),
    ("plan-to-kill", r"(?<!a)P[^.?!ZYQa]{0,4}[KN]", "a plan to kill or abduct"),
    ("attack-planned", r"[Sskn]_{1,2}P", "an attack is planned"),
    ("plan-with-weapon", r"P[^.?!]{0,8}W|W[^.?!]{0,8}P", "a plan and a weapon"),
    ("group-plans", r"G[^.?!]{0,6}P", "a group plans"),
    (
        "said-harm-to-come",
        rf"A[^.?!]{{0,8}}F[^.?!]{{0,4}}{_HARM}",
        "somebody said that harm would be done",
    ),
    ("warning-of-harm", rf"w[^.?!]{{0,8}}{_ANY}|{_ANY}[^.?!]{{0,4}}w", "a warning of harm"),
    ("warning-to-come", r"w[^.?!]{0,8}[FP]", "a warning of what is planned"),
    ("unless-harm", r"C[^.?!]{0,25}[KJNSHDB]|[KJNSHD][^.?!]{0,15}C", "harm on a condition"),
    ("unless-to-come", r"C.{0,30}F|F.{0,20}C", "something to come on a condition"),
    ("unless-you", r"C[^.?!]{0,6}v|v[^.?!]{0,8}C", "a condition for the one spoken to"),
    ("demand-or-harm", r"d[^.?!]{0,20}[KJNSHDkjn]|[KJNSHDkjn][^.?!]{0,15}d", "a demand and harm"),
    ("harm-on-a-day", rf"t[^.?!]{{0,10}}{_HARM}|{_HARM}[^.?!]{{0,10}}t", "harm on a day to come"),
    ("watched-person", rf"R[^.?!]{{0,5}}{_WHO}|{_WHO}[^.?!]{{0,3}}R", "somebody is watched"),
    ("watched-and-armed", r"R[^.?!]{0,10}W|W[^.?!]{0,10}R", "a weapon got or a target watched"),
    ("watched-and-harm", rf"R.{{0,12}}{_ANY}|{_ANY}.{{0,12}}R", "watching and harm"),
    ("watched-place", r"R[^.?!]{0,6}l", "a place is watched"),
    ("armed-for-person", rf"W[^.?!]{{0,6}}{_WHO}", "a weapon and a person"),
    ("armed-for-place", r"W[^.?!]{0,6}l|l[^.?!]{0,4}W", "a weapon and a place"),
    ("own-weapon", r"i[^.?!]{0,4}W", "the speaker has a weapon"),
    ("weapon-to-come", r"F[^.?!]{0,6}W|W[^.?!]{0,6}F", "a weapon and what is to come"),
    ("bounty", rf"\$[^.?!]{{0,8}}{_ANY}|{_ANY}[^.?!]{{0,8}}\$|T[^.?!]{{0,8}}\$", "money for harm"),
    ("revenge-to-come", rf"r[^.?!]{{0,8}}[FPKJNS{_WHO[1:-1]}]|[FPi][^.?!]{{0,6}}r", "revenge"),
    (
        "order-to-harm",
        r"^[_.\"!i-]{0,2}[KS][^.?!]{0,3}[bcvf]|[.!\"][KS][^.?!]{0,2}[bcvf]",
        "an order to harm",
    ),
    ("order-to-kill", r"I_?[KNSJ]|^[_.\"!-]{0,1}K[bcf]", "an order to kill"),
    ("weapon-as-threat", r"WT", "a bomb announced, bullets or powder sent"),
    ("own-killing", r"i_?F[^.?!Z4]{0,2}[KN]", "the speaker will kill or abduct"),
    ("threat-to-kill", r"T[^.?!ZX]{0,2}[KN]|[KN]_?T|T[Dk]|D_?T|Ty.?[KN]", "a threat to kill"),
    ("veiled-you", r"V.{0,12}[vif]|[vif].{0,12}V", "veiled words to the one spoken to"),
    ("you-by-day", r"v[^.?!]{0,8}t|t[^.?!]{0,8}v", "the one spoken to and a day"),
    (
        "own-to-you",
        r"i[^.?!]{0,3}F[^.?!]{0,5}v|iF[^.?!]{0,8}v",
        "the speaker announces something to somebody",
    ),
    ("harm-done", rf"a[^.?!Z]{{0,2}}{_DO}|aK", "harm was done"),
    (
        "harm-to-done-person",
        r"a[KJNS][^.?!]{0,4}[bcf]|[bcf][^.?!]{0,3}a[KJNS]",
        "a person was harmed",
    ),
    ("harm-not-done", rf"Z[^.?!]{{0,4}}{_ANY}", "no harm"),
    ("no-plan", r"Z[^.?!]{0,4}[PTw]", "no plan or threat"),
    (
        "denied-harm",
        r"Y[^.?!]{0,14}[KJNSHDkjnsTW]|[KJNSHDkjnsTW][^.?!]{0,14}Y",
        "harm or threat denied",
    ),
    ("denied-plan", r"Y[^.?!]{0,10}P|P[^.?!]{0,10}Y", "a plan denied"),
    ("tried-harm", rf"Q[^.?!]{{0,6}}{_ANY}|{_ANY}[^.?!]{{0,6}}Q", "harm was tried or failed"),
    ("spared", rf"{_ANY}.{{0,20}}q|q.{{0,14}}{_ANY}|Q.{{0,10}}q", "the victim was spared"),
    ("maybe-harm", r"M[^.?!]{0,6}[KJNSHkjnsDP]", "harm may be meant"),
    ("likely-harm", r"p[^.?!]{0,8}[KJNSHkjnsDPT]", "harm is believed"),
    ("heard-of-harm", r"h.{0,15}[KJNSHkjnsPTW]", "a source tells of harm"),
    ("group-harms", rf"G[^.?!]{{0,6}}{_DO}|{_DO}[^.?!]{{0,6}}G", "a group and harm"),
    ("history-of-harm", r"O.{0,20}[KJNSkjnsD]|[KJNSkjnsD].{0,20}O", "harm long ago"),
    (
        "played-harm",
        r"[123].{0,20}[KJNSkjnsDW]|[KJNSkjnsDW].{0,20}[123]",
        "harm in fiction, sport or a drill",
    ),
    (
        "figure-of-harm",
        r"4.{0,15}[KJNSHkjnsDW]|[KJNSHkjnsDW].{0,15}4",
        "harm in business, love or jest",
    ),
    ("mishap", r"5.{0,15}[KDajJ]|[KDJ].{0,15}5", "an accident or nature"),
    ("held", r"[Nn].{0,20}0|0.{0,15}[Nn]", "somebody is held or missing"),
    ("at-large", rf"{_ANY}.{{0,25}}g|g.{{0,10}}{_ANY}", "whoever did it is at large"),
    ("quoted-harm", rf'"[^"]{{0,14}}{_HARM}', "harm in quotation marks"),
)
# What reports of agencies say of threatened incidents: who threatened whom with what.
_INCIDENT: tuple[tuple[str, str], ...] = (
    ("threat-to-act", r"T[^.?!X]{0,4}[KJNSk]"),
    ("death-threat", r"TD|D_?T|Tk|kT"),
    ("bomb-threat", r"WT|T[^.?!]{0,3}W"),
    ("threat-to-official", r"T[^.?!X]{0,3}[cf]"),
    ("official-threatened", r"c[^.?!]{0,3}aa?_?T|f[^.?!]{0,3}aT"),
    ("group-and-threat", r"G[^.?!]{0,4}T"),
    ("threat-by-group", r"T[^.?!]{0,5}G"),
    ("threat-where-people-are", r"T[^.?!X]{0,3}l"),
    ("own-announcement", r"iF[^.?!Z]{0,3}[KN]|iF[^.?!Z]{0,3}S[^.?!]{0,5}[Wcl]"),
    ("sworn-to-kill", r"P[^.?!]{0,2}K[^.?!]{0,4}[bcf#]"),
    ("plan-against-official", r"P[^.?!]{0,3}[KNSkn][^.?!]{0,5}[cf]"),
    ("will-be-killed", r"F_?_?a?aK|F_{0,2}aN"),
    ("threat-to-an-order", r"T[^.?!]{0,4}X|X[^.?!]{0,3}aT"),
    ("threat-and-message", r"A[^.?!]{0,6}T|T[^.?!]{0,6}A"),
    ("threat-and-demand", r"d[^.?!]{0,12}T|T[^.?!]{0,12}d"),
    ("threat-and-guard", r"x[^.?!]{0,12}T|T[^.?!]{0,12}x"),
    ("threat-of-number", r"T[^.?!]{0,6}#|K[^.?!]{0,4}#"),
    ("threat-on-condition", r"T.{0,25}C|C.{0,15}T"),
    (
        "said-would-kill",
        r"A[^.?!]{0,6}F[^.?!Z]{0,3}[KN]|A[^.?!]{0,6}F[^.?!Z]{0,3}S[^.?!]{0,6}[Wcl]",
    ),
    ("threatened-to-act", r"Ty[^.?!X]{0,3}[KNSJ]"),
    ("threatened-somebody", r"Ty[^.?!X]{0,3}[bcf]"),
    ("was-threatened", r"a_?Ty"),
    ("threat-against", r"T_{0,2}m(?![^.?!]{0,2}X)"),
    ("threat-received", r"z[^.?!]{0,5}T|T[^.?!]{0,3}z|TyA"),
    ("any-threat", r"T"),
    ("no-threat", r"Z[^.?!]{0,3}T|Y[^.?!]{0,8}T"),
)
INCIDENT = tuple((name, re.compile(pattern)) for name, pattern in _INCIDENT)
PATTERNS = tuple((name, re.compile(pattern)) for name, pattern, _ in RULES)


def _leading(pattern: str) -> frozenset[str]:
    """The letters with one of which every match begins; none if that cannot be said."""
    letters: set[str] = set()
    for alternative in re.split(r"\|(?![^\[]*\])", pattern):
        head = re.match(r"\\?([A-Za-z0-9$\"])|\[([^\]^]+)\]", alternative)
        if head is None:
            return frozenset()
        letters |= set(head[1] or head[2])
    return frozenset(letters)


_LEADING = tuple(
    (_leading(pattern), name, re.compile(pattern).search) for name, pattern, _ in RULES
)


def matching_rules(classes: str, letters: set[str]) -> set[str]:
    """The names of all patterns that match a sentence's `classes`, of which `letters` are those."""
    return {
        name
        for leading, name, search in _LEADING
        if not (leading and leading.isdisjoint(letters)) and search(classes)
    }


NAMES = {name: told for name, _, told in RULES}
