"""A warning by voice and in a text message: what is said, in which order, and to whom nothing.

Source of the spelling: ICAO Annex 10, Volume II, 5.2.1.3.
"""

from tocsin.domain.phrases import ENGLISH, Phrases, phrases_for
from tocsin.domain.warning import Block

_WORDS = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar "
    "Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
SPELLED = {word[0]: word for word in _WORDS.split()}

ASIDE = "[{}]"
"""What the caller does, and does not say."""
LONGEST_TEXT = 1_000
"""Characters of a text message; beyond them what the page says is left to the page."""

LEFT_OUT = "…"


def script(
    block: Block,
    code: str,
    phrases: Phrases | None = None,
    *,
    house: str = "",
    name: str = "",
    exercise: bool = False,
) -> tuple[str, ...]:
    """The call line by line; lines in square brackets are for the caller alone.

    Until the person is known to be the right one, no word of the warning is said.
    """
    say = phrases or phrases_for(block.language)
    drill = (f"{say.exercise}. {say.exercise_note}",) if exercise else ()
    return (
        say.spoken_person.format(name=name or "…"),
        ASIDE.format(say.spoken_else),
        say.spoken_who.format(house=house or "…"),
        *drill,
        *filter(None, (line.strip() for line in block.text.split("\n"))),
        *drill,
        say.spoken_back,
        ASIDE.format(say.spoken_correct),
        say.spoken_code.format(code=spelled(code)),
        say.spoken_end,
    )


def spelled(code: str) -> str:
    """The code for the ear, half by half: "Alfa, 7, Kilo, 3; Delta, ..."."""
    halves = code.upper().split("-")
    return "; ".join(", ".join(SPELLED.get(sign, sign) for sign in half) for half in halves)


def short_text(block: Block, link: str, code: str, *, exercise: bool = False) -> str:
    """A text message: the exercise mark, the words without their basis, the link, the code.

    A part stands in full or, the longest first where all would be too long, is left to the page
    behind the link.
    """
    say = phrases_for(block.language)
    mark = f"{say.exercise} - {ENGLISH.exercise}" if say.exercise != ENGLISH.exercise else ""
    marks = [mark or ENGLISH.exercise] if exercise else []
    ends = [link, f"{say.your_code}: {code}"]
    told = [" ".join(f"{label} {said}".split()) for label, said in block.parts[:5]]
    told = told or [block.text.removeprefix(block.headline).strip()]
    while True:
        text = "\n".join([*marks, block.headline, *told, *ends])
        if len(text) <= LONGEST_TEXT or set(told) <= {LEFT_OUT}:
            return text
        told[told.index(max(told, key=len))] = LEFT_OUT
