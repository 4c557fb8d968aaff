"""What happens when a lead reads along: unseen, or known to everybody."""

from protocol.fact import Fact
from protocol.fields import Id, Name


class Monitored(Fact, frozen=True, kw_only=True):
    audience = "leads"


class MonitoringStopped(Fact, frozen=True, kw_only=True):
    """`rep` is named where the broker noticed that they are gone."""

    audience = "leads"

    rep: Id = ""


class MonitoringAnnounced(Fact, frozen=True, kw_only=True):
    """A lead called `name` reads along, and everybody is told."""

    name: Name


class AnnouncedMonitoringStopped(Fact, frozen=True, kw_only=True):
    """`rep` is named where the broker noticed that they are gone."""

    rep: Id = ""
