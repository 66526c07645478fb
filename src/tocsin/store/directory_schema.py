"""The tables of the directory."""

from sqlalchemy import Boolean, Column, Index, Table

from tocsin.store.columns import NAME, long, number, text, truth, views

# The code that was sent to try an address of the directory, hashed together with that address.
way_check = Table(
    "way_check",
    truth,
    text("contact_id", key=True),
    number("way", key=True),
    text("code_hash", 64),
    number("expires_us"),
    number("tries"),
)
# Beside what is sought only where the contact stands on the record: addresses and keys stay sealed.
contact_view = Table(
    "contact_view",
    views,
    text("contact_id", key=True),
    text("unit"),
    text("contact_kind"),
    text("name", NAME),
    long("folded"),
    long("protects"),
    Column("removed", Boolean, nullable=False),
    number("version"),
    number("position"),
    number("key_expires_us"),
    number("tried_us"),
    Index(None, "unit", "removed", "name", "contact_id"),
    Index(None, "key_expires_us"),
    Index(None, "tried_us"),
)
