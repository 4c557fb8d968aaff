"""Nothing is told or done that the customer does not allow at that very moment."""

from typing import Any

import pytest

from customer_client import errands
from customer_client.errands import Errands
from customer_client.screen.display import DisplayLost
from protocol import facts as f
from protocol import requests as r
from tests.protocol.life import ANA, CUSTOMER, Life

PAGE = "https://example.test/help"


class Scene:
    """Errands of the session of `life`, which happens as they ask."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.asked: list[tuple[type[r.Request], dict[str, Any]]] = []
        self.errands = Errands(
            self._ask, lambda: self.life.session, lambda: self.life.now, _no_display
        )

    async def _ask(self, kind: type[r.Request], **about: Any) -> None:
        self.asked.append((kind, about))
        self.life.ask(kind, CUSTOMER, **about)

    async def ana_asks(self, kind: type[r.Request], **about: Any) -> None:
        await self.errands.run(self.life.ask(kind, ANA, **about))

    async def customer_allows(self) -> f.Fact:
        return self.life.ask(r.AnswerAction, CUSTOMER, allowed=True)


def _no_display() -> Any:
    raise DisplayLost("there is none")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was done on this computer, which does nothing here."""
    acts: list[tuple[str, str]] = []

    def act(action: str, url: str) -> str:
        acts.append((action, url))
        return "done"

    monkeypatch.setattr(errands, "act", act)
    monkeypatch.setattr(errands, "is_possible", lambda action: action != "task_manager")
    return acts


async def test_who_may_know_is_told_what_the_computer_is_made_of() -> None:
    scene = Scene(Life().talk().grant("system_information"))
    await scene.ana_asks(r.RequestSystem)
    ((kind, about),) = scene.asked
    assert kind is r.TellSystem
    assert about["system"].kernel.startswith("Linux")
    assert about["system"].monitors == ()


async def test_nothing_is_told_once_the_grant_is_taken_back() -> None:
    scene = Scene(Life().talk().grant("system_information"))
    asked = scene.life.ask(r.RequestSystem, ANA)
    scene.life.ask(r.Revoke, CUSTOMER, tool="system_information")
    await scene.errands.run(asked)
    assert scene.asked == []


async def test_nothing_is_told_once_the_grant_has_run_out_though_no_fact_says_so_yet() -> None:
    scene = Scene(Life().talk().grant("system_information", scope="once"))
    asked = scene.life.ask(r.RequestSystem, ANA)
    scene.life.wait(301)
    await scene.errands.run(asked)
    assert scene.asked == []


async def test_what_was_allowed_is_done_and_reported(done: list[tuple[str, str]]) -> None:
    scene = Scene(Life().talk().grant("special_actions"))
    await scene.ana_asks(r.RequestAction, action="open_page", url=PAGE)
    assert (scene.asked, done) == ([], [])
    await scene.errands.run(await scene.customer_allows())
    assert done == [("open_page", PAGE)]
    assert scene.asked == [(r.ReportAction, {"outcome": "done"})]


async def test_what_was_not_allowed_is_not_done(done: list[tuple[str, str]]) -> None:
    scene = Scene(Life().talk().grant("special_actions"))
    await scene.ana_asks(r.RequestAction, action="lock")
    await scene.errands.run(scene.life.ask(r.AnswerAction, CUSTOMER, allowed=False))
    assert (scene.asked, done) == ([], [])


async def test_an_allowed_action_is_not_done_without_its_grant(done: list[tuple[str, str]]) -> None:
    scene = Scene(Life().talk().grant("special_actions", scope="once"))
    await scene.ana_asks(r.RequestAction, action="lock")
    allowed = await scene.customer_allows()
    scene.life.wait(301)
    await scene.errands.run(allowed)
    scene.life.ask(r.Revoke, CUSTOMER, tool="special_actions")
    await scene.errands.run(allowed)
    assert (scene.asked, done) == ([], [])


async def test_what_was_allowed_once_is_not_done_twice(done: list[tuple[str, str]]) -> None:
    scene = Scene(Life().talk().grant("special_actions"))
    await scene.ana_asks(r.RequestAction, action="lock")
    allowed = await scene.customer_allows()
    await scene.errands.run(allowed)
    await scene.errands.run(allowed)
    assert done == [("lock", "")]


async def test_what_this_computer_cannot_do_nobody_is_asked_for(
    done: list[tuple[str, str]],
) -> None:
    scene = Scene(Life().talk().grant("special_actions"))
    await scene.ana_asks(r.RequestAction, action="task_manager")
    assert scene.asked == [(r.ReportAction, {"outcome": "not_possible"})]
    assert done == []
