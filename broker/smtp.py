"""The mail server that takes our mail: where it is, and what became of one message.

Everything that `aiosmtplib` can raise becomes `Undelivered` here, which says whether another try
makes sense. The server's own words are not kept: they often repeat the address.
"""

import asyncio
import ssl
from email.message import EmailMessage
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors
from msgspec import Struct

WHOLE_SECONDS = 90.0
STEP_SECONDS = 30.0

Security = Literal["plain", "starttls", "tls"]

SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("plain", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


class Undelivered(Exception):
    """The message was not taken. `code` is the server's, 0 where it never came to one."""

    def __init__(self, code: int, *, for_good: bool) -> None:
        super().__init__(code, for_good)
        self.code = code
        self.for_good = for_good


class Smtp(Struct, frozen=True, kw_only=True):
    """A mail server and how to speak to it."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


def parse(url: str) -> Smtp:
    """Read `smtp+starttls://user:password@host:port` and its like, or raise `ValueError`.

    User and password are percent-encoded, as everywhere in addresses.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError("it begins with smtp://, smtp+starttls:// or smtps://")
    security, usual = SCHEMES[parts.scheme]
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it has a host, perhaps a user and a port, and nothing behind them")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if security == "plain" and password:
        raise ValueError("a password goes only over smtp+starttls:// or smtps://")
    return Smtp(
        host=parts.hostname,
        port=usual if parts.port is None else parts.port,
        security=security,
        user=user,
        password=password,
    )


async def send(
    server: Smtp,
    message: EmailMessage,
    sender: str,
    recipient: str,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Hand `message` to `server`, or raise `Undelivered`. `tls` is for a server of one's own."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        username=server.user or None,
        password=server.password or None,
        timeout=STEP_SECONDS,
        tls_context=tls,
    )
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            await client.connect()
            await client.send_message(message, sender=sender, recipients=[recipient])
    except errors.SMTPException as fault:
        # Only a name outside ASCII asks for what a server may lack for good.
        lacking = isinstance(fault, errors.SMTPNotSupported) and not recipient.isascii()
        raise Undelivered(_code(fault), for_good=lacking or _is_for_good(fault)) from None
    except (OSError, TimeoutError):
        raise Undelivered(0, for_good=False) from None
    finally:
        # Without waiting for a farewell: the message was taken or not, whatever comes now.
        client.close()


def _code(fault: errors.SMTPException) -> int:
    if isinstance(fault, errors.SMTPRecipientsRefused):
        return max(refused.code for refused in fault.recipients)
    return fault.code if isinstance(fault, errors.SMTPResponseException) else 0


def _is_for_good(fault: errors.SMTPException) -> bool:
    """Say whether the message itself is what is wrong.

    A password or sender that is turned down is a fault of ours, which somebody will mend.
    """
    about_it = errors.SMTPRecipientsRefused | errors.SMTPRecipientRefused | errors.SMTPDataError
    return isinstance(fault, about_it) and _code(fault) >= 500
