"""Signing in and out: who gets in, how often one may guess, and what is forgotten when."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from broker import schema
from broker.accounts import Account, Accounts
from broker.attempts import TRIES_AN_HOUR, TooManyTries
from broker.database import Database, open_database
from broker.passwords import Passwords
from broker.sealing import Sealing
from broker.second_factors import SecondFactors
from broker.sign_in import SignedIn, SignIns, Visit, WrongPassword, forget_expired
from broker.tokens import digest_of
from tests.broker.desks import SITE, MovedClock
from tests.broker.servers import QUICK

RIGHT = "correct horse battery"
HOUR = 3600


@dataclass
class Door:
    """Sign-ins to a site with the account `ana`."""

    url: str
    database: Database
    clock: MovedClock
    accounts: Accounts
    sign_ins: SignIns
    ana: Account

    async def guess(self, times: int = 1, name: str = "ana", device: str = "") -> None:
        for _ in range(times):
            with pytest.raises(WrongPassword):
                await self.sign_ins.sign_in(name, "wrong", visit=Visit(known_by=device))

    async def enter(self, device: str = "") -> SignedIn:
        return await self.sign_ins.sign_in("ana", RIGHT, visit=Visit(known_by=device))

    async def who(self, token: str) -> Account | None:
        standing = await self.sign_ins.of(token)
        return standing.account if standing else None

    async def count(self, table: sa.Table) -> int:
        rows = sa.select(sa.func.count()).select_from(table)
        return await self.database.read(lambda conn: conn.scalar(rows) or 0)


def all_of(conn: sa.Connection, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    return list(conn.execute(table.select()))


def quick() -> Passwords:
    return Passwords(QUICK, nobodys=QUICK.hash("nobody"))


def sign_ins_at(database: Database, clock: MovedClock) -> SignIns:
    """Sign-ins that demand no second factor, so that nothing is ever sealed."""
    return SignIns(
        database=database,
        site=SITE,
        clock=clock,
        passwords=quick(),
        factors=SecondFactors(SITE, clock, Sealing(Path("nowhere"))),
        demands=lambda role: False,
    )


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    database, clock = await open_database(database_url), MovedClock()
    accounts, passwords = Accounts(database, SITE, clock), quick()
    ana, welcome = await accounts.add("ana", "rep", ["support"])
    await accounts.set_password(welcome, await passwords.hash(RIGHT))
    sign_ins = sign_ins_at(database, clock)
    yield Door(database_url, database, clock, accounts, sign_ins, ana)
    await database.close()


async def test_the_right_password_signs_in_for_twelve_hours(door: Door) -> None:
    signed_in = await door.enter()
    assert signed_in.account == door.ana
    door.clock.move(12 * HOUR - 1)
    assert await door.who(signed_in.token) == door.ana
    door.clock.move(1)
    assert await door.who(signed_in.token) is None


async def test_a_name_may_be_typed_carelessly(door: Door) -> None:
    for name in ("ANA", " ana ", "Ana"):
        assert (await door.sign_ins.sign_in(name, RIGHT)).account == door.ana


async def test_an_unknown_name_is_answered_like_a_wrong_password(door: Door) -> None:
    for name in ("ben", "", "ana'--", "a" * 300):
        with pytest.raises(WrongPassword):
            await door.sign_ins.sign_in(name, RIGHT)


async def test_an_account_that_has_no_password_yet_lets_nobody_in(door: Door) -> None:
    await door.accounts.add("ben", "rep")
    for password in ("", RIGHT):
        with pytest.raises(WrongPassword):
            await door.sign_ins.sign_in("ben", password)


async def test_every_sign_in_has_a_secret_of_its_own_and_none_is_stored(door: Door) -> None:
    first, second = await door.enter(), await door.enter()
    secrets = {first.token, second.token, first.device, second.device}
    assert len(secrets) == 4
    assert all(len(secret) >= 22 for secret in secrets)  # 128 bits and more in base64
    for table in (schema.sign_ins, schema.devices):
        rows = await door.database.read(partial(all_of, table=table))
        assert not secrets & {value for row in rows for value in row}


async def test_unknown_and_known_names_do_the_same_work(door: Door) -> None:
    """Time depends on the work: the same number of transactions and of hashes with one cost."""
    await door.guess(name="nobody")
    work: list[str] = []
    write, fits = door.database.write, door.sign_ins._passwords.fits

    async def counted_write(*given: object) -> object:
        work.append("write")
        return await write(*given)  # type: ignore[arg-type]

    async def counted_fits(password: str, stored: str) -> bool:
        work.append("hash")
        return await fits(password, stored)

    door.database.write = counted_write  # type: ignore[method-assign, assignment]
    door.sign_ins._passwords.fits = counted_fits  # type: ignore[method-assign]
    done = []
    await door.accounts.add("ben", "rep")
    for name in ("ana", "nobody", "ben"):
        work.clear()
        await door.guess(name=name)
        done.append(tuple(work))
    assert done == [("write", "hash")] * 3


@pytest.mark.parametrize("name", ["ana", "nobody"])
async def test_ten_passwords_an_hour_are_tried_for_a_name_known_or_not(
    door: Door, name: str
) -> None:
    await door.guess(TRIES_AN_HOUR, name)
    with pytest.raises(TooManyTries) as refused:
        await door.sign_ins.sign_in(name, RIGHT)
    assert refused.value.seconds == HOUR + 1
    door.clock.move(HOUR - 1)
    with pytest.raises(TooManyTries):
        await door.sign_ins.sign_in(name, RIGHT)
    door.clock.move(1)
    await door.guess(name=name)


async def test_no_hour_sees_more_than_ten_wherever_it_begins(door: Door) -> None:
    tried: list[int] = []
    for _ in range(400):
        door.clock.move(60)
        try:
            await door.guess()
        except TooManyTries:
            continue
        tried.append(door.clock.now)
    assert len(tried) > 30
    for start in tried:
        within = [at for at in tried if start <= at < start + HOUR * 1000]
        assert len(within) <= TRIES_AN_HOUR


async def test_a_crowd_that_guesses_at_once_over_two_brokers_gets_ten_tries(door: Door) -> None:
    other_database = await open_database(door.url)
    other = sign_ins_at(other_database, door.clock)
    crowd = [
        (door.sign_ins, other)[number % 2].sign_in("ana", f"guess {number}") for number in range(40)
    ]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    await other_database.close()
    assert [type(answer) for answer in answers].count(WrongPassword) == TRIES_AN_HOUR
    assert [type(answer) for answer in answers].count(TooManyTries) == 40 - TRIES_AN_HOUR


async def test_guessing_elsewhere_does_not_lock_the_owner_out(door: Door) -> None:
    device = (await door.enter()).device
    await door.guess(TRIES_AN_HOUR)
    with pytest.raises(TooManyTries):
        await door.enter()
    assert (await door.enter(device)).device == device


async def test_a_known_browser_may_guess_ten_times_an_hour_too(door: Door) -> None:
    device = (await door.enter()).device
    await door.guess(TRIES_AN_HOUR, device=device)
    with pytest.raises(TooManyTries):
        await door.enter(device)
    await door.enter()  # and it locked nobody else out


async def test_a_browser_that_another_account_knows_is_a_stranger(door: Door) -> None:
    device = (await door.enter()).device
    await door.guess(TRIES_AN_HOUR, "ben", device)
    with pytest.raises(TooManyTries):
        await door.sign_ins.sign_in("ben", "wrong", visit=Visit(known_by=device))
    assert (await door.enter(device)).account == door.ana


async def test_the_right_password_is_no_try_at_guessing(door: Door) -> None:
    for _ in range(3 * TRIES_AN_HOUR):
        await door.enter()
    await door.guess(TRIES_AN_HOUR)


async def test_signing_out_ends_this_sign_in_alone(door: Door) -> None:
    here, there = await door.enter(), await door.enter()
    await door.sign_ins.sign_out(here.token)
    assert await door.who(here.token) is None
    assert await door.who(there.token) == door.ana


async def test_disabling_ends_every_sign_in_and_lets_nobody_in_again(door: Door) -> None:
    signed_in = await door.enter()
    await door.accounts.disable(door.ana.id)
    assert await door.who(signed_in.token) is None
    with pytest.raises(WrongPassword):
        await door.enter()
    for table in (schema.sign_ins, schema.devices, schema.welcomes):
        assert await door.count(table) == 0


async def test_who_is_disabled_while_their_password_is_checked_does_not_get_in(door: Door) -> None:
    fits = door.sign_ins._passwords.fits

    async def disabled_meanwhile(password: str, stored: str) -> bool:
        await door.accounts.disable(door.ana.id)
        return await fits(password, stored)

    door.sign_ins._passwords.fits = disabled_meanwhile  # type: ignore[method-assign]
    with pytest.raises(WrongPassword):
        await door.enter()
    assert await door.count(schema.sign_ins) == 0


async def test_a_made_up_cookie_is_nobodys(door: Door) -> None:
    await door.enter()
    for token in ("", "made-up"):
        assert await door.who(token) is None


async def test_what_is_too_old_is_forgotten_and_nothing_else(door: Door) -> None:
    device = (await door.enter()).device
    await door.guess(TRIES_AN_HOUR, "nobody")
    door.clock.move(13 * HOUR)
    kept = await door.enter(device)
    await door.database.write(lambda conn: forget_expired(conn, SITE, door.clock.now))
    assert await door.count(schema.sign_ins) == 1
    assert await door.count(schema.devices) == 1
    assert await door.count(schema.attempts) == 1
    assert await door.who(kept.token) == door.ana


async def test_names_that_were_tried_are_stored_as_digests_only(door: Door) -> None:
    await door.guess(name="my password in the wrong box")
    rows = await door.database.read(partial(all_of, table=schema.attempts))
    assert [row.digest for row in rows] == [digest_of("name my password in the wrong box")]
