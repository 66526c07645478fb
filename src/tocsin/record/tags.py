"""What a record can be found by, as keyed hashes: its case, and whom it names.

A tag tells nothing without the house's tag key. Tags are derived from one record's
body alone, so that an auditor who opens every body can make them all again.
docs/record-format.md has the table; this is map function 1, and it is frozen.
"""

import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256

from tocsin.domain.ledger import DIRECTORY
from tocsin.record.canonical import Value
from tocsin.record.commitments import HASH_BYTES, SALT_BYTES, SEED_BYTES

KEY_BYTES = 32
MAP_FUNCTION = 1
PIECE = 1_000  # characters
SUBJECT, PLACE, CLASS, CASE = "subject", "place", "class", "case"
KINDS = frozenset({SUBJECT, PLACE, CLASS, CASE})
WATCHES = frozenset({"WatchBegun", "WatchWidened"})

_TAG = b"tocsin/tag/1\0"
_TAGS = b"tocsin/tags/1\0"
_SALT = b"tocsin/tags-salt/1\0"


def tag(key: bytes, kind: str, text: str) -> bytes:
    """The 32-byte tag of `text`, which is taken as it is: fold it first where it is a name.

    Raises ValueError unless the key is 32 bytes and `kind` one of `KINDS`.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a tag key is 32 bytes")
    if kind not in KINDS:
        raise ValueError("not a known kind of tag")
    return hmac.digest(key, b"%b%b\0%b" % (_TAG, kind.encode(), _utf8(text)), "sha256")


def folded(text: str) -> str:
    """`text` as it is compared: without case, accents or punctuation, words parted by one space.

    A text in which nothing is a letter, a digit or a vowel sign is kept as it stands, so
    that only a blank one becomes empty. Folding twice changes nothing.
    Source: Unicode 14 or later; what is assigned later may fold otherwise in older Pythons.
    """
    # In pieces: putting accents in order takes the square of their number, and here they all go.
    pieces = (_decomposed(text[at : at + PIECE]) for at in range(0, len(text), PIECE))
    kept = "".join(_kept(character) for piece in pieces for character in piece)
    return " ".join(kept.split()) or " ".join(text.split())


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    # Accents; and joiners, which are not seen, so that they part no word.
    if unicodedata.combining(character) or category == "Cf":
        return ""
    return character if character.isalnum() or category[0] == "M" else " "


def name_keys(name: str) -> frozenset[str]:
    """What a name is tagged as, and looked up by: folded, and with its words in order too.

    So "Lind, Anna" finds "Anna Lind". Empty for a blank name.
    """
    words = folded(name)
    return frozenset({words, " ".join(sorted(words.split()))} - {""})


def tags_of(key: bytes, case_id: str, kind: str, fields: Mapping[str, Value]) -> tuple[bytes, ...]:
    """The tags of one record, ascending: its case, and whom and where it names.

    `fields` is the record's body. Records of the house (`case_id` begins with "~") have
    no tag, but for contacts of its directory, which are found by name and hang together as a
    case does. Raises ValueError where a field that is tagged has another shape.
    """
    if case_id.startswith("~") and not case_id.startswith(DIRECTORY):
        return ()
    found = {tag(key, CASE, case_id)}
    found.update(tag(key, SUBJECT, one) for name in _names(kind, fields) for one in name_keys(name))
    if kind == "VictimNamed" and (place := folded(_text(fields.get("place")))):
        found.add(tag(key, PLACE, place))
    return tuple(sorted(found))


def _names(kind: str, fields: Mapping[str, Value]) -> Iterable[str]:
    """Whom a record of this kind names."""
    if kind == "ContactRecorded":
        contact = fields.get("contact")
        yield _text(contact.get("name") if isinstance(contact, Mapping) else None)
    elif kind == "VictimNamed":
        yield _text(fields.get("name"))
        yield from map(_text, _texts(fields.get("known_as")))
    elif kind == "InboundRecorded":
        yield _text(fields.get("sender"))
    elif kind in WATCHES:
        yield from map(_text, _texts(fields.get("names")))


def commit_tags(tags: Collection[bytes], seed: bytes) -> bytes:
    """The 32-byte commitment to a record's tags, salted from its seed; to none as to some.

    Were it zeros for none, each leaf would show whether it is a case's. The order and
    repetition of `tags` do not matter. Raises ValueError unless each is 32 bytes and so is
    the seed.
    """
    ordered = sorted(set(tags))
    if len(seed) != SEED_BYTES or any(len(one) != HASH_BYTES for one in ordered):
        raise ValueError("a seed and each tag are 32 bytes")
    salt = hmac.digest(seed, _SALT, "sha256")[:SALT_BYTES]
    return sha256(_TAGS + salt + len(ordered).to_bytes(4) + b"".join(ordered)).digest()


def _texts(value: Value) -> Iterable[Value]:
    if isinstance(value, (list, tuple)):
        return value
    raise ValueError("names are a list")


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("a name or a place is a text")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # The original error carries the whole text.
        raise ValueError("a lone surrogate has no tag") from None
