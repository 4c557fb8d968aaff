"""Mail through a real SMTP server: taken, deferred, refused, erased, and the server away."""

import asyncio
import ssl
from contextlib import suppress
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from broker import schema
from broker.addresses import BadAddress, mailbox, usable
from broker.letters import Letter, Part, letter
from broker.mail import PAUSES_SECONDS, TAKEN_MS, Mail, pause_after
from broker.mail_queue import DAY_MS, KEPT_MS, Mailed, erase_mails, forget_mails, put_mail
from broker.own_certificates import SelfSigned
from broker.smtp import Smtp, parse
from tests.broker.desks import SITE, Counter
from tests.end_to_end.serving import free_port
from tests.smtp import Post, html_of, only, post_office, text_of

SENDER = Address("Help desk", addr_spec="help@example.org")
KIM = "kim@example.test"


def words(to: str = KIM, **about: Any) -> Letter:
    head = {"language": "de", "organisation": "Hafen & Söhne", "subject": "Größe: <wichtig>"}
    parts = (Part("words", "Grüße <b>"), Part("code", "012345"), Part("quote", "eins\nzwei"))
    return letter(to=to, parts=parts, **(head | about))


async def queue(counter: Counter, mail: str = "m1", **about: Any) -> None:
    mailed = Mailed(id=mail, kind="answer", about="s1", party="c-max", letter=words(**about))
    await counter.database.write(lambda conn: put_mail(conn, SITE, mailed, counter.clock()))


def sender_at(counter: Counter, url: str, tls: ssl.SSLContext | None = None) -> Mail:
    return Mail(counter.database, SITE, counter.clock, parse(url), SENDER, tls)


async def row(counter: Counter, mail: str = "m1") -> Any:
    found = sa.select(schema.mails).where(schema.mails.c.id == mail)
    return await counter.database.read(lambda conn: conn.execute(found).one())


async def test_a_mail_arrives_whole_with_honest_headers(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter, thread=("m0", "m-1"))
        mail = sender_at(counter, post.url)
        await mail.look()
    (message,) = post.mails
    assert message["From"] == "Help desk <help@example.org>"
    assert message["To"] == KIM
    assert message["Subject"] == "Größe: <wichtig>"
    assert message["Message-ID"] == "<m1@example.org>"
    assert message["In-Reply-To"] == "<m-1@example.org>"
    assert message["References"] == "<m0@example.org> <m-1@example.org>"
    assert message["Date"].datetime.timestamp() == counter.clock() // 1000
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert message.get_content_type() == "multipart/alternative"
    assert text_of(message).split() == [
        "Hafen",
        "&",
        "Söhne",
        "Grüße",
        "<b>",
        "012345",
        ">",
        "eins",
        ">",
        "zwei",
    ]
    assert "Grüße &lt;b&gt;" in html_of(message)
    assert "Hafen &amp; Söhne" in html_of(message)
    (envelope,) = post.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("help@example.org", [KIM])


async def test_what_was_sent_is_forgotten_and_sent_once(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter)
        await queue(counter)
        mail = sender_at(counter, post.url)
        assert (await row(counter)).state == "waiting"
        await mail.look()
        await mail.look()
    assert len(post.mails) == 1
    sent = await row(counter)
    assert (sent.state, sent.content, sent.tries) == ("sent", "", 1)
    assert (mail.outcomes, mail.waiting) == ({"sent": 1, "deferred": 0, "failed": 0}, 0)
    counter.clock.move(KEPT_MS / 1000 + 1)
    await counter.database.write(lambda conn: forget_mails(conn, SITE, counter.clock()))
    with pytest.raises(sa.exc.NoResultFound):
        await row(counter)


async def test_a_letter_by_a_person_says_nothing_of_a_machine(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter, by_a_person=True)
        await sender_at(counter, post.url).look()
    assert "Auto-Submitted" not in post.mails[0]


async def test_a_server_that_is_away_gets_the_mail_when_it_is_back(counter: Counter) -> None:
    post = Post(port=free_port())
    mail = sender_at(counter, post.url)
    await queue(counter)
    for tries, pause in enumerate(PAUSES_SECONDS, 1):
        await mail.look()
        waits = await row(counter)
        assert (waits.state, waits.tries) == ("waiting", tries)
        counter.clock.move(pause - 0.001)
        await mail.look()
        assert (await row(counter)).tries == tries
        counter.clock.move(0.001)
    assert mail.waiting == 1
    assert mail.oldest_seconds == pytest.approx(sum(PAUSES_SECONDS), abs=1)
    async with post_office(post):
        await mail.look()
    assert len(post.mails) == 1
    assert mail.outcomes == {"sent": 1, "deferred": len(PAUSES_SECONDS), "failed": 0}


async def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    counter: Counter,
) -> None:
    async with post_office() as post:
        mail = sender_at(counter, post.url)
        post.recipients = lambda address: "450 Later" if address == KIM else "550 Unknown"
        await queue(counter)
        await queue(counter, "m2", to="nobody@example.test")
        with capture_logs() as logs:
            await mail.look()
        assert (await row(counter)).state == "waiting"
        refused = await row(counter, "m2")
        assert (refused.state, refused.content) == ("failed", "")
        assert {(log["event"], log["code"]) for log in logs} == {
            ("mail_deferred", 450),
            ("mail_failed", 550),
        }
        assert "example.test" not in str(logs)
        post.recipients = lambda _: ""
        counter.clock.move(PAUSES_SECONDS[0])
        await mail.look()
    assert [message["To"] for message in post.mails] == [KIM]


async def test_a_message_may_be_refused_as_well(counter: Counter) -> None:
    async with post_office() as post:
        post.content = "552 Too much"
        await queue(counter)
        await sender_at(counter, post.url).look()
    assert (await row(counter)).state == "failed"


async def test_after_a_day_it_is_given_up(counter: Counter) -> None:
    post = Post(port=free_port())
    mail = sender_at(counter, post.url)
    await queue(counter)
    for _ in range(60):
        await mail.look()
        counter.clock.move(3600)
    given_up = await row(counter)
    assert (given_up.state, given_up.content) == ("failed", "")
    assert given_up.tries == 25
    assert pause_after(given_up.tries) == 3600


async def test_where_no_server_is_set_mail_waits_and_is_given_up(counter: Counter) -> None:
    mail = Mail(counter.database, SITE, counter.clock, None, None)
    await queue(counter)
    await mail.look()
    assert (await row(counter)).state == "waiting"
    counter.clock.move(DAY_MS / 1000 + 1)
    await mail.look()
    assert (await row(counter)).state == "failed"


async def test_of_several_brokers_each_mail_is_sent_by_one(counter: Counter) -> None:
    async with post_office() as post:
        for number in range(40):
            await queue(counter, f"m{number}")
        brokers = [sender_at(counter, post.url) for _ in range(4)]
        await asyncio.gather(*(mail.look() for mail in brokers))
    assert sorted(str(message["Message-ID"]) for message in post.mails) == sorted(
        f"<m{number}@example.org>" for number in range(40)
    )


async def test_a_mail_over_which_a_broker_dies_is_sent_by_another_later(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter)
        dies = sender_at(counter, post.url)
        due = await counter.database.read(dies._due)
        assert await counter.database.write(lambda conn: dies._take(conn, due))
        other = sender_at(counter, post.url)
        await other.look()
        assert post.mails == []
        counter.clock.move(TAKEN_MS / 1000)
        await other.look()
    assert len(post.mails) == 1


async def test_what_is_erased_is_not_sent_and_leaves_no_words(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter)
        await counter.database.write(lambda conn: erase_mails(conn, SITE, "c-max"))
        await sender_at(counter, post.url).look()
    assert post.mails == []
    erased = await row(counter)
    assert (erased.state, erased.content, erased.address_digest) == ("failed", "", "")


async def test_what_is_erased_while_it_is_sent_stays_erased(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter)
        mail = sender_at(counter, post.url)
        due = await counter.database.read(mail._due)
        (taken,) = await counter.database.write(lambda conn: mail._take(conn, due))
        await counter.database.write(lambda conn: erase_mails(conn, SITE, "c-max"))
        await mail._settle(taken, "deferred", 450, counter.clock() + 1)
    assert (await row(counter)).state == "failed"


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_password_and_words_go_out_encrypted_to_a_server_that_is_known(
    counter: Counter, tmp_path: Path, scheme: str
) -> None:
    certificate, key = SelfSigned(tmp_path, "localhost").provide()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    trust = ssl.create_default_context(cafile=str(certificate))
    way: dict[str, Any] = {"listening_tls": context, "auth_require_tls": False}
    if scheme == "smtp+starttls":
        way = {"tls_context": context, "require_starttls": True}
    post = Post()
    check = only("us er", "pa:ss", post)
    async with post_office(post, authenticator=check, auth_required=True, **way):
        url = f"{scheme}://us%20er:pa%3Ass@localhost:{post.port}"
        await queue(counter)
        await sender_at(counter, url).look()
        assert post.logins == []  # nobody vouches for it, so it hears nothing
        counter.clock.move(PAUSES_SECONDS[0])
        await sender_at(counter, url, trust).look()
        assert post.logins == [("us er", "pa:ss")]
        assert len(post.mails) == 1
        # A wrong password is our own fault, which somebody will mend.
        await queue(counter, "m2")
        wrong = f"{scheme}://user:wrong@localhost:{post.port}"
        await sender_at(counter, wrong, trust).look()
        assert (await row(counter, "m2")).state == "waiting"


async def test_addresses_in_other_scripts_are_written_to(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter, to=usable("jürgen@bücher.example"))
        await sender_at(counter, post.url).look()
    (envelope,) = post.envelopes
    assert envelope.rcpt_tos == ["jürgen@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "@example.org",
        "kim@",
        "kim@example",
        "a,b@example.org",
        "a b@example.org",
        "<kim@example.org>",
        "kim@exa mple.org",
        "kim@example.org\r\nBcc: eve@example.org",
        "kim\r\nBcc:eve@example.org",
        "kim@-example.org",
        "k" * 65 + "@example.org",
        '"kim\r\n"@example.org',
        "kim@example..org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        usable(address)


def test_domains_are_written_as_the_dns_has_them() -> None:
    assert usable(" Kim@EXAMPLE.org ") == "Kim@example.org"
    assert usable("kim@straße.example") == "kim@xn--strae-oqa.example"
    assert str(mailbox('"Help, desk" <help@example.org>')) == '"Help, desk" <help@example.org>'
    with pytest.raises(BadAddress):
        mailbox("Help <help@example.org")


async def test_no_header_can_be_smuggled_in(counter: Counter) -> None:
    evil = "Hello\r\nBcc: eve@example.org\r\n\r\nbody"
    async with post_office() as post:
        await queue(counter, organisation=evil, subject=evil)
        mail = Mail(
            counter.database,
            SITE,
            counter.clock,
            parse(post.url),
            Address(addr_spec="help@example.org"),
        )
        await mail.look()
    (message,) = post.mails
    assert "Bcc" not in message
    assert post.envelopes[0].rcpt_tos == [KIM]
    assert message["Subject"] == "Hello Bcc: eve@example.org body"
    assert message["From"].addresses[0].display_name == "Hello Bcc: eve@example.org body"


def test_the_servers_address_is_read_strictly() -> None:
    assert parse("smtps://mail.example.org") == Smtp(
        host="mail.example.org", port=465, security="tls"
    )
    assert parse("smtp+starttls://a%40b:c%2Fd@mail.example.org").user == "a@b"
    for wrong in (
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://user:secret@mail.example.org",
        "smtps://mail.example.org/x",
        "smtps://mail.example.org:99999",
    ):
        with pytest.raises(ValueError, match=r"\w"):
            parse(wrong)


async def test_the_task_sends_by_itself(counter: Counter) -> None:
    async with post_office() as post:
        await queue(counter)
        mail = sender_at(counter, post.url)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(mail.run())
            await post.to(KIM)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
