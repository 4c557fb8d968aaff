"""System information and special actions: nothing without a live grant, and no action unasked."""

from typing import Any, get_args

import msgspec
import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.fields import ActionOutcome, SpecialAction
from protocol.state import Action
from protocol.system import Disk, System, read
from tests.protocol.life import ANA, BEN, CUSTOMER, Life

PAGE = "https://example.test/help"
ACTIONS = get_args(SpecialAction)
SYSTEM = System(system="Debian 12", cores=2, disks=(Disk(name="/", size=9, free=4),))


def about(action: str) -> dict[str, Any]:
    """Return what is asked with `action`."""
    return {"action": action, "url": PAGE if action == "open_page" else ""}


def asked_for(action: str) -> Life:
    """Return a life in which Ana, who may, has just asked for `action`."""
    life = Life().talk().join(BEN).grant("special_actions")
    life.ask(r.RequestAction, ANA, **about(action))
    return life


# --- what a computer is made of


def test_who_may_read_what_a_computer_is_made_of_is_told() -> None:
    life = Life().talk().grant("system_information")
    life.ask(r.RequestSystem, ANA)
    assert life.session.system_for == "ana"
    told = life.ask(r.TellSystem, CUSTOMER, system=SYSTEM)
    assert isinstance(told, f.SystemTold)
    assert told.rep == "ana"
    assert read(told.told) == SYSTEM
    assert life.session.system_for == ""
    assert life.refusal(r.TellSystem, CUSTOMER, system=SYSTEM) == "not_now"


def test_nobody_reads_it_without_a_live_grant_of_their_own() -> None:
    life = Life().talk().join(BEN)
    assert life.refusal(r.RequestSystem, ANA) == "no_grant"
    every_other = ("view", "control", "clipboard", "files", "special_actions")
    life.grant(*every_other).grant("system_information", rep=BEN)
    assert life.refusal(r.RequestSystem, ANA) == "no_grant"
    life.ask(r.RequestSystem, BEN)
    life.wait(life.session.rules.grant_seconds)
    assert life.refusal(r.RequestSystem, BEN) == "no_grant"
    assert life.refusal(r.TellSystem, CUSTOMER, system=SYSTEM) == "no_grant"


@pytest.mark.parametrize("way", ["revoke", "release", "stop"])
def test_what_was_asked_is_not_told_when_the_grant_is_gone(way: str) -> None:
    life = Life().talk().grant("system_information")
    life.ask(r.RequestSystem, ANA)
    if way == "revoke":
        life.ask(r.Revoke, CUSTOMER, tool="system_information")
    elif way == "release":
        life.ask(r.Release, ANA, tool="system_information")
    else:
        life.ask(r.ShareScreen, CUSTOMER, what="screen")
        life.ask(r.StopSharing, CUSTOMER)
    assert life.session.system_for == ""
    assert life.refusal(r.TellSystem, CUSTOMER, system=SYSTEM) == "not_now"


def test_another_tool_that_is_taken_back_leaves_the_question_open() -> None:
    life = Life().talk().join(BEN).grant("system_information", "special_actions", "files")
    life.grant("system_information", "special_actions", rep=BEN)
    life.ask(r.RequestSystem, ANA)
    life.ask(r.RequestAction, ANA, action="lock")
    life.ask(r.Revoke, CUSTOMER, tool="files")
    life.ask(r.Release, BEN, tool="system_information")
    life.ask(r.Release, BEN, tool="special_actions")
    assert life.session.system_for == "ana"
    assert life.session.action


# --- special actions


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_asked_for_allowed_and_reported(action: SpecialAction) -> None:
    life = asked_for(action)
    now = life.now
    assert life.session.action
    assert life.session.action.until == now + life.session.rules.prompt_seconds * 1000
    assert life.ask(r.AnswerAction, CUSTOMER, allowed=True) == f.ActionAnswered(
        place=life.session.place, at=now, by="customer", action=action, rep="ana", allowed=True
    )
    assert life.session.action.allowed
    done = life.ask(r.ReportAction, CUSTOMER, outcome="done")
    assert done == f.ActionReported(
        place=life.session.place, at=now, by="customer", action=action, rep="ana", outcome="done"
    )
    assert life.session.action is None


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_is_asked_for_without_a_live_grant_of_ones_own(action: str) -> None:
    life = Life().talk().join(BEN)
    assert life.refusal(r.RequestAction, ANA, **about(action)) == "no_grant"
    every_other = ("view", "control", "clipboard", "files", "system_information")
    life.grant(*every_other).grant("special_actions", rep=BEN, scope="once")
    assert life.refusal(r.RequestAction, ANA, **about(action)) == "no_grant"
    life.wait(300)
    assert life.refusal(r.RequestAction, BEN, **about(action)) == "no_grant"


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_is_allowed_once_the_grant_has_run_out(action: str) -> None:
    life = Life().talk().grant("special_actions", scope="once").wait(290)
    life.ask(r.RequestAction, ANA, **about(action))
    life.wait(15)
    assert life.refusal(r.AnswerAction, CUSTOMER, allowed=True) == "no_grant"
    life.ask(r.AnswerAction, CUSTOMER, allowed=False)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("allowed", [False, True])
def test_an_action_goes_with_its_grant(action: str, allowed: bool) -> None:
    life = asked_for(action)
    if allowed:
        life.ask(r.AnswerAction, CUSTOMER, allowed=True)
    life.ask(r.Revoke, CUSTOMER, tool="special_actions")
    assert life.session.action is None
    assert life.refusal(r.AnswerAction, CUSTOMER, allowed=True) == "not_now"
    assert life.refusal(r.ReportAction, CUSTOMER, outcome="done") == "not_now"


def test_an_action_that_is_not_allowed_never_comes_about() -> None:
    life = asked_for("log_off")
    for outcome in get_args(ActionOutcome)[:2]:
        assert life.refusal(r.ReportAction, CUSTOMER, outcome=outcome) == "not_now"
    life.ask(r.AnswerAction, CUSTOMER, allowed=False)
    assert life.session.action is None
    assert life.refusal(r.ReportAction, CUSTOMER, outcome="done") == "not_now"


def test_what_a_computer_cannot_do_it_says_without_asking_anybody() -> None:
    life = asked_for("lock")
    reported = life.ask(r.ReportAction, CUSTOMER, outcome="not_possible")
    assert isinstance(reported, f.ActionReported)
    assert life.session.action is None


def test_no_answer_in_time_is_a_refusal() -> None:
    life = asked_for("lock")
    assert isinstance(life.session.action, Action)
    life.wait(life.session.rules.prompt_seconds + 0.001)
    assert life.refusal(r.AnswerAction, CUSTOMER, allowed=True) == "not_now"
    lapsed = life.lapse("action")
    assert isinstance(lapsed, f.ActionAnswered)
    assert (lapsed.by, lapsed.allowed) == ("broker", False)
    assert life.session.action is None


def test_one_action_is_asked_for_at_a_time_and_one_never_reported_blocks_none() -> None:
    life = asked_for("lock").grant("special_actions", rep=BEN)
    assert life.refusal(r.RequestAction, BEN, action="lock") == "not_now"
    life.ask(r.AnswerAction, CUSTOMER, allowed=True)
    life.ask(r.RequestAction, BEN, action="task_manager")
    assert life.session.action
    assert (life.session.action.rep, life.session.action.allowed) == ("ben", False)


def test_an_address_belongs_to_opening_a_page_and_to_nothing_else() -> None:
    life = Life().talk().grant("special_actions")
    assert life.refusal(r.RequestAction, ANA, action="open_page") == "malformed"
    assert life.refusal(r.RequestAction, ANA, action="lock", url=PAGE) == "malformed"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "example.test", "ftp://x"]
)
def test_only_web_addresses_can_be_opened(url: str) -> None:
    asked = {"type": "request_action", "id": "0" * 8 + "-0000-7000-8000-" + "0" * 12}
    data = msgspec.json.encode({**asked, "action": "open_page", "url": url})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=r.RequestAction)
