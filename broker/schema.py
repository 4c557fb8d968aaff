"""The tables, the same for SQLite and PostgreSQL.

`facts` is the truth; `sessions`, `participants`, `deadlines`, `rep_loads`, `handled`, how each of
`waits` ended and the search index follow from it and are written in the same transaction. Every table carries `site`.
Times are ms since 1970 UTC. Search differs between the two databases and stands in
`search.py`. A change here is a migration in `broker/migrations/`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)

from broker.columns import bounded as _short
from broker.columns import flag as _flag
from broker.columns import key as _key
from broker.columns import metadata as metadata  # noqa: PLC0414 - handed on
from broker.columns import moment as _time
from broker.columns import number as _number
from broker.columns import short as _id
from broker.columns import table as _table
from broker.columns import text as _text
from broker.file_schema import file_keys as file_keys  # noqa: PLC0414 - handed on
from broker.file_schema import file_pieces as file_pieces  # noqa: PLC0414 - handed on
from broker.file_schema import files as files  # noqa: PLC0414 - handed on
from broker.mail_schema import confirmed_addresses as confirmed_addresses  # noqa: PLC0414 - handed on
from broker.mail_schema import inbox_answers as inbox_answers  # noqa: PLC0414 - handed on
from broker.mail_schema import left_messages as left_messages  # noqa: PLC0414 - handed on
from broker.mail_schema import mailed_codes as mailed_codes  # noqa: PLC0414 - handed on
from broker.mail_schema import mails as mails  # noqa: PLC0414 - handed on
from broker.picture_schema import pictures as pictures  # noqa: PLC0414 - handed on
from broker.picture_schema import relays as relays  # noqa: PLC0414 - handed on
from broker.recording_schema import held_texts as held_texts  # noqa: PLC0414 - handed on
from broker.recording_schema import ledger_heads as ledger_heads  # noqa: PLC0414 - handed on
from broker.recording_schema import ledger_lines as ledger_lines  # noqa: PLC0414 - handed on
from broker.recording_schema import recording_cuts as recording_cuts  # noqa: PLC0414 - handed on
from broker.recording_schema import recording_holds as recording_holds  # noqa: PLC0414 - handed on
from broker.recording_schema import recording_keys as recording_keys  # noqa: PLC0414 - handed on
from broker.recording_schema import recording_segments as recording_segments  # noqa: PLC0414 - handed on
from broker.recording_schema import recording_writers as recording_writers  # noqa: PLC0414 - handed on
from broker.recording_schema import recordings as recordings  # noqa: PLC0414 - handed on
from broker.review_schema import recording_comments as recording_comments  # noqa: PLC0414 - handed on
from broker.review_schema import recording_exports as recording_exports  # noqa: PLC0414 - handed on
from broker.review_schema import recording_looks as recording_looks  # noqa: PLC0414 - handed on
from broker.review_schema import review_rules as review_rules  # noqa: PLC0414 - handed on
from broker.review_schema import reviews as reviews  # noqa: PLC0414 - handed on

# --- the transcript

facts = _table(
    "facts",
    _key("session"),
    Column("place", Integer, primary_key=True),
    # The same fact's place as each narrower reader counts it; null where they may not read it.
    Column("place_all", Integer),
    Column("place_reps", Integer),
    Column("place_leads", Integer),
    Column("kind", String(40), nullable=False),
    _time("at"),
    _id("by"),
    Column("body", Text, nullable=False),
)

texts = _table(
    "texts",
    _key("session"),
    Column("place", Integer, primary_key=True),
    _id("by"),
    Column("salt", LargeBinary(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("search_row", BigInteger, nullable=False, default=0, server_default="0"),
)

answers = _table(
    "answers",
    _key("sender"),
    _key("request", 36),
    _id("session"),
    Column("place", Integer, nullable=False, default=0),
    Column("code", String(40), nullable=False, default=""),
    Column("detail", String(200), nullable=False, default=""),
)

# --- what follows from it

sessions = _table(
    "sessions",
    _key("id"),
    _id("customer"),
    Column("state", String(16), nullable=False),
    _id("team"),
    _id("owner"),
    _id("issue"),
    _flag("front"),
    _time("waiting_since"),
    _time("opened_at"),
    _time("ended_at"),
    Column("ending", String(32), nullable=False, default=""),
    Column("place", Integer, nullable=False),
    Column("place_all", Integer, nullable=False),
    Column("place_reps", Integer, nullable=False),
    Column("place_leads", Integer, nullable=False),
    _time("changed_at"),
    Column("fold", Text, nullable=False),
    Index("ix_sessions_queue", "site", "state", "team", "front", "waiting_since"),
    Index("ix_sessions_customer", "site", "customer"),
    Index("ix_sessions_changed", "site", "changed_at"),
    Index("ix_sessions_ended", "site", "state", "ended_at"),
)

participants = _table(
    "participants",
    _key("rep"),
    _key("session"),
    Index("ix_participants_session", "site", "session"),
)

deadlines = _table(
    "deadlines",
    _key("session"),
    _key("kind", 20),
    _time("due"),
    Index("ix_deadlines_due", "site", "due"),
)

rep_loads = _table(
    "rep_loads",
    _key("rep"),
    Column("active", Integer, nullable=False, default=0, server_default="0"),
    # 0 is no cap.
    Column("cap", Integer, nullable=False, default=0, server_default="0"),
)

turns = _table("turns", _key("rep"), _number("offers"), _time("since"))
"""How many offers stand with a rep, and since when they have as many sessions as they have."""

presence_times = _table("presence_times", _key("rep"), _id("state"), _time("since"))
"""Since when a rep is available, away or off, as `presence_times.py` has it."""

meetings = _table("meetings", _key("session"), _id("rep"))
"""Sessions whose customer is to meet `rep`; they are in no queue."""

visits = _table(
    "visits",
    _key("session"),
    _id("customer"),
    # The address that was typed, or else the visitor.
    _short("contact", 254),
    _short("name", 120),
    _short("email", 254),
    _time("opened_at"),
    Index("ix_visits_contact", "site", "contact", "opened_at"),
    Index("ix_visits_customer", "site", "customer", "opened_at"),
    Index("ix_visits_opened", "site", "opened_at"),
)
"""Who came, by session: personal, and gone with the words that it is a copy of."""

deleted_sessions = _table("deleted_sessions", _key("session"))
"""Sessions of which somebody has deleted all words."""

audit = _table(
    "audit",
    _key("id"),
    _time("at"),
    _id("who"),
    _short("what", 32),
    _id("subject"),
    _short("detail", 200),
    Index("ix_audit_subject", "site", "subject"),
)

session_codes = _table(
    "session_codes",
    _key("digest"),
    _id("rep"),
    _id("team"),
    # Who has shown it; nobody else can start with it.
    _id("visitor"),
    _time("expires_at"),
    # 0 until it has started a session, or let an app in.
    _time("used_at"),
    # The session that an app joins with it; empty where it starts one.
    _id("session"),
    Index("ix_session_codes_expires", "site", "expires_at"),
)

waits = _table(
    "waits",
    _key("session"),
    Column("began_at", BigInteger, primary_key=True),
    _id("team"),
    # 0 while it goes on.
    _time("ended_at"),
    # The first estimate of this wait, which no fact holds; 0 if there was none.
    _time("said_at"),
    _number("half_seconds"),
    _number("most_seconds"),
    # Whether the customer read it, or only we.
    _flag("shown"),
    # `accepted`, or the ending of the session.
    Column("ending", String(32), nullable=False, default="", server_default=""),
    _id("rep"),
    # How many sessions that rep then had.
    _number("had"),
    Index("ix_waits_rep", "site", "rep", "ended_at"),
    Index("ix_waits_team", "site", "team", "ended_at"),
)

handled = _table(
    "handled",
    _key("session"),
    Column("began_at", BigInteger, primary_key=True),
    _id("team"),
    _time("ended_at"),
    _id("rep"),
    Index("ix_handled_site", "site", "ended_at"),
    Index("ix_handled_team", "site", "team", "ended_at"),
)
"""Each stretch of talking in one team, once it is over: for so long a slot was taken."""

# --- not facts: overwritten, and worth nothing tomorrow

marks = _table(
    "marks",
    _key("session"),
    _key("party"),
    Column("delivered", Integer, nullable=False, default=0),
    Column("read", Integer, nullable=False, default=0),
    _time("stirred_at"),
)

brokers = _table("brokers", _key("id"), _time("seen_at"))

links = _table(
    "links",
    _key("id"),
    _id("party"),
    _id("broker"),
    # 0 while it is open.
    _time("left_at"),
    Index("ix_links_party", "site", "party"),
    Index("ix_links_left", "site", "left_at"),
    Index("ix_links_broker", "site", "broker"),
)

away = _table("away", _key("link"))
"""Links at which nobody has stirred for a while, as they said themselves."""

notice_sends = _table("notice_sends", _key("id"), _id("notice"))
"""Notices that are to be pushed to everybody who waits; gone once they have been."""

# --- who may

accounts = _table(
    "accounts",
    _key("id"),
    Column("name", String(120), nullable=False),
    Column("display_name", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    # Empty until the one-time link has been used.
    Column("password_hash", String(200), nullable=False, default="", server_default=""),
    _flag("disabled"),
    _flag("available"),
    _time("created_at"),
    Index("uq_accounts_name", "site", "name", unique=True),
)

account_teams = _table(
    "account_teams", _key("account"), _key("team"), Index("ix_account_teams_team", "site", "team")
)

photos = _table(
    "photos",
    _key("account"),
    Column("image", LargeBinary, nullable=False),
    _id("digest"),
    _time("taken_at"),
)

sign_ins = _table(
    "sign_ins",
    # Of the cookie; `id` is what the owner ends it by.
    _key("digest"),
    _id("id"),
    _id("account"),
    _time("created_at"),
    _time("expires_at"),
    _time("seen_at"),
    # When the password or a passkey was last shown.
    _time("confirmed_at"),
    # Whether a second factor was shown, or set up from here.
    _flag("proved"),
    Column("device", String(120), nullable=False, default="", server_default=""),
    _id("address"),
    Index("ix_sign_ins_account", "site", "account"),
    Index("ix_sign_ins_id", "site", "id"),
)

one_time_codes = _table(
    "one_time_codes",
    _key("account"),
    # Both sealed; `pending` until a first code has shown that it arrived.
    _text("secret"),
    _text("pending"),
    # The last time step whose code was used: none works twice.
    _time("used_step"),
)

recovery_codes = _table("recovery_codes", _key("account"), _key("digest"))

passkeys = _table(
    "passkeys",
    # Of the credential's id, which may have 1,023 bytes.
    _key("digest"),
    _id("id"),
    _id("account"),
    Column("name", String(120), nullable=False),
    _text("credential"),
    _text("public_key"),
    _time("sign_count"),
    _time("created_at"),
    _time("used_at"),
    Index("ix_passkeys_account", "site", "account"),
)

challenges = _table("challenges", _key("digest"), _id("account"), _time("expires_at"))
"""What a passkey has to sign; used once. `account` is empty where it is to sign somebody in."""

attempts = _table(
    "attempts",
    # A digest of the name or of the browser that tries: people type passwords into the wrong box.
    _key("digest"),
    _time("tried_at"),
    Column("count", SmallInteger, nullable=False, default=0),
)

devices = _table("devices", _key("digest"), _id("account"), _time("seen_at"))
"""Browsers in which an account has signed in before; guessing elsewhere does not lock them out."""

welcomes = _table("welcomes", _key("digest"), _id("account"), _time("expires_at"))
"""One-time links to set a password."""

visitors = _table(
    "visitors",
    _key("id"),
    _id("token_digest"),
    _time("created_at"),
    Index("uq_visitors_token", "site", "token_digest", unique=True),
)

tickets = _table("tickets", _key("digest"), _id("party"), _id("sign_in"), _time("expires_at"))
window_tokens = _table("window_tokens", _key("digest"), _id("visitor"), _time("expires_at"))
"""Further tokens of a visitor, each for a window of our own that a frame has handed over to."""


site_settings = _table("site_settings", _key("name"), Column("value", Text, nullable=False))

# --- what the console keeps ready

canned_messages = _table(
    "canned_messages",
    _key("id"),
    Column("version", Integer, nullable=False),
    Column("scope", String(16), nullable=False),
    # The account or the team whose it is; empty for all.
    _id("subject"),
    Column("title", String(120), nullable=False),
    Column("shortcut", String(32), nullable=False),
    # JSON: the categories, the outermost first; and the texts by language.
    Column("path", Text, nullable=False),
    Column("texts", Text, nullable=False),
    _time("changed_at"),
    Index("ix_canned_messages_subject", "site", "scope", "subject"),
)

counters = _table("counters", _key("name"), Column("value", BigInteger, nullable=False))
"""Numbers that rise with each change of a list, so that looking for one costs a row."""

preferences = _table(
    "preferences",
    _key("account"),
    _key("name"),
    Column("value", Text, nullable=False),
    _time("changed_at"),
)
"""How somebody likes their console; what a value means only the console knows."""
