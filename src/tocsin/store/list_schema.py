"""The tables of lists, and of who on them was sent what."""

from sqlalchemy import Table, UniqueConstraint

from tocsin.store.columns import NAME, blob, number, text, truth, views

mailing_list = Table(
    "mailing_list",
    truth,
    text("list_id", key=True),
    text("name", NAME),
    text("unit"),
    number("created_us"),
    blob("sealed_key", length="= 48"),
    blob("wrapped", length="= 60"),
)
# Numbers are never given anew. Who has left keeps no address, and stays known by its keyed hash.
subscriber = Table(
    "subscriber",
    truth,
    text("list_id", key=True),
    number("number", key=True),
    text("method"),
    blob("sealed"),
    blob("address_mac", length="= 32"),
    text("language"),
    number("added_us"),
    number("removed_us", null=True),
    UniqueConstraint("list_id", "method", "address_mac"),
)
# A member stands here once their batch has ended an attempt, or something was reported of them.
dispatch_member = Table(
    "dispatch_member",
    views,
    text("case_id", key=True),
    number("dispatch", key=True),
    number("number", key=True),
    text("state"),
    number("attempts"),
    text("provider_id", NAME, null=True),
    text("reason", NAME, null=True),
    number("updated_us"),
    sqlite_with_rowid=False,
)
