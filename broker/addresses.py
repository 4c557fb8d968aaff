"""E-mail addresses: which can be written to, and when two are the same.

A name outside ASCII before the @ is allowed (RFC 6531) and goes to servers that take it; a domain
outside ASCII is written as the DNS does (IDNA 2008, RFC 5891), which every server takes.
"""

from email.errors import HeaderParseError
from email.headerregistry import Address

import idna

LONGEST_NAME = 64
"""Octets before the @, RFC 5321 §4.5.3.1.1."""


class BadAddress(Exception):
    """Nobody can be written to at this address."""


def usable(address: str) -> str:
    """Return `address` as a mail server knows it, or raise `BadAddress`."""
    name, at, domain = address.strip().rpartition("@")
    if not name or not at or len(name.encode()) > LONGEST_NAME:
        raise BadAddress
    try:
        written = f"{name}@{idna.encode(domain, uts46=True).decode()}"
        plain = parsed(written).addr_spec == written
    except (idna.IDNAError, HeaderParseError, ValueError, IndexError):
        raise BadAddress from None
    # What would have to be quoted is never meant.
    if not plain:
        raise BadAddress
    if "." not in domain and domain.casefold() != "localhost":
        raise BadAddress
    return written


def parsed(usable_address: str, display_name: str = "") -> Address:
    """Return `usable_address` as the standard library has it, for a header."""
    name, _, domain = usable_address.rpartition("@")
    return Address(display_name, name, domain)


def mailbox(text: str) -> Address:
    """Read `Name <address>` or a bare address, or raise `BadAddress`."""
    name, bracket, rest = text.strip().rpartition("<")
    if bracket and not rest.endswith(">"):
        raise BadAddress
    address = usable(rest.removesuffix(">"))
    return parsed(address, one_line(name).strip('" '))


def one_line(text: str) -> str:
    """Return `text` as it may stand in a header: without any line break or other control."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
