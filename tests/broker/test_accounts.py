"""Accounts: adding, welcoming, disabling, and the very first one."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from broker.accounts import (
    Account,
    Accounts,
    NameTaken,
    UnknownAccount,
    UnknownWelcome,
    party_of,
    welcome_link,
)
from broker.database import open_database
from tests.broker.desks import SITE, MovedClock

DAY = 24 * 3600


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def accounts(database_url: str, clock: MovedClock) -> AsyncIterator[Accounts]:
    database = await open_database(database_url)
    yield Accounts(database, SITE, clock)
    await database.close()


async def test_an_account_is_found_by_name_and_by_id(accounts: Accounts) -> None:
    added, _ = await accounts.add("ana", "rep", ["support", "network", "support"])
    assert added.id.startswith("r-")
    assert added.display_name == "Ana"
    assert added.teams == ("network", "support")
    assert await accounts.called("ana") == added
    assert await accounts.get(added.id) == added


async def test_a_name_is_given_once(accounts: Accounts) -> None:
    await accounts.add("ana", "rep")
    with pytest.raises(NameTaken):
        await accounts.add("ana", "admin")


async def test_of_many_who_take_a_name_at_once_one_gets_it(accounts: Accounts) -> None:
    tries = (accounts.add("ana", "rep") for _ in range(8))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(answer) for answer in answers].count(NameTaken) == 7


async def test_a_name_that_could_be_mistaken_is_refused(accounts: Accounts) -> None:
    for name in ("", "Ana", "a b", "-ana", "ana\n", "a" * 65, "añа", "a/b", "a:b"):
        with pytest.raises(ValueError, match="A user name is small letters"):
            await accounts.add(name, "rep")


async def test_a_welcome_sets_one_password_within_a_day(
    accounts: Accounts, clock: MovedClock
) -> None:
    added, token = await accounts.add("ana", "rep")
    clock.move(DAY - 1)
    assert await accounts.welcomed(token) == added
    assert await accounts.set_password(token, "hash") == added
    with pytest.raises(UnknownWelcome):
        await accounts.welcomed(token)
    with pytest.raises(UnknownWelcome):
        await accounts.set_password(token, "another")


async def test_a_welcome_that_is_a_day_old_is_worth_nothing(
    accounts: Accounts, clock: MovedClock
) -> None:
    _, token = await accounts.add("ana", "rep")
    clock.move(DAY)
    with pytest.raises(UnknownWelcome):
        await accounts.set_password(token, "hash")


async def test_of_many_who_use_one_welcome_at_once_one_sets_the_password(
    accounts: Accounts,
) -> None:
    _, token = await accounts.add("ana", "rep")
    tries = (accounts.set_password(token, f"hash {number}") for number in range(8))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(answer) for answer in answers].count(UnknownWelcome) == 7


async def test_a_new_welcome_ends_the_one_before(accounts: Accounts) -> None:
    _, old = await accounts.add("ana", "rep")
    new = await accounts.reset("ana")
    with pytest.raises(UnknownWelcome):
        await accounts.welcomed(old)
    await accounts.welcomed(new)
    with pytest.raises(UnknownAccount):
        await accounts.reset("nobody")


async def test_a_disabled_account_is_unknown_and_its_name_stays_taken(accounts: Accounts) -> None:
    added, token = await accounts.add("ana", "rep")
    await accounts.disable(added.id)
    for lookup in (accounts.called("ana"), accounts.get(added.id), accounts.disable(added.id)):
        with pytest.raises(UnknownAccount):
            await lookup
    with pytest.raises(UnknownWelcome):
        await accounts.set_password(token, "hash")
    with pytest.raises(NameTaken):
        await accounts.add("ana", "rep")


async def test_the_first_administrator_is_made_once_and_only_where_nobody_is(
    accounts: Accounts,
) -> None:
    tokens = await asyncio.gather(*(accounts.add_first() for _ in range(5)))
    (token,) = [token for token in tokens if token]
    assert await accounts.add_first() == ""
    assert (await accounts.set_password(token, "hash")).role == "admin"
    assert await accounts.add_first() == ""


async def test_where_somebody_is_no_first_administrator_is_made(accounts: Accounts) -> None:
    added, _ = await accounts.add("ana", "rep")
    assert await accounts.add_first() == ""
    await accounts.disable(added.id)
    assert await accounts.add_first() == ""


@pytest.mark.parametrize(
    ("role", "stands_as", "teams", "leads"),
    [
        ("rep", "rep", ("support",), ()),
        ("lead", "rep", ("support",), ("support",)),
        ("admin", "staff", (), ()),
        ("compliance", "staff", (), ()),
    ],
)
def test_only_reps_and_leads_serve_teams(
    role: str, stands_as: str, teams: tuple[str, ...], leads: tuple[str, ...]
) -> None:
    account = Account(id="r-1", name="x", display_name="X", role=role, teams=("support",))  # type: ignore[arg-type]
    party = party_of(account)
    assert (party.id, party.role, party.name) == ("r-1", stands_as, "X")
    assert (party.teams, party.leads) == (teams, leads)


def test_the_token_of_a_welcome_link_is_in_the_part_that_is_never_sent() -> None:
    link = URL(welcome_link(URL("https://help.example.org"), "secret"))
    assert link.fragment == "welcome=secret"
    assert "secret" not in str(link.with_fragment(None))
