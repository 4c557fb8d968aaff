"""The people of the demo; its site is in `first_site.py`.

Starting again keeps what was done in it and sets everybody's password, and the secret of one-time
codes, to those printed.
"""

import secrets

import pyotp
import sqlalchemy as sa

from broker import schema
from broker.accounts import NameTaken, Role, set_all
from broker.first_canned import first_canned
from broker.parts import Parts

PEOPLE: tuple[tuple[str, Role, tuple[str, ...]], ...] = (
    ("ana", "rep", ("support",)),
    ("ben", "rep", ("support",)),
    ("nia", "rep", ("network",)),
    ("lea", "lead", ("support",)),
    ("adam", "admin", ()),
    ("cora", "compliance", ()),
)


WITH_CODES = ("adam", "cora")
"""Of whom a second factor is demanded."""


async def prepare(parts: Parts) -> list[str]:
    """Make the people who are missing and give all one password; return what to print."""
    for name, role, teams in PEOPLE:
        try:
            await parts.accounts.add(name, role, teams)
        except NameTaken:
            continue
    await parts.canned.begin_with(first_canned())
    password = parts.config.demo_password or secrets.token_urlsafe(9)
    password_hash = await parts.passwords.hash(password)
    site, names = parts.config.site, [name for name, _, _ in PEOPLE]
    await parts.database.write(lambda conn: set_all(conn, site, names, password_hash))
    secret = (parts.config.demo_totp or pyotp.random_base32()).upper().rstrip("=")
    await parts.database.write(lambda conn: _give_codes(conn, parts, secret))
    people = (f"  {name:<6}{role:<12}{' '.join(teams)}".rstrip() for name, role, teams in PEOPLE)
    return [
        f"Demo accounts, password {password}",
        *people,
        f"One-time codes of {' and '.join(WITH_CODES)}, base32 secret {secret}",
    ]


def _give_codes(conn: sa.Connection, parts: Parts, secret: str) -> None:
    a = schema.accounts.c
    mine = sa.and_(a.site == parts.config.site, a.name.in_(WITH_CODES))
    for account in conn.scalars(sa.select(a.id).where(mine)).all():
        parts.factors.give(conn, account, secret)
