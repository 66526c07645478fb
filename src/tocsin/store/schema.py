"""The tables. `truth` is migrated by Alembic; `views` are dropped and replayed.

Text sorts by code point on both databases, so a page of a queue and a dump of
the views come out in the same order wherever they are read.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint

from tocsin.store.columns import ID, NAME, NEVER_US, TEXT, WORDS, truth, views
from tocsin.store.columns import blob as _blob
from tocsin.store.columns import long as _long
from tocsin.store.columns import number as _number
from tocsin.store.columns import one_of as _one_of
from tocsin.store.columns import text as _text
from tocsin.store.directory_schema import contact_view, way_check
from tocsin.store.list_schema import dispatch_member, mailing_list, subscriber
from tocsin.store.sources import source_link, source_report, source_run

__all__ = [
    "ID",
    "NAME",
    "NEVER_US",
    "WORDS",
    "contact_view",
    "dispatch_member",
    "mailing_list",
    "source_link",
    "source_report",
    "source_run",
    "subscriber",
    "truth",
    "views",
    "way_check",
]


def _officer(*, null: bool = False) -> Column[str]:
    return Column("officer_id", TEXT, ForeignKey("officer.officer_id"), nullable=null)


# The record

head = Table(
    "head",
    truth,
    _number("id", key=True),
    _number("position"),
    _number("updated_at_us"),
    _blob("frontier", length="% 32 = 0"),
    _number("witnessed_size"),
    _blob("witnessed", length="= 32"),
    _number("mapped"),
    CheckConstraint("id = 1", name="only_one"),
)
event = Table(
    "event",
    truth,
    _number("position", key=True),
    _text("case_id"),
    _number("case_seq"),
    _number("at_us"),
    _blob("sealed", length=">= 48"),
    _blob("leaf", length="= 384"),
    _blob("leaf_hash", length="= 32"),
    UniqueConstraint("case_id", "case_seq"),
    CheckConstraint("position > 0 AND case_seq > 0", name="counts_from_one"),
)
# Deleting a key is what destroys a record's contents; the event itself stays for good.
record_key = Table(
    "record_key", truth, _number("position", key=True), _blob("wrapped", length="= 60")
)
report_body = Table(
    "report_body",
    truth,
    _text("sha256", 64, key=True),
    _blob("sealed"),
    _number("received_at_us"),
)
report_key = Table(
    "report_key", truth, _text("sha256", 64, key=True), _blob("wrapped", length="= 60")
)
policy_pack = Table(
    "policy_pack", truth, _text("hash", key=True), _text("name", NAME), _long("text")
)

# The transparency log over the record

tile = Table(
    "tile",
    truth,
    _number("level", key=True),
    _number("number", key=True),
    _blob("hashes", length="= 8192"),
    _blob("root", length="= 32"),
)
checkpoint = Table(
    "checkpoint", truth, _number("size", key=True), _long("note"), _number("signed_at_us")
)
cosignature = Table(
    "cosignature",
    truth,
    _number("size", key=True),
    _text("name", NAME, key=True),
    _text("key_id", 8, key=True),
    _long("line"),
    _number("at_us"),
)
witnessed = Table("witnessed", truth, _number("size", key=True), _number("at_us"))
anchor = Table("anchor", truth, _number("size", key=True), _blob("token"), _number("at_us"))
witness = Table(
    "witness",
    truth,
    _text("url", NAME, key=True),
    _number("size"),
    _number("asked_us"),
    _number("cosigned_us", null=True),
    _text("trouble", NAME),
)
log_key = Table(
    "log_key",
    truth,
    _number("generation", key=True),
    _text("origin", NAME),
    _long("keys"),
    _number("position"),
    _number("at_us"),
)

# The map over the record: which leaves stand under which tag

map_pair = Table(
    "map_pair",
    truth,
    _blob("key", length="= 40", key=True),
    _blob("value", length="= 32"),
    _number("position"),
    Index(None, "position"),
    # By key alone: what is asked for lies together.
    sqlite_with_rowid=False,
)
map_block = Table(
    "map_block",
    truth,
    _blob("prefix", length="<= 1", key=True),
    _blob("children", length="= 8192"),
)

# Work to be done

job = Table(
    "job",
    truth,
    _text("key", NAME, key=True),
    _text("lane"),
    _text("kind"),
    _text("case_id"),
    _text("subject", NAME),
    _number("due_us"),
    _text("state"),
    _text("lease_owner", null=True),
    _number("lease_until_us", null=True),
    _number("lease_number"),
    _number("tries"),
    _long("payload"),
    _number("done_us", null=True),
    _one_of("state", "waiting", "leased", "done", "cancelled"),
    Index(None, "lane", "state", "due_us"),
)

# People

officer = Table(
    "officer",
    truth,
    _text("officer_id", key=True),
    _text("name", NAME),
    _text("email", NAME, null=True),
    _text("unit"),
    _text("roles", NAME),
    _number("disabled_at_us", null=True),
)
passkey = Table(
    "passkey",
    truth,
    _blob("credential_id", length="<= 1023", key=True),
    _officer(),
    _blob("public_key", length="<= 4096"),
    _number("sign_count"),
    _text("name", NAME),
    _number("created_at_us"),
    _number("last_used_us", null=True),
    Index(None, "officer_id"),
)
session = Table(
    "session",
    truth,
    _text("token_hash", key=True),
    _officer(),
    _number("created_us"),
    _number("expires_us"),
    _number("last_seen_us"),
    _number("revoked_us", null=True),
    Index(None, "officer_id"),
)
invite = Table(
    "invite",
    truth,
    _text("token_hash", key=True),
    _officer(),
    _number("created_us"),
    _number("expires_us"),
    _number("used_us", null=True),
)
api_token = Table(
    "api_token",
    truth,
    _text("token_hash", key=True),
    _officer(),
    _text("name", NAME),
    _number("created_us"),
    _number("expires_us", null=True),
    _number("revoked_us", null=True),
    _number("last_used_us", null=True),
    Index(None, "officer_id"),
)
challenge = Table(
    "challenge",
    truth,
    _text("challenge_hash", key=True),
    _officer(null=True),
    _text("purpose"),
    _number("expires_us"),
)
code_try = Table(
    "code_try", truth, _text("delivery_id"), _number("at_us"), Index(None, "delivery_id", "at_us")
)
# Byte for byte what went public; it stays when its case is destroyed, for it was public.
published_message = Table(
    "published_message",
    truth,
    _text("identifier", key=True),
    _text("case_id"),
    _text("publication_id"),
    _text("message"),
    _text("status"),
    _text("chain"),
    _number("sent_us"),
    _blob("xml"),
    _long("said"),
    _one_of("message", "alert", "update", "cancel"),
    _one_of("status", "Actual", "Exercise", "Test"),
    UniqueConstraint("case_id", "publication_id", "message"),
    Index(None, "status", "sent_us"),
    Index(None, "chain"),
)

# Views: rebuilt from events, so truth never refers to them

view_version = Table("view_version", views, _text("fingerprint", key=True))

case_view = Table(
    "case_view",
    views,
    _text("case_id", key=True),
    _number("case_seq"),
    _number("position"),
    _text("unit"),
    Column("restricted", Boolean, nullable=False),
    _text("state"),
    _text("title", WORDS),
    _text("urgency"),
    _number("next_due_us"),
    _text("next_clock", null=True),
    _text("duty"),
    _text("stage"),
    _number("opened_us"),
    _number("updated_us"),
    _long("folded"),
    _one_of("state", "open", "closed"),
    _one_of("duty", "owed", "undecided", "not_owed", "unassessed"),
    Index(None, "state", "next_due_us", "case_id"),
    Index(None, "unit", "state", "next_due_us", "case_id"),
)
case_member = Table(
    "case_member",
    views,
    _text("case_id", key=True),
    _text("officer_id", key=True),
    Index(None, "officer_id"),
)
report_view = Table(
    "report_view",
    views,
    _text("report_id", key=True),
    _text("sha256", 64),
    _text("case_id"),
    _number("received_us"),
    _number("acquired_us"),
    _text("title", WORDS),
    UniqueConstraint("sha256"),
    Index(None, "case_id"),
)
confirmation_view = Table(
    "confirmation_view",
    views,
    _text("proposal_id", key=True),
    _text("case_id"),
    _text("kind"),
    _text("proposed_by"),
    _text("confirmed_by"),
    CheckConstraint("proposed_by <> confirmed_by", name="four_eyes"),
)
release_view = Table(
    "release_view",
    views,
    _text("warning_id", key=True),
    _number("version", key=True),
    _text("case_id"),
    _text("author"),
    _text("released_by"),
    _text("text_sha256", 64),
    _text("fingerprint", 64),
    CheckConstraint("author <> released_by", name="four_eyes"),
    Index(None, "fingerprint"),
)
# The words in each language of a release that has several, so that one alone is known too.
release_block_view = Table(
    "release_block_view",
    views,
    _text("warning_id", key=True),
    _number("version", key=True),
    _text("fingerprint", 64, key=True),
    _text("case_id"),
    Index(None, "fingerprint"),
    Index(None, "case_id"),
)
review_view = Table(
    "review_view",
    views,
    _text("case_id", key=True),
    _text("victim_id", key=True),
    _text("acted_by", key=True),
    _text("reviewed_by"),
    _number("case_seq", key=True),
    CheckConstraint("acted_by <> reviewed_by", name="four_eyes"),
)
# Subjects on watch, as long as the watch lives: names, births and identifiers, as JSON in `told`.
watch_view = Table(
    "watch_view",
    views,
    _text("case_id", key=True),
    _text("watch_id", key=True),
    _number("position"),
    Column("exercise", Boolean, nullable=False),
    _long("told"),
    Index(None, "position"),
)
delivery_view = Table(
    "delivery_view",
    views,
    _text("delivery_id", key=True),
    _text("case_id"),
    _text("warning_id"),
    _text("recipient_id"),
    _text("method"),
    _text("state"),
    _number("updated_us"),
    Index(None, "case_id"),
    Index(None, "method", "updated_us"),
)
# By what name a provider may report of a message: one row for each part.
provider_view = Table(
    "provider_view",
    views,
    _text("method", key=True),
    _text("provider_id", NAME, key=True),
    _text("delivery_id", key=True),
    _text("case_id"),
    Index(None, "case_id"),
)
notice_view = Table(
    "notice_view",
    views,
    _text("notice_id", key=True),
    _text("case_id"),
    _text("unit"),
    _text("topic"),
    _text("role"),
    _text("officer_id", null=True),
    _text("text", WORDS),
    _number("at_us"),
    _number("resolved_us", null=True),
    Index(None, "resolved_us", "at_us"),
    Index(None, "case_id", "topic"),
)
