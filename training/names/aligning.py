"""Words taken from pairs of whole names: those that the tables so far say belong together."""

from tocsin.names.alphabets import ARABIC, JYUTPING, LATIN
from tocsin.names.forms import Token, read_name
from training.names.samples import Pair

_CODE = {"Latn": LATIN, "Arab": ARABIC}
ENOUGH = 2.5  # nats


def align(found, rows: list[Pair], everything: bool) -> int:  # type: ignore[no-untyped-def]
    """Add to `found` the words of same names that answer each other; how many."""
    from tocsin.names.edits import Edits

    edits = Edits.fresh()
    number = 0
    for row in rows:
        if not row.same or (row.check and not everything):
            continue
        ones, others = read_name(row.one).tokens, read_name(row.other).tokens
        for a, b in _partners(ones, others, edits):
            number += _add(found, a, b)
    return number


def _partners(ones, others, edits):  # type: ignore[no-untyped-def]
    scored = sorted(
        ((edits.log_ratio(a, b), i, j) for i, a in enumerate(ones) for j, b in enumerate(others)),
        reverse=True,
    )
    left, right = set(range(len(ones))), set(range(len(others)))
    for score, i, j in scored:
        if score > ENOUGH and i in left and j in right:
            left.discard(i)
            right.discard(j)
            yield ones[i], others[j]
    if len(left) == len(right) == 1:  # what is left over on both sides is likely each other's
        yield ones[left.pop()], others[right.pop()]


def _add(found, a: Token, b: Token) -> int:  # type: ignore[no-untyped-def]
    if a.script not in _CODE or b.script not in _CODE or "initial" in (a.kind, b.kind):
        return 0
    one, other = _CODE[a.script], _CODE[b.script]
    if one > other:
        a, b, one, other = b, a, other, one
    found.add(one, a.text, other, b.text, 1.0)
    if one == other:
        found.add(one, b.text, other, a.text, 1.0)
    return 1


def cantonese(found, rows: list[Pair], everything: bool) -> None:  # type: ignore[no-untyped-def]
    """Hong Kong names, syllable by syllable: as many Latin words as characters, in their order."""
    for row in rows:
        if row.stratum != "hk_zh_lat" or not row.same:
            continue
        if row.check and not everything:
            continue
        characters = [c for c in row.one if "\u4e00" <= c <= "\u9fff"]
        latin = [t.text for t in read_name(row.other).tokens if t.script == "Latn" and not t.aside]
        if len(latin) < len(characters) or len(characters) < 2:
            continue
        for character, word in zip(characters, latin, strict=False):
            found.add(LATIN, word, JYUTPING, character, 2.0)
            found.known[JYUTPING][character] += 1
        found.add(
            LATIN, "".join(latin[1 : len(characters)]), JYUTPING, "".join(characters[1:]), 2.0
        )
