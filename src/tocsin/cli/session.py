"""The house opened for one command, and who gives the command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tocsin.app import build
from tocsin.casework.house import App
from tocsin.cli.output import Common, Signed
from tocsin.domain.actor import Actor
from tocsin.domain.refusal import Code, refuse
from tocsin.identity import tokens
from tocsin.settings import load
from tocsin.store import replay


@contextmanager
def house(common: Common) -> Iterator[App]:
    """The house as the settings describe it, closed after the block."""
    app = build(load(common.config))
    try:
        yield app
    finally:
        app.close()


@contextmanager
def signed_in(signed: Signed) -> Iterator[tuple[App, Actor]]:
    """The house and the officer whose API token is given. Refuses NOT_SIGNED_IN, and
    STORE_UNAVAILABLE where the house was last open in another version."""
    with house(signed) as app:
        with app.store.read() as db:
            current = replay.views_are_current(db)
        if not current:
            refuse(
                Code.STORE_UNAVAILABLE,
                "Nothing was done: the house was last open in another version of Tocsin.",
                "Start `tocsin run` once, or run `tocsin doctor --rebuild`; nothing is lost.",
            )
        yield app, _officer(app, signed)


def _officer(app: App, signed: Signed) -> Actor:
    actor = tokens.who(app.store, _token(signed), app.clock())
    if actor is None:
        refuse(
            Code.NOT_SIGNED_IN,
            "Nothing was done: it is not known who you are.",
            "Put your API token into TOCSIN_TOKEN or name its file with --token-file; "
            "`tocsin token ID` prints one.",
        )
    return actor


def _token(signed: Signed) -> str:
    if signed.token_file is None:
        return os.environ.get("TOCSIN_TOKEN", "").strip()
    try:
        return signed.token_file.read_text("utf-8")[:1_000].strip()
    except (OSError, UnicodeDecodeError) as error:
        return refuse(
            Code.NOT_SIGNED_IN,
            f"Nothing was done: the token file cannot be read ({type(error).__name__}).",
            "Check its name and that you may read it.",
        )
