"""Canned messages: who may write which, and that two editors do not overwrite each other."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from broker import canned
from broker.accounts import Account
from broker.canned import CannedMessages, Edited, may_read, may_write
from broker.database import Database, open_database
from broker.first_canned import first_canned
from protocol.fields import Language
from tests.broker.desks import SITE, MovedClock
from tests.broker.servers import Server, welcomed
from tests.waiting import LIMIT_SECONDS

ANA = Account(id="r-ana", name="ana", display_name="Ana", role="rep", teams=("support",))
BEN = replace(ANA, id="r-ben", name="ben")
LEA = replace(ANA, id="r-lea", name="lea", role="lead")
NIK = replace(ANA, id="r-nik", name="nik", role="lead", teams=("network",))
ADAM = replace(ANA, id="r-adam", name="adam", role="admin", teams=())
EVERYBODY = (ANA, BEN, LEA, NIK, ADAM)


@pytest.mark.parametrize(
    ("scope", "subject", "readers", "writers"),
    [
        ("personal", "r-ana", {"ana"}, {"ana"}),
        ("personal", "r-adam", {"adam"}, set()),
        ("team", "support", {"ana", "ben", "lea", "adam"}, {"lea", "adam"}),
        ("team", "network", {"nik", "adam"}, {"nik", "adam"}),
        ("all", "", {"ana", "ben", "lea", "nik", "adam"}, {"lea", "nik", "adam"}),
    ],
)
def test_who_may_read_and_write(
    scope: Any, subject: str, readers: set[str], writers: set[str]
) -> None:
    assert {each.name for each in EVERYBODY if may_read(each, scope, subject)} == readers
    assert {each.name for each in EVERYBODY if may_write(each, scope, subject)} == writers


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url)
    yield database
    await database.close()


@pytest.fixture
def messages(database: Database) -> CannedMessages:
    return CannedMessages(database, SITE, MovedClock())


def edited(**fields: Any) -> Edited:
    return Edited(**({"title": "Hello", "texts": {"en": "Hello {customer}!"}} | fields))


async def titles(messages: CannedMessages, account: Account) -> list[str]:
    return [message.title for message in (await messages.of(account))[1]]


async def test_everybody_has_their_own_list(messages: CannedMessages) -> None:
    await messages.save(ANA, edited(title="Ana's"))
    await messages.save(LEA, edited(scope="team", team="support", title="Support's"))
    await messages.save(NIK, edited(scope="all", title="All's"))
    assert sorted(await titles(messages, ANA)) == ["All's", "Ana's", "Support's"]
    assert sorted(await titles(messages, BEN)) == ["All's", "Support's"]
    assert sorted(await titles(messages, NIK)) == ["All's"]
    assert sorted(await titles(messages, ADAM)) == ["All's", "Support's"]


async def test_a_message_is_kept_as_it_was_written(messages: CannedMessages) -> None:
    texts = {"en": "Hello {customer}", "de": "Grüß Gott, {customer} {unknown}"}
    written = edited(path=("Help", "Printers"), shortcut="hi", texts=texts)
    saved = await messages.save(ANA, written)
    version, (found,) = await messages.of(ANA)
    assert found == saved
    assert (found.path, found.shortcut, found.texts, found.version) == (
        written.path, "hi", texts, 1,
    )  # fmt: skip
    assert version == await messages.version() == 1


async def test_of_two_who_edit_the_same_version_one_is_told(messages: CannedMessages) -> None:
    first = await messages.save(LEA, edited(scope="team", team="support"))
    edits = [
        messages.save(each, edited(id=first.id, version=1, title=each.name)) for each in (LEA, ADAM)
    ]
    done = await asyncio.gather(*edits, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Canned", "Changed"]
    (kept,) = (await messages.of(LEA))[1]
    assert kept.version == 2
    with pytest.raises(canned.Changed):
        await messages.delete(LEA, first.id, 1)
    await messages.delete(LEA, first.id, 2)
    assert await titles(messages, LEA) == []


async def test_scope_and_team_of_a_message_stay_as_they_are(messages: CannedMessages) -> None:
    first = await messages.save(LEA, edited(scope="team", team="support"))
    again = await messages.save(LEA, edited(id=first.id, version=1, scope="all"))
    assert (again.scope, again.team) == ("team", "support")


@pytest.mark.parametrize(
    ("account", "fields"),
    [
        (ANA, {"scope": "team", "team": "support"}),
        (ANA, {"scope": "all"}),
        (LEA, {"scope": "team", "team": "network"}),
        (LEA, {"scope": "team", "team": ""}),
        (ADAM, {}),
    ],
)
async def test_nobody_writes_for_others(
    messages: CannedMessages, account: Account, fields: dict[str, Any]
) -> None:
    with pytest.raises(canned.NotYours):
        await messages.save(account, edited(**fields))
    assert await messages.version() == 0


async def test_what_one_may_not_see_does_not_exist_and_what_one_may_stays(
    messages: CannedMessages,
) -> None:
    own = await messages.save(ANA, edited())
    for work in (messages.delete(BEN, own.id, 1), messages.save(BEN, edited(id=own.id, version=1))):
        with pytest.raises(canned.UnknownCanned):
            await work
    team = await messages.save(LEA, edited(scope="team", team="support"))
    for work in (
        messages.delete(ANA, team.id, 1),
        messages.save(ANA, edited(id=team.id, version=1)),
    ):
        with pytest.raises(canned.NotYours):
            await work


async def test_a_shortcut_means_one_message_among_those_for_the_same_people(
    messages: CannedMessages,
) -> None:
    first = await messages.save(ANA, edited(shortcut="hi"))
    await messages.save(BEN, edited(shortcut="hi"))
    await messages.save(LEA, edited(shortcut="hi", scope="team", team="support"))
    with pytest.raises(canned.ShortcutTaken):
        await messages.save(ANA, edited(shortcut="HI"))
    await messages.save(ANA, edited(id=first.id, version=1, shortcut="hi", title="Same"))


async def test_nobody_keeps_more_than_they_find_again(
    messages: CannedMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canned, "MOST", 2)
    tries = [messages.save(ANA, edited(title=str(number))) for number in range(5)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, canned.TooMany) for each in done) == 3
    await messages.save(BEN, edited())


async def test_the_demo_begins_with_a_set_and_does_not_bring_back_what_was_deleted(
    messages: CannedMessages,
) -> None:
    await messages.begin_with(first_canned())
    assert len(await titles(messages, ANA)) == 7
    await messages.delete(ADAM, "k-first-cable", 1)
    await messages.begin_with(first_canned())
    assert len(await titles(messages, ANA)) == 6
    (languages,) = {frozenset(message.texts) for message in first_canned()}
    pattern = get_args(Language)[1].pattern
    assert all(language in pattern for language in languages)
    assert len(languages) == 5


async def test_an_open_console_is_told_of_a_new_list(server: Server) -> None:
    lead = await server.sign_in_as("lead")
    ticket = (await server.call("POST", "/v1/tickets", cookie=lead)).json["ticket"]
    async with server.link(ticket) as link, asyncio.timeout(LIMIT_SECONDS):
        while (frame := await link.receive_json())["type"] != "canned":
            pass
        assert frame["version"] == 0
        body = {"scope": "all", "title": "Hello", "texts": {"en": "Hello"}}
        saved = (await server.call("POST", "/v1/canned", body, cookie=lead)).json
        assert saved["writable"]
        while (frame := await link.receive_json())["type"] != "canned":
            pass
        listed = (await server.call("GET", "/v1/canned", cookie=lead)).json
        assert frame["version"] == listed["version"] == 1
        assert listed["messages"] == [saved]
    stale = {**body, "id": saved["id"], "version": 7}
    refused = await server.call("POST", "/v1/canned", stale, cookie=lead)
    assert (refused.status, refused.error) == (409, "changed_meanwhile")


async def test_both_devices_of_a_rep_know_how_their_switch_stands(server: Server) -> None:
    rep = await server.sign_in_as("rep")
    tickets = [(await server.call("POST", "/v1/tickets", cookie=rep)).json for _ in range(2)]
    async with (
        server.link(tickets[0]["ticket"]) as one,
        server.link(tickets[1]["ticket"]) as other,
        asyncio.timeout(LIMIT_SECONDS),
    ):
        assert (await welcomed(other))["available"] is False
        await one.send_json({"type": "set_available", "available": True})
        while (frame := await other.receive_json())["type"] != "switch":
            pass
        assert frame["available"] is True
