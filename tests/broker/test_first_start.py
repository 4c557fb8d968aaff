"""The first administrator is made by a state, never by an address: no path leads back to a set-up."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from broker.accounts import Accounts
from tests.broker.servers import Server, serving

WORDS = (
    *("setup", "set-up", "setupwizard", "SetupWizard.aspx", "setup.php", "install", "installer"),
    *("wizard", "first-run", "firstrun", "first", "init", "initialize", "bootstrap", "onboarding"),
    *("register", "signup", "sign-up", "admin", "admin/setup", "account/first", "create-admin"),
    *("v1/setup", "v1/first", "v1/accounts/first", "v1/install", "v1/password/first"),
)
SHAPES = (
    *("/{}", "/{}/", "//{}", "/./{}", "/{}/.", "/{}/x", "/{}.html", "/%2e/{}", "/{}%20", "/{};a=b"),
    *("/console/{}", "/console/../{}", "/assets/{}", "/assets/console/{}", "/{}%00", "/..%2f{}"),
    *("/v1/{}", "/%2f{}", "/{}%2f", "/{}..", "/V1/{}", "/{}?first=1"),
)


def variants() -> Iterator[str]:
    for word, shape in itertools.product(WORDS, SHAPES):
        yield shape.format(word)
        if word != word.upper():
            yield shape.format(word.upper())


async def accounts_of(server: Server) -> list[str]:
    return [account.name for account, _ in await server.parts.accounts.everybody()]


async def test_no_address_leads_to_a_set_up_before_or_after_it_was_done(data_folder: Path) -> None:
    async with serving(data_folder, demo=False, rate_calls=1_000_000) as server:
        paths = sorted(set(variants()))
        assert len(paths) >= 500
        for done in (False, True):
            if done:
                assert await server.parts.accounts.add_first()
            before = await accounts_of(server)
            for number, path in enumerate(paths):
                # Files of pages are only fetched: posting to one is another refusal.
                posted = number % 2 == done and not path.startswith("/assets/")
                method = "POST" if posted else "GET"
                body = {"name": "eve", "password": "long enough for one", "role": "admin"}
                reply = await server.call(
                    method, path, body if method == "POST" else None, headers={"X-Deskside": "1"}
                )
                assert reply.status == 404, (method, path, reply)
            assert await accounts_of(server) == before


async def test_nothing_that_happens_to_accounts_makes_a_first_one_again(server: Server) -> None:
    accounts: Accounts = server.parts.accounts
    token = await accounts.add_first()
    await accounts.set_password(token, "hash")
    await accounts.add("ana", "rep")
    await accounts.disable((await accounts.called("ana")).id)
    await accounts.set_role("admin", "admin")
    assert await accounts.add_first() == ""
