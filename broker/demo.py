"""The people of the demo; its site is in `first_site.py`.

Starting again keeps what was done in it and sets everybody's password to the one printed.
"""

import secrets

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
    people = (f"  {name:<6}{role:<12}{' '.join(teams)}".rstrip() for name, role, teams in PEOPLE)
    return [f"Demo accounts, password {password}", *people]
