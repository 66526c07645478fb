"""What no tool may accept: a proof or a log that differs from an honest one by a little."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.interop.published import AT_S, OLD_SIZE, SIZE, STRANGER, Claim, PublishedLog
from tocsin.record.checkpoint import issue, read
from tocsin.record.note import KeyType, SignatureLine
from tocsin.record.signing import Signer
from tocsin.record.tiles import WIDTH, read_entries, spell_entries

Twin = Callable[[PublishedLog, Claim], Claim]
FolderTwin = Callable[[PublishedLog, Path], object]


def flipped(data: bytes, at: int = 0) -> bytes:
    """The same with one bit turned."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _leaf(_log: PublishedLog, claim: Claim) -> Claim:
    return replace(claim, leaf=flipped(claim.leaf, 100))


def _path(_log: PublishedLog, claim: Claim) -> Claim:
    first, *rest = claim.proof.proof
    return replace(claim, proof=replace(claim.proof, proof=(flipped(first), *rest)))


def _shorter(_log: PublishedLog, claim: Claim) -> Claim:
    return replace(claim, proof=replace(claim.proof, proof=claim.proof.proof[:-1]))


def _longer(_log: PublishedLog, claim: Claim) -> Claim:
    return replace(claim, proof=replace(claim.proof, proof=(*claim.proof.proof, bytes(32))))


def _neighbour(_log: PublishedLog, claim: Claim) -> Claim:
    return replace(claim, proof=replace(claim.proof, index=claim.proof.index ^ 1))


def _beyond(_log: PublishedLog, claim: Claim) -> Claim:
    return replace(claim, proof=replace(claim.proof, index=SIZE))


def _with_checkpoint(claim: Claim, note: str) -> Claim:
    return replace(claim, proof=replace(claim.proof, checkpoint=note))


def _root(log: PublishedLog, claim: Claim) -> Claim:
    return _with_checkpoint(claim, with_another_root(log.newest))


def _size(log: PublishedLog, claim: Claim) -> Claim:
    return _with_checkpoint(claim, with_another_size(log.newest))


def _signed_root(log: PublishedLog, claim: Claim) -> Claim:
    return _with_checkpoint(claim, log.signed(SIZE, bytes(32)))


def _signed_size(log: PublishedLog, claim: Claim) -> Claim:
    return _with_checkpoint(claim, log.signed(2 * SIZE, read(log.newest.encode())[0].root))


def _stranger(log: PublishedLog, claim: Claim) -> Claim:
    return _with_checkpoint(claim, signed_by_a_stranger(log))


def _impostor(log: PublishedLog, claim: Claim) -> Claim:
    return _with_checkpoint(claim, signed_under_a_stolen_key_id(log))


def _without_the_key(log: PublishedLog, claim: Claim) -> Claim:
    checkpoint, note = read(log.newest.encode())
    others = [line for line in note.signatures if line.key_id != log.key.id]
    return _with_checkpoint(claim, f"{checkpoint.text}\n{''.join(line.text for line in others)}")


TWINS: dict[str, Twin] = {
    "a flipped bit in the leaf": _leaf,
    "a flipped bit in the proof": _path,
    "a proof cut short": _shorter,
    "a proof with a hash too many": _longer,
    "the proof of the leaf beside it": _neighbour,
    "an index beyond the tree": _beyond,
    "another root": _root,
    "another size": _size,
    "another root that the log signed": _signed_root,
    "another size that the log signed": _signed_size,
    "a checkpoint that somebody else signed": _stranger,
    "somebody else's signature under the log's key id": _impostor,
    "every signature but the known key's": _without_the_key,
}


def with_another_root(note: str) -> str:
    """The note with its root exchanged and every signature left in place."""
    origin, size, _, rest = note.split("\n", 3)
    return "\n".join([origin, size, "A" * 43 + "=", rest])


def with_another_size(note: str) -> str:
    """The note with its size exchanged and every signature left in place."""
    origin, _, rest = note.split("\n", 2)
    return "\n".join([origin, str(SIZE - 1), rest])


def signed_by_a_stranger(log: PublishedLog) -> str:
    """The honest checkpoint under a key of the same name that is not the log's."""
    stranger = Signer(name=log.origin, type=KeyType.ED25519, secret=STRANGER)
    return issue(read(log.newest.encode())[0], [stranger], at_s=AT_S)


def signed_under_a_stolen_key_id(log: PublishedLog) -> str:
    """The same, with a line that says it is the log's."""
    checkpoint, note = read(signed_by_a_stranger(log).encode())
    (line,) = note.signatures
    stolen = SignatureLine(name=line.name, key_id=log.key.id, signature=line.signature)
    return f"{checkpoint.text}\n{stolen.text}"


def _flip(path: str, at: int = 1000) -> FolderTwin:
    def flip(_log: PublishedLog, folder: Path) -> None:
        (folder / path).write_bytes(flipped((folder / path).read_bytes(), at))

    return flip


def _change_places(_log: PublishedLog, folder: Path) -> None:
    bundle = folder / "tile/entries/001"
    first, second, *rest = read_entries(bundle.read_bytes(), WIDTH)
    bundle.write_bytes(spell_entries([second, first, *rest]))


def _cut(path: str, by: int) -> FolderTwin:
    def cut(_log: PublishedLog, folder: Path) -> None:
        (folder / path).write_bytes((folder / path).read_bytes()[:-by])

    return cut


def _checkpoint(note: Callable[[PublishedLog], str]) -> FolderTwin:
    return lambda log, folder: (folder / "checkpoint").write_text(note(log), "utf-8")


FOLDER_TWINS: dict[str, FolderTwin] = {
    "a flipped bit in an entry": _flip("tile/entries/000"),
    "a flipped bit in the newest entries": _flip("tile/entries/002.p/188"),
    "two entries that changed places": _change_places,
    "entries cut short": _cut("tile/entries/002.p/188", by=386),
    "a flipped bit in a full tile": _flip("tile/0/001"),
    "a flipped bit in a partial tile": _flip("tile/0/002.p/188"),
    "a flipped bit in the tile above": _flip("tile/1/000.p/2", at=40),
    "a tile cut short": _cut("tile/0/000", by=32),
    "a missing tile": lambda _log, folder: (folder / "tile/0/000").unlink(),
    "another root": _checkpoint(lambda log: with_another_root(log.newest)),
    "another size": _checkpoint(lambda log: with_another_size(log.newest)),
    "another root that the log signed": _checkpoint(lambda log: log.signed(SIZE, bytes(32))),
    "another size that the log signed": _checkpoint(
        lambda log: log.signed(OLD_SIZE, read(log.newest.encode())[0].root)
    ),
    "a checkpoint that somebody else signed": _checkpoint(signed_by_a_stranger),
    "somebody else's signature under the log's key id": _checkpoint(signed_under_a_stolen_key_id),
}
