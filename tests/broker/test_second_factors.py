"""One-time codes and recovery codes: each once, near its time, for its owner, and not readable at rest."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from broker import schema
from broker.database import Database, open_database
from broker.sealing import FILE, CannotOpen, Sealing
from broker.second_factors import STEP_MS, SecondFactors
from tests.broker.desks import SITE, MovedClock


@dataclass
class Vault:
    """The second factors of a site, with a second broker that shares database and key."""

    database: Database
    other: Database
    clock: MovedClock
    factors: SecondFactors
    folder: Path

    async def use(self, code: str, account: str = "r-1") -> bool:
        return await self.database.write(partial(self.factors.use, account=account, typed=code))

    async def set_up(self, account: str = "r-1") -> pyotp.TOTP:
        """Set up codes for `account` and let the one that confirmed them grow old."""
        secret = await self.database.write(partial(self.factors.propose, account=account))
        totp = pyotp.TOTP(secret)
        confirm = partial(self.factors.confirm, account=account, code=self.code(totp))
        assert await self.database.write(confirm)
        self.clock.move(60)
        return totp

    def code(self, totp: pyotp.TOTP, steps: int = 0) -> str:
        return totp.generate_otp(self.clock.now // STEP_MS + steps)


@pytest.fixture
async def vault(database_url: str, tmp_path: Path) -> AsyncIterator[Vault]:
    database, other = [await open_database(database_url) for _ in range(2)]
    clock = MovedClock()
    yield Vault(database, other, clock, SecondFactors(SITE, clock, Sealing(tmp_path)), tmp_path)
    await database.close()
    await other.close()


async def test_a_code_is_right_in_its_own_step_and_one_to_each_side(vault: Vault) -> None:
    totp = await vault.set_up()
    for steps, right in ((-2, False), (2, False), (-1, True), (0, True), (1, True)):
        assert await vault.use(vault.code(totp, steps)) is right, steps


async def test_a_code_works_once_and_so_ends_all_before_it(vault: Vault) -> None:
    totp = await vault.set_up()
    assert await vault.use(vault.code(totp))
    assert not await vault.use(vault.code(totp))
    assert not await vault.use(vault.code(totp, -1))
    vault.clock.move(30)
    assert await vault.use(vault.code(totp))


async def test_the_code_that_confirmed_them_is_used_up(vault: Vault) -> None:
    secret = await vault.database.write(partial(vault.factors.propose, account="r-1"))
    code = vault.code(pyotp.TOTP(secret))
    assert not await vault.use(code)
    confirm = partial(vault.factors.confirm, account="r-1", code=code)
    assert await vault.database.write(confirm)
    assert not await vault.use(code)
    assert not await vault.database.write(confirm)


async def test_of_many_at_two_brokers_who_show_one_code_one_gets_in(vault: Vault) -> None:
    totp = await vault.set_up()
    use = partial(vault.factors.use, account="r-1", typed=vault.code(totp))
    databases = (vault.database, vault.other)
    answers = await asyncio.gather(*(databases[n % 2].write(use) for n in range(10)))
    assert answers.count(True) == 1


async def test_a_code_may_be_pasted_as_apps_show_it(vault: Vault) -> None:
    totp = await vault.set_up()
    code = vault.code(totp)
    assert await vault.use(f"  {code[:3]} {code[3:]}\n")
    vault.clock.move(30)
    code = vault.code(totp)
    assert await vault.use(f"{code[:3]}-{code[3:]}")


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "é" * 6, "0" * 200])
async def test_what_is_no_code_is_wrong(vault: Vault, typed: str) -> None:
    await vault.set_up()
    assert not await vault.use(typed)
    proposed = partial(vault.factors.propose, account="r-1")
    await vault.database.write(proposed)
    assert not await vault.database.write(partial(vault.factors.confirm, account="r-1", code=typed))


async def test_until_new_codes_are_confirmed_the_old_ones_hold(vault: Vault) -> None:
    totp = await vault.set_up()
    secret = await vault.database.write(partial(vault.factors.propose, account="r-1"))
    assert not await vault.use(vault.code(pyotp.TOTP(secret)))
    assert await vault.use(vault.code(totp))
    vault.clock.move(60)
    confirm = partial(vault.factors.confirm, account="r-1", code=vault.code(pyotp.TOTP(secret)))
    assert await vault.database.write(confirm)
    vault.clock.move(60)
    assert not await vault.use(vault.code(totp))
    assert await vault.use(vault.code(pyotp.TOTP(secret)))


async def test_a_recovery_code_works_once_for_its_owner_however_it_is_typed(vault: Vault) -> None:
    make = partial(vault.factors.make_recovery_codes, account="r-1")
    codes = await vault.database.write(make)
    assert len(set(codes)) == 10
    assert not await vault.use(codes[0], "r-2")
    assert await vault.use(codes[0].upper().replace("-", " "))
    assert not await vault.use(codes[0])
    left = partial(vault.factors.recovery_codes_left, account="r-1")
    assert await vault.database.read(left) == 9
    new = await vault.database.write(make)
    assert not await vault.use(codes[1])
    assert await vault.use(new[1])


async def test_no_secret_and_no_recovery_code_stands_in_the_database(vault: Vault) -> None:
    totp = await vault.set_up()
    codes = await vault.database.write(partial(vault.factors.make_recovery_codes, account="r-1"))

    def everything(conn: sa.Connection) -> str:
        tables = (schema.one_time_codes, schema.recovery_codes)
        return " ".join(str(tuple(row)) for table in tables for row in conn.execute(table.select()))

    stored = (await vault.database.read(everything)).lower()
    assert totp.secret.lower() not in stored
    for code in codes:
        assert code not in stored
        assert code.replace("-", "") not in stored


async def test_the_key_is_for_its_owner_alone_and_nothing_opens_without_it(vault: Vault) -> None:
    totp = await vault.set_up()
    path = vault.folder / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in vault.folder.glob(f"{FILE}*")] == [FILE]
    key = path.read_bytes()
    for content in (None, b"", Fernet.generate_key()):
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CannotOpen):
            await vault.use(vault.code(totp))
    # A new key in front, the old one behind it: both open.
    path.write_bytes(Fernet.generate_key() + b"\n" + key)
    assert await vault.use(vault.code(totp))


async def test_a_secret_that_was_moved_to_another_account_opens_nothing(vault: Vault) -> None:
    totp = await vault.set_up()
    await vault.set_up("r-2")

    def steal(conn: sa.Connection) -> None:
        t = schema.one_time_codes
        mine = conn.scalar(sa.select(t.c.secret).where(t.c.account == "r-1"))
        conn.execute(t.update().where(t.c.account == "r-2").values(secret=mine))

    await vault.database.write(steal)
    with pytest.raises(CannotOpen):
        await vault.use(vault.code(totp), "r-2")
