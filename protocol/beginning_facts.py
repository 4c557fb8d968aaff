"""What happens before the queue: somebody comes or is called, and says yes or no to what is asked.

`protocol/facts.py` has all the others, and gives these on.
"""

from protocol.fact import Fact, PersonalFact
from protocol.fields import Digest, Email, Id, Language, Meeting, Name, Remark, Time, Url, Where
from protocol.terms import Rules


class Opened(PersonalFact, frozen=True, kw_only=True):
    """Who has redeemed a code, or named a rep, is to meet `rep`, who is called `rep_name`. `device`
    is what they come with, such as "Firefox, Linux"."""

    personal = ("name", "email", "page", "device")

    issue: Id
    team: Id
    language: Language
    rules: Rules
    name: Name = ""
    email: Email = ""
    page: Url = ""
    device: Name = ""
    meeting: Meeting = ""
    rep: Id = ""
    rep_name: Name = ""
    where: Where = "page"


class Called(PersonalFact, frozen=True, kw_only=True):
    """A rep called `rep_name` calls `customer`, whose page asks them until `until`. `name` and
    `email` are what the rep knows them by; the customer erases them with their own words."""

    personal = ("name", "email")

    customer: Id
    issue: Id
    team: Id
    language: Language
    rules: Rules
    rep_name: Name
    until: Time
    name: Name = ""
    email: Email = ""


class CallAccepted(Fact, frozen=True, kw_only=True):
    pass


class CodeSent(PersonalFact, frozen=True, kw_only=True):
    """A code was mailed to `email`. `code_digest` is that of a salt, which the broker alone has,
    and the code."""

    personal = ("email",)

    code_digest: Digest
    until: Time
    email: Email = ""


class CodeRejected(Fact, frozen=True, kw_only=True):
    """A wrong code was typed."""


class CodeConfirmed(Fact, frozen=True, kw_only=True):
    pass


class AgreementAccepted(Fact, frozen=True, kw_only=True):
    text_digest: Digest
    language: Language


class RecordingAnswered(Fact, frozen=True, kw_only=True):
    allowed: bool
    text_digest: Digest
    language: Language


class RecordingWithdrawn(Fact, frozen=True, kw_only=True):
    pass


class Greeted(Fact, frozen=True, kw_only=True):
    text: Remark
