"""A name laid out in one place, its words one after the other, to be compared with many."""

from tocsin.names.compiling import inner_numeric
from tocsin.names.native import (
    LONGEST,
    TOKENS,
    WAYS,
    Names,
    Side,
    Tables,
    Units,
    Words,
)  # fmt: skip


@inner_numeric
def lay_out(words: Words, names: Names, name: int, out: Side) -> None:
    """Put a name's words into `out`, each in the ways it is spelled. Joins wait until asked."""
    begin = names.begin[name]
    count = min(names.begin[name + 1] - begin, TOKENS)
    out.words[0] = count
    for place in range(count):
        word = names.word[begin + place]
        out.word[place] = word
        out.kind[place] = names.kind[begin + place]
        for fact in range(3):
            out.fact[place, fact] = words.fact[word, fact]
        out.rarity[place] = words.rarity[word]
        first = words.symbol_begin[word]
        out.known[place] = words.symbol_begin[word + 1] - first
        for symbol in range(out.known[place]):
            out.symbols[place, symbol] = words.symbols[first + symbol]
        lay_ways(words, word, place, out)
        out.ways[TOKENS + place] = -1
        out.ways[2 * TOKENS + place] = -1


@inner_numeric
def lay_ways(words: Words, word: int, place: int, out: Side) -> None:
    first = words.way_begin[word]
    out.ways[place] = min(words.way_begin[word + 1] - first, WAYS)
    for way in range(out.ways[place]):
        out.alphabet[place, way] = words.alphabet[first + way]
        out.improbable[place, way] = words.weight[first + way, 0]
        out.usual[place, way] = words.weight[first + way, 1]
        begin, at = words.letter_begin[first + way], (place * WAYS + way) * LONGEST
        out.size[place, way] = words.letter_begin[first + way + 1] - begin
        for letter in range(out.size[place, way]):
            for unit in range(5):
                out.units[at + letter, unit] = words.letters[begin + letter, unit]


@inner_numeric
def join(out: Side, start: int, length: int, tables: Tables) -> None:
    """Spell neighbours as one word, in every alphabet that all of them can be spelled in."""
    span = (length - 1) * TOKENS + start
    out.ways[span] = 0
    for way in range(out.ways[start]):
        alphabet = out.alphabet[start, way]
        if way > 0 and out.alphabet[start, way - 1] == alphabet:
            continue  # a second way in one alphabet is for words that stand alone
        place = out.ways[span]
        at = (span * WAYS + place) * LONGEST
        size = 0
        improbable, usual = 0.0, 0.0
        for word in range(start, start + length):
            chosen = way if word == start else way_in(out, word, alphabet)
            if chosen < 0:
                size = -1
                break
            size = lay(out, word, chosen, at, size)
            improbable += out.improbable[word, chosen]
            usual += out.usual[word, chosen]
        if size > 0:
            group(alphabet, tables, out.units, at, size)
            out.alphabet[span, place] = alphabet
            out.size[span, place] = size
            out.improbable[span, place] = improbable
            out.usual[span, place] = usual
            out.ways[span] = place + 1


@inner_numeric
def way_in(out: Side, word: int, alphabet: int) -> int:
    """The first way of a word in an alphabet, or -1; a Latin word stands as it is for the Roman."""
    for way in range(out.ways[word]):
        if out.alphabet[word, way] == alphabet or (alphabet == 8 and out.alphabet[word, way] == 0):
            return way
    return -1


@inner_numeric
def lay(out: Side, word: int, way: int, at: int, size: int) -> int:
    """Put a way's letters behind those that lie there; how many there are now."""
    first = (word * WAYS + way) * LONGEST
    for place in range(out.size[word, way]):
        if size == LONGEST:
            break
        out.units[at + size, 0] = out.units[first + place, 0]
        size += 1
    return size


@inner_numeric
def group(alphabet: int, tables: Tables, units: Units, at: int, size: int) -> None:
    """Find the groups of two to four letters that begin at each letter."""
    which = 0 if alphabet == 8 else alphabet  # the Roman way is spelled in Latin
    for place in range(size):
        node = tables.branch[which, 0, units[at + place, 0]]
        for wide in range(1, 4):
            units[at + place, wide] = -1
        units[at + place, 4] = 0
        for wide in range(1, 4):
            if place + wide >= size or node == 0:
                break
            node = tables.branch[which, node, units[at + place + wide, 0]]
            if node and tables.unit[which, node] >= 0:
                units[at + place, wide] = tables.unit[which, node]
                units[at + place, 4] = wide
