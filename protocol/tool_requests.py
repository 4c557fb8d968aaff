"""What is asked about the customer's computer beside its screen; see `requests.py`."""

from protocol.fields import ActionOutcome, SpecialAction, Url
from protocol.request import Request
from protocol.system import System


class RequestSystem(Request, frozen=True, kw_only=True):
    """Have the computer tell what it is made of; with a grant of `system_information` alone."""


class TellSystem(Request, frozen=True, kw_only=True):
    """What the computer is made of, to the rep who has asked and still may."""

    system: System


class RequestAction(Request, frozen=True, kw_only=True):
    """Ask for a special action, with a grant of `special_actions`; `url` is for `open_page` alone."""

    action: SpecialAction
    url: Url = ""


class AnswerAction(Request, frozen=True, kw_only=True):
    """The customer lets the action that is asked for happen, or does not."""

    allowed: bool


class ReportAction(Request, frozen=True, kw_only=True):
    """What came of the action that was allowed; that it is `not_possible` may be said at once."""

    outcome: ActionOutcome
