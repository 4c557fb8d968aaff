"""Who follows which session here, and up to which place each has been told.

A fact that is the next one for a follower goes out at once; whoever is behind, for whatever
reason, is filled from the database. So a fact that was told late, twice or not at all still
arrives once and in its place.

Who loses their access is told the fact that says why, and then no more. It may be read from the
database long after, so a fill never goes further than the head at which they lost it.
"""

from functools import partial
from typing import Protocol

import sqlalchemy as sa
from msgspec.structs import replace

from broker import store
from broker.access import reader_of
from broker.database import Database
from broker.desk import Told
from broker.store import Head
from broker.tasks import Tasks
from protocol.facts import Fact
from protocol.fields import Audience
from protocol.messages import Facts, Frame, encode
from protocol.session import Party, Session, evolve, includes

BATCH = 100
"""Facts in one frame while a follower is filled; about 10 KB of chat."""


class Follower(Protocol):
    """A link, as far as a feed is concerned."""

    party: Party

    def send(self, frame: Frame | bytes) -> None:
        """Put a frame into the outbox."""

    async def roomy(self) -> None:
        """Wait until the outbox has room for another batch."""

    def abort(self) -> None:
        """Close at once. Whoever it is comes back and resumes."""


class Feed:
    """One follower of one session, told up to place `sent` as the reader counts.

    `head` is the newest that is known of the session, or the one at which the reader lost their
    access. Unless it is `filling`, all up to there has been told.
    """

    def __init__(self, follower: Follower, head: Head, reader: Audience, after: int) -> None:
        self.follower = follower
        self.session = head.session.id
        self.reader: Audience = reader
        self.head = head
        self.sent = min(after, head.count(reader))
        self.filling = False
        self.again = False

    @property
    def place(self) -> int:
        """The newest place that is known, as the session counts."""
        return self.head.session.place

    @property
    def goal(self) -> int:
        """The place up to which the follower is to be told, as the reader counts."""
        return self.head.count(self.reader)

    def may_read(self, head: Head) -> bool:
        """Say whether the session is the follower's to read at `head`."""
        return reader_of(head.session, self.follower.party) is not None


class Feeds:
    """All feeds of one broker."""

    def __init__(self, database: Database, site: str, tasks: Tasks) -> None:
        self._database = database
        self._site = site
        self._tasks = tasks
        self._feeds: dict[str, dict[Follower, Feed]] = {}

    def has_told(self, session: str, place: int) -> bool:
        """Say whether the followers of `session` have been told of `place`, or soon are."""
        return all(feed.again or feed.place >= place for feed in self._of(session))

    def followers(self, session: str) -> list[Follower]:
        """Return who follows `session` here."""
        return [feed.follower for feed in self._of(session) if feed.may_read(feed.head)]

    def followed(self, follower: Follower, session: str) -> Session | None:
        """Return `session` as it is known here, or None where `follower` does not follow it."""
        feed = self._feeds.get(session, {}).get(follower)
        return feed.head.session if feed else None

    def follow(self, follower: Follower, head: Head, after: int) -> bool:
        """Tell `follower` all of the session after place `after`, and then each fact as it
        comes; False when it is not theirs to read."""
        reader = reader_of(head.session, follower.party)
        if reader is None:
            return False
        feed = Feed(follower, head, reader, after)
        self._feeds.setdefault(feed.session, {})[follower] = feed
        self._fill(feed)
        return True

    def forget(self, follower: Follower, session: str) -> None:
        """Tell `follower` no more of `session`."""
        feeds = self._feeds.get(session, {})
        feeds.pop(follower, None)
        if not feeds:
            self._feeds.pop(session, None)

    def hear(self, told: Told) -> None:
        """Pass on a fact that was stored here a moment ago."""
        encoded: dict[Audience, bytes] = {}
        for feed in self._of(told.head.session.id):
            if feed.filling or told.fact.place != feed.place + 1:
                self._look(feed, told.head)
                continue
            feed.head = told.head
            if includes(told.fact.audience, feed.reader):
                if feed.reader not in encoded:
                    encoded[feed.reader] = _encoded(told, feed.goal)
                feed.sent = feed.goal
                feed.follower.send(encoded[feed.reader])
            if not feed.may_read(told.head):
                self.forget(feed.follower, feed.session)

    def reached(self, head: Head) -> None:
        """The session stands at `head`: fill whoever is behind."""
        for feed in self._of(head.session.id):
            self._look(feed, head)

    def _of(self, session: str) -> list[Feed]:
        return list(self._feeds.get(session, {}).values())

    def _follows(self, feed: Feed) -> bool:
        return self._feeds.get(feed.session, {}).get(feed.follower) is feed

    def _look(self, feed: Feed, head: Head) -> None:
        if head.session.place > feed.place:
            self._fill(feed)

    def _fill(self, feed: Feed) -> None:
        """Look into the database at least once from now on."""
        feed.again = True
        if not feed.filling:
            feed.filling = True
            self._tasks.start(self._filled(feed), f"fill {feed.session}")

    async def _filled(self, feed: Feed) -> None:
        try:
            some = await self._fill_once(feed, first=True)
            while self._follows(feed) and (feed.again or (some and feed.sent < feed.goal)):
                some = await self._fill_once(feed, first=False)
        except Exception:
            # With a hole in it the feed is worth nothing, and nobody would fill it later.
            feed.follower.abort()
            if self._follows(feed):
                self.forget(feed.follower, feed.session)
            raise
        finally:
            feed.filling = False

    async def _fill_once(self, feed: Feed, *, first: bool) -> bool:
        """Send the next batch; False when there was none."""
        await feed.follower.roomy()
        feed.again = False
        head, facts = await self._database.read(partial(self._next, feed=feed))
        if not self._follows(feed):
            return False
        feed.head = head
        # The first is sent even if it is empty: they have all there is.
        if facts or first:
            feed.follower.send(Facts(session=feed.session, after=feed.sent, facts=tuple(facts)))
        feed.sent += len(facts)
        if feed.sent >= feed.goal and not feed.may_read(head):
            self.forget(feed.follower, feed.session)
        return bool(facts)

    def _next(self, conn: sa.Connection, feed: Feed) -> tuple[Head, list[Fact]]:
        """Return how far `feed` may be told now, and the next facts on the way there."""
        head = self._furthest(conn, feed)
        facts = store.read_facts(
            conn,
            self._site,
            feed.session,
            feed.reader,
            after=feed.sent,
            limit=min(BATCH, head.count(feed.reader) - feed.sent),
        )
        return head, facts

    def _furthest(self, conn: sa.Connection, feed: Feed) -> Head:
        """Return the newest head, or the one at which the follower lost their access."""
        if not feed.may_read(feed.head):
            return feed.head
        newest = store.head_of(conn, self._site, feed.session)
        if newest is None or feed.may_read(newest):
            return newest or feed.head
        head = feed.head
        missed = newest.session.place - feed.place
        for fact in store.read_facts(
            conn, self._site, feed.session, "broker", after=feed.place, limit=missed
        ):
            head = head.next(fact, evolve(head.session, fact))
            if not feed.may_read(head):
                break
        return head


def _encoded(told: Told, place: int) -> bytes:
    fact = replace(told.fact, place=place)
    return encode(Facts(session=told.head.session.id, after=place - 1, facts=(fact,)))
