"""Which keys a published log is checked with: those given, and those they handed over to.

A rotation is a record in the log, disclosed in a file beside it but for who did it. It counts
only if it is the leaf at its index, if every old and every new key signed it, and if it starts
from a key that is trusted so far. docs/record-format.md has the form.
"""

from base64 import b64decode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tocsin.record import shape
from tocsin.record.canonical import Value, canonical, parse
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.disclosure import Disclosure, check
from tocsin.record.leaf import LEAF_BYTES
from tocsin.record.log_faults import Faults, LogFaultCode, Names, Quorum, Read, why
from tocsin.record.note import KeyType, Note, VerifierKey
from tocsin.record.signing import signed_at, signs, verify_bytes
from tocsin.record.tiles import WIDTH, Tile
from tocsin.record.trust import NONE, TrustPolicy

ENTRY_BYTES = 2 + LEAF_BYTES
MOST_ROTATIONS = 1_000
MAX_ROTATION_BYTES = 2**18
SHOWN = frozenset(
    {"kind", "case_id", "at", "generation", "origin", "old", "new", "reason"}
    | {"signed_by_old", "signed_by_new"}
)
"""The fields of a rotation that are published: not by whom."""

_STATEMENT = b"tocsin/key-rotation/1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines under a checkpoint, by whose key they claim to be."""

    good: dict[VerifierKey, int | None]  # and when each says that it signed, seconds since 1970
    wrong: tuple[VerifierKey, ...]
    unknown: tuple[str, ...]  # name and id of keys that were not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """From this leaf on, `new` sign for the log in place of `old`."""

    index: int
    generation: int
    old: frozenset[VerifierKey]
    new: frozenset[VerifierKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Every key that may stand under this log's checkpoints."""

    newest: frozenset[VerifierKey]  # each must have signed the newest checkpoint
    generations: tuple[frozenset[VerifierKey], ...]  # one of them must have signed an older one
    cosigners: frozenset[VerifierKey]

    @property
    def all(self) -> frozenset[VerifierKey]:
        return self.cosigners.union(self.newest, *self.generations)


def named(key: VerifierKey) -> str:
    """A key as signature lines name it."""
    return f"{key.name}+{key.id.hex()}"


def names_of(keys: Iterable[VerifierKey]) -> tuple[str, ...]:
    """Keys as signature lines name them, sorted."""
    return tuple(sorted(map(named, keys)))


def judge_lines(checkpoint: Checkpoint, note: Note, keys: Collection[VerifierKey]) -> Lines:
    """Which of `keys` signed. A second line of one key is wrong: which time did it state?"""
    known = {(key.name, key.id): key for key in keys}
    good: dict[VerifierKey, int | None] = {}
    wrong: list[VerifierKey] = []
    unknown: list[str] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            unknown.append(f"{line.name}+{line.key_id.hex()}")
        elif key not in good and signs(key, line, checkpoint):
            good[key] = signed_at(key, line)
        else:
            wrong.append(key)
    return Lines(good=good, wrong=tuple(wrong), unknown=tuple(unknown))


def judge_newest(
    path: str,
    checkpoint: Checkpoint,
    note: Note,
    keys: Collection[VerifierKey],
    policy: TrustPolicy | None,
    rotations: Sequence[Rotation],
    faults: Faults,
) -> tuple[Keyring, Lines]:
    """Whom to believe about a checkpoint, and who signed it; who should have is a fault."""
    origin, logs = checkpoint.origin, [*keys, *(policy.log_keys if policy else ())]
    own = frozenset(key for key in logs if _is_of_log(key, origin))
    if not own:
        sentence = f"None of the keys given is this log's: it calls itself {origin!a}."
        faults.add(LogFaultCode.KEY_UNKNOWN, sentence)
    # A log does not cosign for itself, whatever else it is given for.
    others = {*keys, *(policy.witness_keys if policy else ())}
    ring = _keyring(
        own,
        rotations,
        judge_lines(checkpoint, note, own).good,
        frozenset(key for key in others if key.name != origin and key.type is not KeyType.ED25519),
    )
    lines = judge_lines(checkpoint, note, ring.all)
    wrong_lines(path, lines, faults)
    for name in names_of(ring.newest - lines.good.keys() - set(lines.wrong)):
        sentence = f"{path} is not signed by {name}, a key of this log."
        faults.add(LogFaultCode.SIGNATURE_WRONG, sentence)
    return ring, lines


def judge_quorum(
    path: str, lines: Lines, ring: Keyring, policy: TrustPolicy | None, faults: Faults
) -> Quorum:
    """Whether the policy is met, a fault if it is not."""
    if policy is None:
        return Quorum.NOT_ASKED
    if policy.met_by(lines.good.keys() & ring.cosigners):
        return Quorum.MET
    sentence = f"{path} does not have the cosignatures that the policy wants."
    faults.add(LogFaultCode.QUORUM_NOT_MET, sentence)
    return Quorum.NOT_MET


def wrong_lines(path: str, lines: Lines, faults: Faults) -> None:
    """A fault for each line that claims to be by a known key and is not."""
    for key in lines.wrong:
        sentence = f"{path} has a line that {named(key)} did not sign."
        faults.add(LogFaultCode.SIGNATURE_WRONG, sentence)


def cosigned_at(lines: Lines, ring: Keyring, policy: TrustPolicy | None) -> int | None:
    """When the quorum was reached, in seconds since 1970 UTC; without one, the newest time.

    One witness that signs later, or lies about the time, does not move a quorum of others.
    """
    cosigned = {key: at for key, at in lines.good.items() if key in ring.cosigners}
    timed = sorted((at, named(key), key) for key, at in cosigned.items() if at is not None)
    if policy is None or policy.quorum == NONE:
        return timed[-1][0] if timed else None
    met = [key for key, at in cosigned.items() if at is None]
    for at, _, key in timed:
        met.append(key)
        if policy.met_by(met):
            return at
    return None


def read_rotations(
    read: Read, names: Names, checkpoint: Checkpoint, faults: Faults
) -> list[Rotation]:
    """The rotations beside the log that are what they say, by leaf."""
    found: list[Rotation] = []
    for index in numbers(names("rotations"), ".json")[:MOST_ROTATIONS]:
        path = f"rotations/{index}.json"
        try:
            rotation = _rotation(read, path, index, checkpoint, found[-1:])
        except ValueError as error:
            sentence = f"{path} does not show a change of keys: {why(error)}."
            faults.add(LogFaultCode.ROTATION_WRONG, sentence, index)
        else:
            found.append(rotation)
    return found


def numbers(names: Iterable[str], suffix: str = "") -> list[int]:
    """The decimal numbers that names with `suffix` spell, ascending; other names are no one's."""
    stems = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
    return sorted(
        int(stem)
        for stem in stems
        if stem.isascii() and stem.isdecimal() and len(stem) < 19 and str(int(stem)) == stem
    )


def _rotation(
    read: Read, path: str, index: int, checkpoint: Checkpoint, before: Sequence[Rotation]
) -> Rotation:
    opened = Disclosure.from_value(parse(read(path) or b"", max_bytes=MAX_ROTATION_BYTES))
    if opened.leaf != _leaf(read, index, checkpoint.size):
        raise ValueError("it is not about the leaf there")
    fields = check(opened)
    if fields.get("kind") != "KeyRotated":
        raise ValueError("it is another kind of record")
    old, new = _keys(fields.get("old"), checkpoint), _keys(fields.get("new"), checkpoint)
    if not {key.type for key in new} >= {key.type for key in old}:
        raise ValueError("the new keys sign in fewer ways than the old")
    stated = {name: fields.get(name) for name in ("generation", "new", "old")}
    message = _STATEMENT + canonical({**stated, "origin": checkpoint.origin})
    for keys, name in ((old, "signed_by_old"), (new, "signed_by_new")):
        signatures = [b64decode(shape.text(one)) for one in shape.sequence(fields.get(name))]
        if len(signatures) != len(keys) or not all(
            verify_bytes(key, message, one) for key, one in zip(keys, signatures, strict=True)
        ):
            raise ValueError("not every old and every new key signed it")
    generation = shape.integer(fields.get("generation"))
    if any(generation <= one.generation for one in before):
        raise ValueError("its generation is not above the one before")
    return Rotation(
        index=index,
        generation=generation,
        old=frozenset(old),
        new=frozenset(new),
    )


def _leaf(read: Read, index: int, size: int) -> bytes:
    if index >= size:
        raise ValueError("the log has no such leaf")
    bundle, at = divmod(index, WIDTH)
    width = min(WIDTH, size - bundle * WIDTH)
    data = read(Tile(level=0, index=bundle, width=width).entries_path) or b""
    return data[at * ENTRY_BYTES + 2 : (at + 1) * ENTRY_BYTES]


def _keys(value: Value, checkpoint: Checkpoint) -> list[VerifierKey]:
    keys = [VerifierKey.from_text(shape.text(one)) for one in shape.sequence(value)]
    if (
        not keys
        or len(set(keys)) != len(keys)
        or not all(_is_of_log(key, checkpoint.origin) for key in keys)
    ):
        raise ValueError("its keys are not the log's")
    return keys


def _is_of_log(key: VerifierKey, origin: str) -> bool:
    """Whether the log itself signs with `key`."""
    return key.name == origin and key.type is not KeyType.ED25519_COSIGNATURE


def _keyring(
    given: frozenset[VerifierKey],
    rotations: Sequence[Rotation],
    signed: Collection[VerifierKey],
    cosigners: frozenset[VerifierKey],
) -> Keyring:
    """The keys given, and what follows from them; `signed` are those under the newest note."""
    trusted, generations = given, [given]
    for rotation in rotations:
        if trusted & rotation.old:
            # A key goes only by its own signature: one that the old list omits stays required.
            trusted = (trusted - rotation.old) | rotation.new
            generations.append(trusted)
    for rotation in reversed(rotations):
        if any(generation & rotation.new for generation in generations):
            generations.append(rotation.old)
    return Keyring(
        newest=given if given <= set(signed) else trusted,
        generations=tuple(generations),
        cosigners=cosigners,
    )
