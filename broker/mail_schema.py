"""The tables of outgoing mail, mailed codes and messages left; `schema.py` hands them on."""

from sqlalchemy import Column, Index, LargeBinary, String, Text

from broker.columns import key, moment, number, short, table

mails = table(
    "mails",
    key("id"),
    # `code`, `transcript` or `answer`.
    Column("kind", String(16), nullable=False),
    # The session or left message that it is about, and the customer whose words are in it.
    short("about"),
    short("party"),
    # Recipient, subject and text as JSON; empty once it is sent, given up or erased.
    Column("content", Text, nullable=False),
    # Of the recipient, so that nobody's mailbox is flooded; gone with the row after some days.
    short("address_digest"),
    Column("state", String(16), nullable=False),
    moment("created_at"),
    moment("due"),
    moment("until"),
    number("tries"),
    Index("ix_mails_due", "site", "state", "due"),
    Index("ix_mails_about", "site", "about"),
    Index("ix_mails_party", "site", "party"),
    Index("ix_mails_address", "site", "address_digest", "created_at"),
)

mailed_codes = table(
    "mailed_codes",
    key("session"),
    Column("salt", LargeBinary(16), nullable=False),
    short("address"),
)
"""The salt of the code that was mailed last; its digest is in the session."""

confirmed_addresses = table(
    "confirmed_addresses", key("party"), key("address"), moment("confirmed_at")
)
"""Addresses, as digests, that a visitor has confirmed from this very device."""

left_messages = table(
    "left_messages",
    key("id"),
    short("customer"),
    short("team"),
    short("issue"),
    Column("language", String(8), nullable=False),
    Column("state", String(8), nullable=False),
    short("taken_by"),
    moment("left_at"),
    moment("changed_at"),
    # Name, e-mail and text as JSON; empty once they are erased.
    Column("words", Text, nullable=False),
    Index("ix_left_messages_team", "site", "team", "state", "left_at"),
    Index("ix_left_messages_customer", "site", "customer", "left_at"),
)

inbox_answers = table(
    "inbox_answers",
    key("message"),
    key("id"),
    short("by"),
    moment("answered_at"),
    Column("text", Text, nullable=False),
    short("mail"),
)
