"""What happened to the customer's computer beside its screen; see `facts.py`."""

from protocol.fact import Fact, PersonalFact
from protocol.fields import ActionOutcome, Id, SpecialAction, Time, ToldSystem, Url


class SystemRequested(Fact, frozen=True, kw_only=True):
    pass


class SystemTold(PersonalFact, frozen=True, kw_only=True):
    """What the computer is made of: a `System` as JSON, told to `rep`."""

    personal = ("told",)

    rep: Id
    told: ToldSystem = ""


class ActionRequested(PersonalFact, frozen=True, kw_only=True):
    """The customer is asked until `until`."""

    personal = ("url",)

    action: SpecialAction
    until: Time
    url: Url = ""


class ActionAnswered(Fact, frozen=True, kw_only=True):
    """By the customer, or by the broker when nobody has answered."""

    action: SpecialAction
    rep: Id
    allowed: bool


class ActionReported(Fact, frozen=True, kw_only=True):
    action: SpecialAction
    rep: Id
    outcome: ActionOutcome
