"""Cut the vocabulary to nine languages, so that nothing they write becomes unknown.

Kept: every piece that the passages with odd numbers are cut into, every single character of the
scripts, and of the rest the frequent ones that `py3langid` takes for one of the languages rather
than for a neighbour in the same alphabet.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from training.multilingual.dequantise import Source

SPACE = "▁"
SHARES = {"latin": 24_000, "cyrillic": 10_000, "arabic": 6_000, "han": 2_500, "other": 1_500}
LANGUAGES = {"latin": ("en", "es", "fr", "tr"), "cyrillic": ("ru", "uk"), "arabic": ("ar", "fa")}
_LETTERS = {
    "latin": "abcdefghijklmnopqrstuvwxyzáéíóúüñàâæçèêëîïôœùûÿğışö",
    "cyrillic": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإؤئآپچژگکی",
}
_SHORT = 3  # letters: too few to tell a language by


def tokenizer(source: Source, kept: Sequence[int]) -> Any:
    """A `tokenizers.Tokenizer` over the pieces `kept`, which get the ids 0, 1, 2, ..."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    table = [(source.pieces[old], float(source.scores[old])) for old in kept]
    made = Tokenizer(Unigram(table, unk_id=kept.index(source.special["<unk>"])))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    made.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    ends = [(name, kept.index(source.special[name])) for name in ("<s>", "</s>")]
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    return made


def chosen(source: Source, texts: Iterable[str]) -> list[int]:
    """The old ids kept, in order."""
    whole = tokenizer(source, list(range(len(source.pieces))))
    kept = set(source.special.values())
    for encoded in whole.encode_batch(list(texts)):
        kept.update(encoded.ids)
    groups: dict[str, list[int]] = {name: [] for name in SHARES}
    for piece_id, piece in enumerate(source.pieces):
        bare = piece.replace(SPACE, "")
        script = _script(bare)
        if len(bare) <= 1 and script is not None:
            kept.add(piece_id)
        elif script in groups:
            groups[script].append(piece_id)
    for script, ids in groups.items():
        ids.sort(key=lambda one: -source.scores[one])
        ours = (one for one in ids if _ours(source.pieces[one].replace(SPACE, ""), script))
        kept.update(one for _, one in zip(range(SHARES[script]), ours, strict=False))
    return sorted(kept)


def _script(bare: str) -> str | None:
    """The script of all letters of a piece; "other" where it has none; None for foreign ones."""
    found = {_of(letter) for letter in bare if letter.isalpha()}
    return found.pop() if len(found) == 1 else None if found else "other"


def _of(letter: str) -> str | None:
    small = letter.lower()
    for script, letters in _LETTERS.items():
        if small in letters:
            return script
    return "han" if "\u3400" <= letter < "\ua000" else None


def _ours(bare: str, script: str) -> bool:
    if script not in LANGUAGES or sum(map(str.isalpha, bare)) <= _SHORT:
        return True
    scores = dict(_identifier().rank(bare))
    ours = max(scores[code] for code in LANGUAGES[script])
    return bool(ours >= max(scores.values()) - np.log(20))


def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    if not hasattr(_identifier, "kept"):
        _identifier.kept = LanguageIdentifier.from_model_file(MODEL_FILE)  # type: ignore[attr-defined]
    return _identifier.kept  # type: ignore[attr-defined]
