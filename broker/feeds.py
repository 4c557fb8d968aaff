"""Who follows which session here, and up to which place each has been told.

A fact that is the next one for a follower goes out at once; whoever is behind, for whatever
reason, is filled from the database. So a fact that was told late, twice or not at all still
arrives once and in its place.
"""

from functools import partial
from typing import Protocol

from msgspec.structs import replace

from broker import store
from broker.access import reader_of
from broker.database import Database
from broker.desk import Told
from broker.store import Head
from broker.tasks import Tasks
from protocol.fields import Audience
from protocol.messages import Facts, Frame, encode
from protocol.session import Party, includes

BATCH = 100
"""Facts in one frame while a follower is filled; about 10 KB of chat."""


class Follower(Protocol):
    """A link, as far as a feed is concerned."""

    party: Party

    def send(self, frame: Frame | bytes) -> None:
        """Put a frame into the outbox."""

    async def roomy(self) -> None:
        """Wait until the outbox has room for another batch."""


class Feed:
    """One follower of one session. `sent` is the last place told, as the reader counts."""

    def __init__(self, follower: Follower, session: str, reader: Audience, sent: int) -> None:
        self.follower = follower
        self.session = session
        self.reader: Audience = reader
        self.sent = sent
        self.known = sent
        self.filling = False


class Feeds:
    """All feeds of one broker."""

    def __init__(self, database: Database, site: str, tasks: Tasks) -> None:
        self._database = database
        self._site = site
        self._tasks = tasks
        self._feeds: dict[str, dict[Follower, Feed]] = {}
        self._told: dict[str, int] = {}

    def has_told(self, session: str, place: int) -> bool:
        """Say whether the followers of `session` have been told of `place`, or need not be."""
        return session not in self._feeds or self._told.get(session, 0) >= place

    def followers(self, session: str) -> list[Follower]:
        """Return who follows `session` here."""
        return list(self._feeds.get(session, ()))

    def follow(self, follower: Follower, head: Head, after: int) -> bool:
        """Tell `follower` all of the session after place `after`, and then each fact as it
        comes; False when it is not theirs to read."""
        reader = reader_of(head.session, follower.party)
        if reader is None:
            return False
        session = head.session.id
        feed = Feed(follower, session, reader, min(after, head.count(reader)))
        self._feeds.setdefault(session, {})[follower] = feed
        feed.known = head.count(reader)
        self._fill(feed, always=True)
        return True

    def forget(self, follower: Follower, session: str) -> None:
        """Tell `follower` no more of `session`."""
        feeds = self._feeds.get(session, {})
        feeds.pop(follower, None)
        if not feeds:
            self._feeds.pop(session, None)
            self._told.pop(session, None)

    def hear(self, told: Told) -> None:
        """Pass on a fact that was stored here a moment ago."""
        encoded: dict[Audience, bytes] = {}
        for feed in self._current(told.head):
            if not includes(told.fact.audience, feed.reader):
                continue
            place = told.head.count(feed.reader)
            if feed.filling or feed.sent != place - 1:
                self._behind(feed, place)
                continue
            if feed.reader not in encoded:
                fact = replace(told.fact, place=place)
                encoded[feed.reader] = encode(
                    Facts(session=feed.session, after=place - 1, facts=(fact,))
                )
            feed.sent = feed.known = place
            feed.follower.send(encoded[feed.reader])

    def reached(self, head: Head) -> None:
        """The session stands at `head`: fill whoever is behind."""
        for feed in self._current(head):
            self._behind(feed, head.count(feed.reader))

    def _current(self, head: Head) -> list[Feed]:
        """Return the session's feeds. One that may not read it any more is told this last fact,
        which says why, and then no more."""
        if head.session.id not in self._feeds:
            return []
        self._told[head.session.id] = max(head.session.place, self._told.get(head.session.id, 0))
        feeds = list(self._feeds[head.session.id].values())
        for feed in feeds:
            if reader_of(head.session, feed.follower.party) is None:
                self.forget(feed.follower, feed.session)
        return feeds

    def _behind(self, feed: Feed, place: int) -> None:
        feed.known = max(feed.known, place)
        if feed.known > feed.sent:
            self._fill(feed)

    def _fill(self, feed: Feed, *, always: bool = False) -> None:
        if not feed.filling:
            feed.filling = True
            self._tasks.start(self._filled(feed, always=always), f"fill {feed.session}")

    async def _filled(self, feed: Feed, *, always: bool) -> None:
        try:
            while feed.sent < feed.known or always:
                always = False
                if not await self._fill_once(feed):
                    return
        finally:
            feed.filling = False

    async def _fill_once(self, feed: Feed) -> bool:
        await feed.follower.roomy()
        facts = await self._database.read(
            partial(
                store.read_facts,
                site=self._site,
                session=feed.session,
                reader=feed.reader,
                after=feed.sent,
                limit=BATCH,
            )
        )
        if self._feeds.get(feed.session, {}).get(feed.follower) is not feed:
            return False
        feed.follower.send(Facts(session=feed.session, after=feed.sent, facts=tuple(facts)))
        if not facts:
            return False
        feed.sent = facts[-1].place
        feed.known = max(feed.known, feed.sent)
        return True
