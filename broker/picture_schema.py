"""The tables of relays and pictures; `schema.py` hands them on."""

from sqlalchemy import Index

from broker.columns import bounded, key, moment, table

relays = table(
    "relays",
    # Where people reach it, and where brokers do.
    key("address", 255),
    bounded("orders", 255),
    # When a broker was last connected to it.
    moment("seen_at"),
)

pictures = table(
    "pictures",
    key("session"),
    # The one relay at which the session's sharer and viewers meet.
    bounded("relay", 255),
    moment("since"),
    Index("ix_pictures_relay", "site", "relay"),
)
