"""Passwords: hashed with the current parameters, few at a time, and never for nobody."""

import asyncio
import time

import pytest
from argon2 import PasswordHasher

from broker.passwords import AT_ONCE, NOBODYS, WAITING, Busy, Passwords
from tests.broker.servers import QUICK


async def test_a_password_fits_its_hash_and_no_other() -> None:
    passwords = Passwords(QUICK)
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.fits("correct horse", stored)
    assert not await passwords.fits("Correct horse", stored)


async def test_an_accent_fits_however_the_keyboard_wrote_it() -> None:
    passwords = Passwords(QUICK)
    assert await passwords.fits("cafe\u0301", await passwords.hash("caf\u00e9"))


async def test_nobodys_password_never_fits() -> None:
    assert not await Passwords(QUICK).fits("", "")


def test_nobodys_hash_costs_what_a_real_one_costs() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS)


async def test_few_are_checked_at_a_time_and_a_crowd_is_turned_away() -> None:
    passwords = Passwords(QUICK)
    stored = await passwords.hash("x")
    running, most = 0, 0
    check = passwords._check

    def counted(stored: str, password: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.002)  # long enough for others to begin, were they let
        try:
            return check(stored, password)
        finally:
            running -= 1

    passwords._check = counted  # type: ignore[method-assign]
    crowd = [passwords.fits("x", stored) for _ in range(WAITING + 5)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(isinstance(answer, Busy) for answer in answers) == 5
    assert answers.count(True) == WAITING
    assert 1 <= most <= AT_ONCE


@pytest.mark.parametrize("stored", ["nonsense", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
async def test_a_spoilt_hash_fits_nothing(stored: str) -> None:
    assert not await Passwords(QUICK).fits("x", stored)
