"""A line that can still be taken back, and the fact that it was."""

from msgspec import Struct

from protocol.fact import Fact
from protocol.fields import Count, Id, Time


class Line(Struct, frozen=True, kw_only=True):
    """What `by` said at `at`; `shown` facts were there for everybody, this one included."""

    shown: Count
    by: Id
    at: Time


class TakenBack(Fact, frozen=True, kw_only=True):
    """The words of the fact that was number `line` of those that everybody may see are gone."""

    line: Count
