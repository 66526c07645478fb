"""What a catalogue holds: every label and sentence that a recipient reads or hears.

In a sentence `{at}` is an instant, `{name}` the recipient, `{house}` who warns, `{code}` the
code. Sentences with `spoken_` are said on the telephone; `spoken_else` and `spoken_correct`
are for the caller alone.
"""

from dataclasses import dataclass

from tocsin.domain.phrases.tags import Direction, direction_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language. `months` stand as they do in a date; `labels` are those of a warning."""

    language: str
    name: str
    headline_alert: str
    headline_update: str
    headline_cancel: str
    follows: str
    labels: tuple[str, ...]
    months: tuple[str, ...]
    span: str
    exercise: str
    exercise_note: str
    please_confirm: str
    your_code: str
    page_note: str
    error: str
    warning: str
    for_you: str
    cancelled_for_you: str
    addressed: str
    addressed_from: str
    exact_words: str
    other_languages: str
    was_cancelled: str
    was_replaced: str
    confirmed: str
    confirmed_since: str
    what_next: str
    confirm_that: str
    confirm_note: str
    code_hint: str
    understood: str
    confirm: str
    your_name: str
    tell_us: str
    tell_note: str
    last_answer: str
    what_is_it: str
    will_act: str
    action_taken: str
    question: str
    rejected: str
    disbelieved: str
    too_general: str
    propaganda: str
    passed_on: str
    to_whom: str
    your_words: str
    send: str
    not_saved: str
    ask_code: str
    ask_tick: str
    ask_kind: str
    ask_words: str
    code_wrong: str
    too_many: str
    is_it_genuine: str
    keep_proof: str
    keep_words: str
    genuine_note: str
    how_to_check: str
    print_page: str
    danger: str
    cannot_wait: str
    no_page: str
    no_page_note: str
    sheet_check: str
    check_number: str
    as_of: str
    spoken_person: str
    spoken_else: str
    spoken_who: str
    spoken_back: str
    spoken_correct: str
    spoken_code: str
    spoken_end: str
    separator: str = ": "
    comma: str = ", "
    date: str = "{day} {month} {year}"
    short_date: str = "{day} {month}"
    short_months: tuple[str, ...] = ()

    @property
    def direction(self) -> Direction:
        return direction_of(self.language)
