"""axe-core in a page: what breaks WCAG 2.2 at levels A and AA."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

VENDOR = Path(__file__).parents[1] / "vendor"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")


SCREENS = ((1280, 800), (320, 700))
"""A desk's and a telephone's, in CSS pixels."""


class Page(Protocol):
    """The part of a Playwright page that is needed here."""

    @property
    def url(self) -> str: ...

    def evaluate(self, expression: str, arg: Any = None) -> Any: ...
    def set_viewport_size(self, viewport_size: Any) -> None: ...


def script() -> str:
    """The vendored axe-core; raises ValueError when it is not the one whose hash is kept."""
    text = (VENDOR / "axe.min.js").read_bytes()
    kept = (VENDOR / "axe.min.js.sha256").read_text().split()[0]
    if sha256(text).hexdigest() != kept:
        raise ValueError("tests/vendor/axe.min.js is not the vendored file")
    return text.decode()


def violations(page: Page, *, colours: bool = True) -> list[str]:
    """One line for each element that breaks a rule, empty when none does.

    The script goes in by the debugger, so that the page's own content security policy stays on.
    Contrasts take as long as all the rest; `colours` leaves them out.
    """
    page.evaluate(script() + "; undefined")
    return _run(page, colours=colours)


def faults(page: Page) -> list[str]:
    """As `violations`, on a desk's screen and then on a telephone's, and what is wider than it."""
    page.evaluate(script() + "; undefined")
    found = []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{page.url} at {width}: {one}" for one in _run(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{page.url} is {wide} wide on {width}")
    return found


def _run(page: Page, *, colours: bool = True) -> list[str]:
    rules = {"color-contrast": {"enabled": colours}}
    options = {"runOnly": TAGS, "rules": rules, "resultTypes": ["violations"]}
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
