"""The transcript by mail, over HTTP and through a real SMTP server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from broker.parts import Parts
from broker.transcript_mail import MOST_OF_A_SESSION
from protocol import requests as r
from protocol.session import Party
from tests.broker.desks import new_id
from tests.broker.servers import Reply, Server, serving, welcomed
from tests.smtp import Post, html_of, post_office, text_of
from tests.waiting import LIMIT_SECONDS

KIM = "kim@example.test"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as post:
        yield post


@pytest.fixture
async def mailing(data_folder: Path, post: Post) -> AsyncIterator[Server]:
    async with serving(data_folder, smtp=post.url, mail_from="help@example.org") as server:
        yield server


async def ask(parts: Parts, kind: type[r.Request], by: Party, session: str, **about: Any) -> str:
    return (await parts.desk.ask(kind(id=new_id(), session=session, **about), by)).session


async def talked(server: Server, customer: str, language: str = "de") -> str:
    """Let `customer` talk to Ana, and return the session."""
    parts, kim = server.parts, Party(id=customer, role="customer")
    account = await server.add("ana", "rep")
    ana = Party(id=account.id, role="rep", name="Ana", teams=("support",))
    cookie = await server.sign_in(account)
    ticket = (await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    async with server.link(ticket) as link:
        await welcomed(link)
        await link.send_json({"type": "set_available", "available": True})
        while True:
            frame = await link.receive_json(timeout=LIMIT_SECONDS)
            if frame["type"] == "team" and any(rep["available"] for rep in frame["reps"]):
                break
        session = await ask(parts, r.Start, kim, "", issue="computer", language=language)
        rules = (await parts.desk.session(session)).rules
        await ask(parts, r.AcceptAgreement, kim, session, digest=rules.agreement_digest)
        allowed: dict[str, Any] = {"allowed": True, "digest": rules.recording_digest}
        await ask(parts, r.AnswerRecording, kim, session, **allowed)
        await ask(parts, r.Accept, ana, session)
        await ask(parts, r.Say, kim, session, text="Kein <Ton>.")
        await ask(parts, r.Note, ana, session, text="A secret between reps")
        await ask(parts, r.Say, ana, session, text="Welcher Stecker?")
    return session


async def mail(server: Server, token: str, session: str, **about: Any) -> Reply:
    body = {"session": session, "email": KIM, "zone": "Europe/Berlin"} | about
    return await server.call("POST", "/v1/transcript-mails", body, token=token)


async def test_a_customer_gets_what_they_have_read_in_their_language(
    mailing: Server, post: Post
) -> None:
    party, token = await mailing.visitor()
    session = await talked(mailing, party)
    assert (await mail(mailing, token, session)).status == 204
    sent = await post.to(KIM)
    assert sent["Subject"] == "Ihr Chat mit Deskside"
    text, page = text_of(sent), html_of(sent)
    assert "Sie: Kein <Ton>." in text
    assert "Ana: Welcher Stecker?" in text
    assert "Ana ist für Sie da." in text
    assert "Kein &lt;Ton&gt;." in page
    assert '<html lang="de">' in page
    assert "secret" not in text + page


async def test_files_are_told_of_and_erased_ones_without_their_names(
    mailing: Server, post: Post
) -> None:
    party, token = await mailing.visitor()
    session = await talked(mailing, party)
    kim = Party(id=party, role="customer")
    ana = Party(id=(await mailing.parts.desk.session(session)).owner, role="rep")
    for name in ("Rechnung.pdf", "Foto.png"):
        await ask(mailing.parts, r.OfferFile, kim, session, file=name, name=name, size=9)
    await ask(mailing.parts, r.WithdrawFile, kim, session, file="Foto.png")
    await ask(mailing.parts, r.AnswerFile, ana, session, file="Rechnung.pdf", accepted=True)
    arrives = r.FileArrives(file="Rechnung.pdf", size=9, digest="0" * 64, content="pdf")
    await mailing.parts.desk.notice(session, arrives)
    assert (await mail(mailing, token, session)).status == 204
    text = text_of(await post.to(KIM))
    assert "Sie: Datei: Rechnung.pdf\n" in text.replace("\r", "")
    assert "Sie: Datei: Foto.png (nicht zugestellt)" in text
    await ask(mailing.parts, r.EraseMyTexts, kim, session)
    assert (await mail(mailing, token, session)).status == 204
    text = text_of(await post.to(KIM, 2))
    assert "Rechnung" not in text
    assert "Datei: Der Name wurde gelöscht." in text


async def test_only_the_sessions_own_customer_can_ask_for_it(mailing: Server, post: Post) -> None:
    party, _ = await mailing.visitor()
    session = await talked(mailing, party)
    _, other = await mailing.visitor()
    for wanted in (session, "no-such-session"):
        reply = await mail(mailing, other, wanted)
        assert (reply.status, reply.error) == (404, "unknown_session")
    assert post.mails == []


async def test_it_is_mailed_three_times_an_hour(mailing: Server) -> None:
    party, token = await mailing.visitor()
    session = await talked(mailing, party)
    for _ in range(MOST_OF_A_SESSION):
        assert (await mail(mailing, token, session)).status == 204
    reply = await mail(mailing, token, session)
    assert (reply.status, reply.error) == (429, "rate_limited")


async def test_words_that_were_erased_are_not_in_it(mailing: Server, post: Post) -> None:
    party, token = await mailing.visitor()
    session = await talked(mailing, party)
    kim = Party(id=party, role="customer")
    await ask(mailing.parts, r.EraseMyTexts, kim, session)
    assert (await mail(mailing, token, session)).status == 204
    text = text_of(await post.to(KIM))
    assert "Sie: Gelöscht" in text
    assert "Ton" not in text


async def test_words_that_a_rep_took_back_are_not_in_it(mailing: Server, post: Post) -> None:
    party, token = await mailing.visitor()
    session = await talked(mailing, party)
    stands = await mailing.parts.desk.session(session)
    ana = Party(id=stands.owner, role="rep", name="Ana", teams=("support",))
    await ask(mailing.parts, r.TakeBack, ana, session, line=stands.shown)
    assert (await mail(mailing, token, session)).status == 204
    text = text_of(await post.to(KIM))
    assert "Welcher Stecker?" not in text
    assert "Nachricht zurückgenommen" in text
    assert "Kein <Ton>." in text


async def test_no_bad_address_is_taken_and_nothing_where_no_mail_is_sent(
    mailing: Server, data_folder: Path
) -> None:
    party, token = await mailing.visitor()
    session = await talked(mailing, party)
    assert (await mail(mailing, token, session, email="kim@nowhere")).error == "bad_address"
    async with serving(data_folder) as silent:
        assert (await mail(silent, token, session)).error == "no_mail"
