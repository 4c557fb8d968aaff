"""What monitoring changes in a session: unseen, or known to everybody."""

from typing import Any

from protocol import facts as f
from protocol.state import Session

UNWATCHED: dict[str, Any] = {"monitoring": (), "announced": ()}
"""Nobody monitors any more."""


def monitored(session: Session, fact: f.Monitored) -> dict[str, Any]:
    return {"monitoring": (*_without(session.monitoring, fact.by), fact.by)}


def monitoring_stopped(session: Session, fact: f.MonitoringStopped) -> dict[str, Any]:
    return {"monitoring": _without(session.monitoring, fact.rep or fact.by)}


def monitoring_announced(session: Session, fact: f.MonitoringAnnounced) -> dict[str, Any]:
    announced = (*_without(session.announced, fact.by), fact.by)
    return {"announced": announced, "names": session.names | {fact.by: fact.name}}


def announced_monitoring_stopped(
    session: Session, fact: f.AnnouncedMonitoringStopped
) -> dict[str, Any]:
    return {"announced": _without(session.announced, fact.rep or fact.by)}


def unwatched(session: Session, rep: str) -> dict[str, Any]:
    """`rep` takes part now, and so monitors no more."""
    return {
        "monitoring": _without(session.monitoring, rep),
        "announced": _without(session.announced, rep),
    }


def _without(parties: tuple[str, ...], party: str) -> tuple[str, ...]:
    return tuple(each for each in parties if each != party)
