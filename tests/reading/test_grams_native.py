"""What is compiled gives the very numbers of what is not, whatever is read."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.stories import PRINTED, REPRINTED, UNRELATED, WIRE
from tests.reading.test_normal import TEXTS
from tests.support.missing import missing
from tocsin.reading import grams_compiled
from tocsin.reading.grams import Grams, Passages, Sample
from tocsin.reading.sources import Link, Sources
from tocsin.reading.sources_memory import MemoryIndex

STORIES = (WIRE, UNRELATED, PRINTED, REPRINTED, "", WIRE[:300], PRINTED + WIRE, "a b c d " * 40)
SCRIPTS = (
    "Threats, «menaces» & l'été — Moscow's 10,000 co-workers said so… ﷺ ½",
    "Угроза взорвать посольство в пятницу, сообщила полиция.",
    "تهديد بتفجير السفارة يوم الجمعة، بحسب الشرطة",
    "警方说,他们威胁星期五炸毁大使馆。 爆弾テロ 폭탄 위협",
    "nul\x00 unit\x1fblanks\x85next\xa0hard\u2003em\u3000wide \ud800 alone",
    "Donaudampfschifffahrtsgesellschaftskapitänswitwe, ein Wort von mehr als vierzig Bytes",
)
WORDS = st.lists(st.sampled_from("abcdef"), max_size=60)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> Iterator[None]:
    if not grams_compiled.warm():
        missing("numba")
    yield
    grams_compiled._Compiled.module = None


@contextmanager
def interpreted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grams_compiled._Compiled, "module", None)
        yield


def both(work: Callable[[], Any]) -> None:
    with interpreted():
        plain = work()
    assert work() == plain


def read(text: str, grams: Grams) -> Sample:
    return grams.sample(grams.words(text).numbers)


def linked(texts: tuple[str, ...]) -> list[Link]:
    # One report's room: the table has to grow.
    sources = Sources(MemoryIndex(1), Grams(b"secret"))
    return [link for at, text in enumerate(texts) for link in sources.add(str(at), text)]


@pytest.mark.parametrize("text", [*STORIES, *SCRIPTS])
def test_words_and_samples_of_stories_are_the_same(text):
    both(lambda: (Grams(b"secret").words(text), read(text, Grams(one_in=2))))


@given(st.lists(TEXTS | st.sampled_from(SCRIPTS) | st.text(), max_size=4).map(" ".join))
def test_words_and_samples_of_any_text_are_the_same_the_first_time_and_again(text):
    grams = Grams(b"secret", one_in=2)
    both(lambda: [read(text, grams) for _ in range(2)])


@pytest.mark.parametrize("size", [1, 8, 40, 64])
def test_words_under_any_secret_are_the_same(size):
    both(lambda: Grams(bytes(range(191, 191 + size))).words(WIRE))


def test_a_secret_that_is_too_long_is_refused_either_way():
    for way in (interpreted(), nullcontext()):
        with way, pytest.raises(ValueError, match=r"64|key"):
            Grams(b"s" * 65).words(WIRE)


def test_chunks_pushed_out_of_their_table_are_read_the_same(monkeypatch):
    from tocsin.reading import grams_native_words

    monkeypatch.setattr(grams_native_words, "_LINES", 8)
    grams = Grams()
    both(lambda: [read(text, grams) for text in (*STORIES, *SCRIPTS, *STORIES)])


@given(WORDS, WORDS, st.integers(0, 4))
def test_shared_passages_are_the_same(one, other, least):
    grams = Grams()
    mine, theirs = (grams.words(" ".join(words)).numbers for words in (one, other))
    both(lambda: Passages(mine).shared(theirs, least=least))


def test_links_found_in_memory_are_the_same():
    both(lambda: linked(STORIES + tuple(f"{WIRE[: 60 * n]} {n}" for n in range(40))))


@pytest.mark.parametrize("kept", ["damaged", "nowhere"])
def test_what_cannot_be_kept_or_is_damaged_is_compiled_anew(kept, tmp_path):
    source = Path(grams_compiled.__file__).with_name("grams_compiled.py")
    shutil.copy(source, tmp_path / "copied.py")
    (tmp_path / "kernel.py").write_text(
        "from copied import compiled\n\n\n@compiled('int64(int64)')\ndef twice(one):\n"
        "    return 2 * one\n\n\nprint(twice(21))\n"
    )
    if kept == "nowhere":
        (tmp_path / "__pycache__").write_text("a file, no folder")
    # Damaged is what the first run kept.
    where = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1"}
    for _ in range(2 if kept == "damaged" else 1):
        told = subprocess.run(
            [sys.executable, "kernel.py"], env=_environment(tmp_path) | where, cwd=tmp_path,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout == "42\n"
        for index in tmp_path.glob("__pycache__/*.nbi"):
            index.write_bytes(index.read_bytes()[:40])


@pytest.mark.parametrize("without", ["TOCSIN_NUMBA=0", "no numba"])
def test_without_numba_nothing_is_compiled_and_reading_goes_on(without, tmp_path):
    hidden = "import sys; sys.modules['numba'] = None\n" if without == "no numba" else ""
    code = (
        f"{hidden}from tocsin.reading.grams_compiled import warm\nassert not warm()\n"
        "from tocsin.reading.grams import Grams\nprint(len(Grams().words('bomb at noon').numbers))"
    )
    setting = {} if hidden else {"TOCSIN_NUMBA": "0"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=_environment(tmp_path) | setting,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "3\n"


def _environment(folder: Path) -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
