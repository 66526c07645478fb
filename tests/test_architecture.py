"""The shape of the house: what leans on what, how long a file grows, where time comes from."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "tocsin"
LINES_A_MODULE = 400
LINES_A_FUNCTION = 50
OURS = sorted(
    path
    for folder in ("src", "tests", "benchmarks", "tools")
    for path in (ROOT / folder).rglob("*.py")
)
PURE = sorted(path for name in ("domain", "record") for path in (PACKAGE / name).rglob("*.py"))
FROM_OUTSIDE = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "open", "input", "print"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_module_fits_its_budget(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LINES_A_MODULE


@pytest.mark.parametrize("path", OURS, ids=named)
def test_every_function_fits_its_budget(path: Path) -> None:
    lengths = [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in functions(path)]
    assert [(name, n) for name, n in lengths if n > LINES_A_FUNCTION] == []


@pytest.mark.parametrize("path", PURE, ids=named)
def test_time_randomness_and_ids_reach_the_pure_code_as_arguments(path: Path) -> None:
    calls = (
        node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    )
    names = {getattr(call, "attr", getattr(call, "id", None)) for call in calls}
    assert names & FROM_OUTSIDE == set()


def test_the_domain_needs_only_the_standard_library() -> None:
    graph = grimp.build_graph("tocsin", include_external_packages=True, cache_dir=None)
    domain = {"tocsin.domain", *graph.find_descendants("tocsin.domain")}
    imported = {
        name for module in domain for name in graph.find_modules_directly_imported_by(module)
    }
    assert {
        n for n in imported if n.split(".")[0] not in sys.stdlib_module_names | {"tocsin"}
    } == set()
