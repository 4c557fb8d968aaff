"""The finer conditions of monitoring: as the site wants it, and only while the lead is there."""

from protocol import facts as f
from protocol import requests as r
from protocol.state import Answer, Party, Refused, Session


def monitor(session: Session, asked: r.Monitor, sender: Party, now: int) -> Answer:
    """As the site wanted it when the session opened."""
    policy = session.rules.monitoring
    if policy == "off":
        return Refused("not_yours")
    if sender.id in (session.owner, *session.joined, *session.monitoring, *session.announced):
        return Refused("not_now")
    return f.MonitoringAnnounced(name=sender.name) if policy == "announced" else f.Monitored()


def stop_monitoring(session: Session, asked: r.StopMonitoring, sender: Party, now: int) -> Answer:
    """Who was announced is also said to have gone."""
    announced = sender.id in session.announced
    return f.AnnouncedMonitoringStopped() if announced else f.MonitoringStopped()


def unwatch(session: Session, asked: r.Unwatch, sender: Party, now: int) -> Answer:
    """Who has no link left reads nothing, so nobody is to be told that they do."""
    if asked.rep in session.announced:
        return f.AnnouncedMonitoringStopped(rep=asked.rep)
    if asked.rep in session.monitoring:
        return f.MonitoringStopped(rep=asked.rep)
    return Refused("not_now")
