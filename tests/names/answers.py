"""Keys and answers about a few names, to be had of the compiled and of the plain path."""

import sys
from multiprocessing.connection import Connection
from pathlib import Path

from tocsin.names.forms import read_name
from tocsin.names.index import Index, build
from tocsin.names.keys import packed, sorted_keys

NAMES = (
    "Тамерлан Царнаев",
    "Dzhokhar A. Tsarnaev",
    "عبد الرحمن القحطاني",
    "張敏峯",
    "Xi Jinping",
    "Schtscherbakow Wjatscheslaw Konstantinowitsch",
    "Dr. José-María O'Brien y de la Cruz",
    "بنيامين نتنياهو",
    "김정은",
    "",
    "q" * 500,
)


def answers(path: Path) -> str:
    """Builds, changes and asks an index at `path`."""
    build(path, ((raw, [read_name(raw)]) for raw in NAMES))
    with Index(path) as index:
        index.put("new", ["Jochar Zarnajew"])
        index.remove("Xi Jinping")
        index.compact()
        found = [index.search(read_name(raw)) for raw in NAMES]
    return repr((sorted_keys(packed(map(read_name, NAMES))).tolist(), found))


def best(index: Index, raw: str) -> str:
    return index.search(read_name(raw), 1)[0].entry


def reads(path: Path, pipe: Connection) -> None:
    """Answers with the best entry and how many names there are, until None is asked."""
    with Index(path) as index:
        while (raw := pipe.recv()) is not None:
            pipe.send([best(index, raw), len(index)])


if __name__ == "__main__":
    print(answers(Path(sys.argv[1])))  # noqa: T201
