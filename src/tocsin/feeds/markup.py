"""HTML to text. Nothing is run and nothing is fetched; what would have been is listed.

libxml2 feeds us tags and text one after the other, so no tree is built: time and
memory stay linear in the input, however deep or broken it is.
"""

import re
from collections.abc import Mapping

from lxml import etree  # type: ignore[import-untyped]

from tocsin.feeds.characters import decode, language_tag
from tocsin.feeds.model import DefectCode, Extract

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """
        address article aside blockquote body br caption center dd details div dl dt
        fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header
        hr html legend li main nav ol option p pre section summary table
        tbody tfoot thead title tr ul
        """,
    )
)
_CELLS = frozenset({"td", "th"})
_NESTING = frozenset({"pre", "script", "style", "title"})
_TITLE_CHARACTERS = 500
_EMBEDDED = frozenset({"applet", "embed", "frame", "iframe", "object", "portal"})
_JUDGED = _EMBEDDED | {"base", "form", "script"}
_LINKS = ("href", "src", "action", "formaction", "data", "xlink:href", "background", "poster")
_ACTIVE = re.compile(r"[\s\0-\x1f]*(javascript|vbscript|data\s*:\s*text/html)", re.I)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{1,40})""", re.I
)
_SPACES = re.compile(r"[ \t\n\f\xa0]+")


def read_html(data: bytes, charset: str | None, into: Extract) -> None:
    """Put the text, title and language of an HTML document into `into`.

    Text that the page hides is kept, and its being hidden is a defect: a person
    decides what it means. Scripts and styles are dropped and listed.
    """
    found = None if charset else _META_CHARSET.search(data[:4096])
    source = decode(data, found[1].decode("ascii") if found else charset, into)
    if "\0" in source:
        into.flaw(DefectCode.NUL_CHARACTERS, "The page holds NUL characters, shown as \ufffd.")
    parser = etree.HTMLParser(target=(page := _Page(into)), huge_tree=True)
    # lone surrogates (UTF-7 can make them) cannot be handed to libxml2
    parser.feed(source.encode("utf-8", "replace").decode() or " ")
    parser.close()
    into.text = page.text()
    into.title = into.title or page.title()
    if not into.text:
        into.flaw(DefectCode.NO_TEXT, "The page shows no text.")


class _Page:
    """Receives tags and text from the parser."""

    def __init__(self, into: Extract) -> None:
        self._into = into
        self._seen: set[DefectCode] = set()
        self._words: list[str] = []
        self._title: list[str] = []
        self._inside = dict.fromkeys(_NESTING, 0)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _NESTING:
            self._inside[tag] += 1
        self._break(tag)
        if not attributes and tag not in _JUDGED:
            return
        self._judge_tag(tag, attributes)
        for name, value in attributes.items():
            self._judge_attribute(tag, name.lower(), value)
        if tag == "html" and not self._into.language:
            self._into.language = language_tag(attributes.get("lang") or attributes.get("xml:lang"))
        if alt := attributes.get("alt", "").strip():
            self._words.append(f" {alt} ")

    def end(self, tag: str) -> None:
        if tag in _NESTING and self._inside[tag]:
            self._inside[tag] -= 1
        if tag != "br":
            self._break(tag)

    def data(self, text: str) -> None:
        if self._inside["title"]:
            self._title.append(text)
        elif not (self._inside["script"] or self._inside["style"]):
            self._words.append(text.replace("\n", "\v") if self._inside["pre"] else text)

    def comment(self, _: str) -> None:
        """Comments are not shown to a reader of the page, nor to ours."""

    def close(self) -> None:
        # An unclosed title swallows the page: its words are text all the same.
        if sum(map(len, self._title)) > _TITLE_CHARACTERS:
            self._words += ["\v", *self._title]

    def text(self) -> str:
        # Vertical tabs are the breaks put in here; other white space folds, as on a page.
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self._words).split("\v"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def title(self) -> str | None:
        return _SPACES.sub(" ", "".join(self._title)).strip()[:_TITLE_CHARACTERS] or None

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._words.append("\v")
        elif tag in _CELLS:
            self._words.append(" ")

    def _flaw(self, code: DefectCode, what: str) -> None:
        if code not in self._seen:
            self._seen.add(code)
            self._into.flaw(code, what)

    def _judge_tag(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "script":
            self._flaw(DefectCode.HTML_SCRIPT, "The page holds a script, which was not run.")
        elif tag in _EMBEDDED:
            self._flaw(
                DefectCode.HTML_EMBEDDED, "The page embeds other content, which was not loaded."
            )
        elif tag == "form":
            self._flaw(DefectCode.HTML_FORM, "The page holds a form.")
        elif tag == "base" or (
            tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"
        ):
            self._flaw(DefectCode.HTML_REDIRECT, "The page would send its reader elsewhere.")
        if "hidden" in attributes or _HIDING.search(attributes.get("style", "")[:10_000]):
            self._flaw(
                DefectCode.HTML_HIDDEN_TEXT, "The page hides some of its text; it is shown here."
            )

    def _judge_attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self._flaw(
                DefectCode.HTML_EVENT_HANDLER, "The page holds event handlers, which were not run."
            )
        elif name in _LINKS or name == "srcdoc":
            if name == "srcdoc" or _ACTIVE.match(value):
                self._flaw(
                    DefectCode.HTML_ACTIVE_LINK, "The page holds links that would run a script."
                )
            elif tag not in ("a", "area", "form") and re.match(r"\s*(https?:)?//", value, re.I):
                self._flaw(
                    DefectCode.HTML_EXTERNAL,
                    "The page names outside content, which was not loaded.",
                )
