"""A real SMTP server in the test's own loop, which can be told to refuse, and to be away."""

import asyncio
import email
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.waiting import LIMIT_SECONDS, until


@dataclass
class Post:
    """What came in, and what the server says to whom."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    tried: int = 0
    recipients: Callable[[str], str] = lambda _: ""
    """What to answer to a recipient, empty to take them."""
    content: str = ""
    """What to answer to a message, empty to take it."""
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        if refused := self.recipients(address):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.content:
            return self.content
        raw = envelope.content
        assert isinstance(raw, bytes)
        message = email.message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.envelopes.append(envelope)
        return "250 Taken"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def to(
        self, address: str, count: int = 1, seconds: float = LIMIT_SECONDS
    ) -> EmailMessage:
        """Wait until `count` mails to `address` are in, and return the last."""

        def found() -> list[EmailMessage]:
            return [mail for mail in self.mails if address in str(mail["To"])]

        await until(lambda: len(found()) >= count, seconds)
        return found()[-1]


@asynccontextmanager
async def post_office(post: Post | None = None, **options: Any) -> AsyncIterator[Post]:
    """Serve until the block ends; a `post` with a port serves on that one again."""
    post = post or Post()
    loop = asyncio.get_running_loop()
    listening_tls: ssl.SSLContext | None = options.pop("listening_tls", None)

    def answer() -> SMTP:
        with warnings.catch_warnings():
            # It knows TLS only as STARTTLS, and takes TLS from the first byte for none.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(post, enable_SMTPUTF8=True, hostname="mail.test", loop=loop, **options)

    server = await loop.create_server(
        answer,
        "127.0.0.1",
        post.port,
        ssl=listening_tls,
    )
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        await server.wait_closed()


def only(user: str, password: str, post: Post) -> Callable[..., AuthResult]:
    """Let nobody log in but `user`."""

    def check(
        server: SMTP, session: Session, envelope: Envelope, how: str, given: Any
    ) -> AuthResult:
        login = (given.login.decode(), given.password.decode())
        post.logins.append(login)
        # Unless it is told so, aiosmtpd takes a refusal for answered, and says nothing.
        return AuthResult(success=login == (user, password), handled=False)

    return check


def text_of(message: EmailMessage) -> str:
    """Return the plain text in `message`."""
    part = message.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """Return the HTML in `message`."""
    part = message.get_body(("html",))
    assert part is not None
    text: str = part.get_content()
    return text
