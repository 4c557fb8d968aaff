"""What happens when a session is to go on elsewhere, and when it does."""

from protocol.fact import Fact
from protocol.fields import Where


class AppOffered(Fact, frozen=True, kw_only=True):
    pass


class AppDeclined(Fact, frozen=True, kw_only=True):
    pass


class Moved(Fact, frozen=True, kw_only=True):
    """The customer goes on in `where`; what the device before showed is shown no more."""

    where: Where
