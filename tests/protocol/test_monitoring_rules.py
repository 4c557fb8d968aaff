"""Who may read along, how, and until when."""

import pytest

from protocol import facts as f
from protocol import requests as r
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, ELI, LEA, MAX, NIA, Life

MONITORED: dict[str, list[type[f.Fact]]] = {
    "announced": [f.MonitoringAnnounced, f.AnnouncedMonitoringStopped],
    "silent": [f.Monitored, f.MonitoringStopped],
}


@pytest.mark.parametrize(("policy", "facts"), MONITORED.items())
def test_a_lead_monitors_as_the_site_wanted_it(policy: str, facts: list[type[f.Fact]]) -> None:
    life = Life(monitoring=policy).talk()
    answers = [life.ask(r.Monitor, LEA), life.ask(r.StopMonitoring, LEA)]
    assert [type(fact) for fact in answers] == facts


def test_nobody_monitors_where_the_site_does_not_want_it() -> None:
    assert f.Rules().monitoring == "off"
    life = Life(monitoring="off").talk()
    assert life.refusal(r.Monitor, LEA) == "not_yours"


@pytest.mark.parametrize("policy", ["announced", "silent"])
@pytest.mark.parametrize("kind", [r.Monitor, r.StopMonitoring])
def test_only_leads_monitor(policy: str, kind: type[r.Request]) -> None:
    life = Life(monitoring=policy).talk().join(BEN)
    for party in (CUSTOMER, ANA, BEN, ELI, NIA):
        assert life.refusal(kind, party) == "not_yours"


def test_a_lead_monitors_only_what_they_are_not_part_of() -> None:
    life = Life().talk()
    life.ask(r.Monitor, LEA)
    assert life.refusal(r.Monitor, LEA) == "not_now"
    life.ask(r.StopMonitoring, LEA)
    life.ask(r.Join, LEA)
    assert life.refusal(r.Monitor, LEA) == "not_now"
    life.ask(r.TakeOver, MAX)
    assert life.refusal(r.Monitor, MAX) == "not_now"
    assert life.refusal(r.Monitor, BEN) == "not_yours"


@pytest.mark.parametrize(
    ("policy", "fact"),
    [("announced", f.AnnouncedMonitoringStopped), ("silent", f.MonitoringStopped)],
)
def test_a_lead_without_a_link_monitors_no_more(policy: str, fact: type[f.Fact]) -> None:
    life = Life(monitoring=policy).talk()
    life.ask(r.Monitor, LEA)
    life.ask(r.Monitor, MAX)
    assert life.refusal(r.Unwatch, DESK, rep="ana") == "not_now"
    assert isinstance(life.ask(r.Unwatch, DESK, rep="lea"), fact)
    assert (*life.session.monitoring, *life.session.announced) == ("max",)
    assert life.refusal(r.Unwatch, DESK, rep="lea") == "not_now"
