"""Coming in with a second factor and looking after it, over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from msgspec.structs import replace

from broker.accounts import Account, Role
from broker.attempts import TRIES_AN_HOUR
from broker.gate import COOKIE, DEVICE_COOKIE
from broker.second_factors import STEP_MS
from tests.broker.desks import MovedClock
from tests.broker.servers import Reply, Server, serving

RIGHT = "correct horse battery"
OURS = {"X-Deskside": "1"}


@dataclass
class Door:
    """A broker whose clock a test moves."""

    server: Server
    clock: MovedClock

    async def add(self, name: str, role: Role) -> tuple[Account, str]:
        """Add an account by its one-time link; return it and the cookie it is signed in with."""
        account, token = await self.server.parts.accounts.add(name, role, ["support"])
        reply = await self.post("/v1/password", {"token": token, "password": RIGHT})
        return account, cookie_in(reply)

    async def post(self, path: str, body: Any = None, cookie: str = "", device: str = "") -> Reply:
        cookies = f"{COOKIE}={cookie}; {DEVICE_COOKIE}={device}" if cookie or device else ""
        return await self.server.call("POST", path, body, headers=OURS | {"Cookie": cookies})

    async def enter(
        self, name: str, password: str = RIGHT, code: str = "", device: str = ""
    ) -> Reply:
        body = {"name": name, "password": password, "code": code}
        return await self.post("/v1/sign-in", body, device=device)

    async def enrol(self, cookie: str) -> tuple[pyotp.TOTP, list[str]]:
        """Set up one-time codes; return what makes them, and the recovery codes."""
        proposed = (await self.post("/v1/me/codes", cookie=cookie)).json
        assert proposed["picture"].startswith("data:image/svg+xml")
        totp = pyotp.TOTP(proposed["secret"])
        assert proposed["secret"] in proposed["url"]
        reply = await self.post("/v1/me/codes/confirm", {"code": self.code(totp)}, cookie)
        self.clock.move(60)
        return totp, reply.json["recovery_codes"]

    def code(self, totp: pyotp.TOTP) -> str:
        return totp.generate_otp(self.clock.now // STEP_MS)

    async def me(self, cookie: str) -> Any:
        return (await self.server.call("GET", "/v1/me", cookie=cookie)).json


def cookie_in(reply: Reply, name: str = COOKIE) -> str:
    assert reply.status == 200, reply
    (found,) = [each for each in reply.set_cookies if each.startswith(f"{name}=")]
    return found.partition("=")[2].partition(";")[0]


@pytest.fixture
async def door(data_folder: Path) -> AsyncIterator[Door]:
    clock = MovedClock()
    async with serving(data_folder, clock=clock) as server:
        yield Door(server, clock)


@pytest.mark.parametrize("role", ["admin", "compliance"])
async def test_a_one_time_link_leads_to_a_second_factor_where_one_is_demanded(
    door: Door, role: Role
) -> None:
    _, cookie = await door.add("ada", role)
    assert (await door.me(cookie))["enrolling"]
    assert (await door.post("/v1/tickets", cookie=cookie)).error == "enrolment_needed"
    totp, codes = await door.enrol(cookie)
    assert len(codes) == 10
    assert not (await door.me(cookie))["enrolling"]
    assert (await door.post("/v1/tickets", cookie=cookie)).status == 200
    assert (await door.enter("ada")).error == "code_needed"
    assert (await door.enter("ada", code=door.code(totp))).json["enrolling"] is False


async def test_a_rep_needs_no_second_factor_until_the_site_demands_one(door: Door) -> None:
    _, cookie = await door.add("ana", "rep")
    assert not (await door.me(cookie))["enrolling"]
    site = door.server.parts.site
    await site.save(replace(site.settings, second_factor_for_all=True))
    assert (await door.me(cookie))["enrolling"]
    assert (await door.enter("ana")).json["enrolling"]


async def test_a_code_lets_in_once_and_a_wrong_one_never(door: Door) -> None:
    _, cookie = await door.add("ana", "rep")
    totp, _ = await door.enrol(cookie)
    code = door.code(totp)
    assert (
        await door.enter("ana", code="000000" if code != "000000" else "1")
    ).error == "wrong_code"
    assert (await door.enter("ana", "wrong password", code)).error == "wrong_password"
    assert (await door.enter("ana", code=f" {code[:3]} {code[3:]} ")).status == 200
    assert (await door.enter("ana", code=code)).error == "wrong_code"


async def test_a_recovery_code_stands_in_for_the_app_once(door: Door) -> None:
    _, cookie = await door.add("ana", "rep")
    _, codes = await door.enrol(cookie)
    assert (await door.enter("ana", code=codes[3])).status == 200
    assert (await door.enter("ana", code=codes[3])).error == "wrong_code"
    seen = await door.server.call("GET", "/v1/me/security", cookie=cookie)
    assert seen.json["recovery_codes_left"] == 9


async def test_codes_are_guessed_ten_times_an_hour_and_the_owner_gets_in_still(door: Door) -> None:
    _, cookie = await door.add("ana", "rep")
    totp, _ = await door.enrol(cookie)
    device = cookie_in(await door.enter("ana", code=door.code(totp)), DEVICE_COOKIE)
    # Asking for the code is no guess, however often.
    for _ in range(2 * TRIES_AN_HOUR):
        assert (await door.enter("ana")).error == "code_needed"
    for number in range(TRIES_AN_HOUR):
        assert (await door.enter("ana", code=f"x{number}")).error == "wrong_code"
    door.clock.move(60)
    assert (await door.enter("ana", code=door.code(totp))).status == 429
    assert (await door.enter("ana", code=door.code(totp), device=device)).status == 200


async def test_a_role_that_was_raised_is_worth_nothing_without_a_second_factor(door: Door) -> None:
    account, cookie = await door.add("ana", "rep")
    await door.server.parts.accounts.set_role("ana", "admin")
    assert (await door.me(cookie))["enrolling"]
    disable = f"/v1/accounts/{account.id}/disable"
    assert (await door.post(disable, cookie=cookie)).error == "enrolment_needed"


async def test_a_new_password_wants_the_old_one_and_ends_the_other_sign_ins(door: Door) -> None:
    _, cookie = await door.add("ana", "rep")
    other = cookie_in(await door.enter("ana"))
    change = {"old": "not this one", "password": "another long password"}
    assert (await door.post("/v1/me/password", change, cookie)).error == "wrong_own_password"
    change["old"] = RIGHT
    assert (await door.post("/v1/me/password", change, cookie)).status == 204
    assert (await door.me(cookie))["user_name"] == "ana"
    assert (await door.me(other))["error"] == "not_signed_in"
    assert (await door.enter("ana")).error == "wrong_password"
    assert (await door.enter("ana", "another long password")).status == 200


async def test_ones_own_password_is_guessed_ten_times_an_hour_and_nobody_is_locked_out(
    door: Door,
) -> None:
    _, cookie = await door.add("ana", "rep")
    for _ in range(TRIES_AN_HOUR):
        reply = await door.post("/v1/me/confirm", {"password": "wrong"}, cookie)
        assert reply.error == "wrong_own_password"
    assert (await door.post("/v1/me/confirm", {"password": RIGHT}, cookie)).status == 429
    assert (await door.enter("ana")).status == 200


async def test_after_a_quarter_of_an_hour_the_password_is_wanted_again(door: Door) -> None:
    _, cookie = await door.add("ana", "rep")
    door.clock.move(15 * 60)
    assert (await door.post("/v1/me/codes", cookie=cookie)).error == "confirm_needed"
    assert (await door.post("/v1/me/confirm", {"password": RIGHT}, cookie)).status == 204
    assert (await door.post("/v1/me/codes", cookie=cookie)).status == 200


async def test_the_last_second_factor_stays_where_one_is_demanded(door: Door) -> None:
    _, admin = await door.add("ada", "admin")
    await door.enrol(admin)
    assert (await door.post("/v1/me/codes/remove", cookie=admin)).error == "last_factor"
    _, rep = await door.add("ana", "rep")
    _, codes = await door.enrol(rep)
    assert (await door.post("/v1/me/codes/remove", cookie=rep)).status == 204
    assert (await door.enter("ana")).status == 200
    assert (await door.post("/v1/me/recovery-codes", cookie=rep)).error == "no_factor"
    assert (await door.enter("ana", code=codes[0])).status == 200  # nothing is asked for


async def test_a_one_time_link_says_whose_it_is_and_stays_good(door: Door) -> None:
    _, token = await door.server.parts.accounts.add("ana", "rep", display_name="Ana Sol")
    for _ in range(2):
        seen = await door.post("/v1/welcome", {"token": token})
        assert seen.json == {"name": "Ana Sol", "user_name": "ana"}
    await door.post("/v1/password", {"token": token, "password": RIGHT})
    assert (await door.post("/v1/welcome", {"token": token})).error == "bad_token"


async def test_a_new_link_does_not_get_around_the_second_factor(door: Door) -> None:
    _, cookie = await door.add("ada", "admin")
    totp, _ = await door.enrol(cookie)
    token = await door.server.parts.accounts.reset("ada")
    reply = await door.post("/v1/password", {"token": token, "password": RIGHT})
    assert (reply.json, reply.set_cookies) == ({"user_name": "ada", "me": None}, ())
    assert (await door.enter("ada")).error == "code_needed"
    assert (await door.enter("ada", code=door.code(totp))).status == 200
    token = await door.server.parts.accounts.reset("ada", door.server.parts.factors)
    reply = await door.post("/v1/password", {"token": token, "password": RIGHT})
    assert reply.json["me"]["enrolling"]


async def test_neither_plane_can_disable_the_other_nor_the_last_administrator(door: Door) -> None:
    ada = await door.server.add("ada", "admin")
    cora = await door.server.add("cora", "compliance")
    admin, officer = await door.server.sign_in(ada), await door.server.sign_in(cora)

    async def disable(account: Account, by: str) -> Reply:
        return await door.post(f"/v1/accounts/{account.id}/disable", cookie=by)

    assert (await disable(cora, admin)).error == "not_theirs"
    assert (await disable(ada, officer)).error == "not_theirs"
    assert (await disable(ada, admin)).error == "last_administrator"
    alan = await door.server.add("alan", "admin")
    assert (await disable(alan, admin)).status == 204
    added = await door.post("/v1/officers", {"name": "carl"}, officer)
    assert (await door.server.parts.accounts.called("carl")).role == "compliance"
    assert (
        await disable(await door.server.parts.accounts.get(added.json["id"]), officer)
    ).status == 204


async def test_where_one_is_signed_in_is_told_in_two_words(door: Door) -> None:
    await door.add("ana", "rep")
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    reply = await door.server.call(
        "POST",
        "/v1/sign-in",
        {"name": "ana", "password": RIGHT},
        headers=OURS | {"User-Agent": agent},
    )
    cookie = cookie_in(reply)
    listed = (await door.server.call("GET", "/v1/me/security", cookie=cookie)).json["sign_ins"]
    (here,) = [each for each in listed if each["here"]]
    assert (here["device"], here["address"]) == ("Firefox, Linux", "127.0.0.1")
    assert len(listed) == 2
