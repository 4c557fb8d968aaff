"""One session's picture between a sharer, viewers, the broker's word and a journal."""

import asyncio
from collections.abc import Sequence

import pytest

from broker.relay.journal import JournalFailed
from broker.relay.room import Room, Sharer
from broker.relay.viewer import Viewer
from protocol import picture as p
from protocol.fields import Tool
from protocol.picture_bytes import decode, encode
from recordings.form import Kind
from recordings.journal import Full
from tests.broker.relay.pictures import LEFT, RIGHT, Drawing, read, sequences

FOREVER = 10**9


class Journal:
    """Keeps what it is given, unless it is told to fail or to take its time."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.kinds: list[Kind] = []
        self.fails = False
        self.free = asyncio.Event()
        self.free.set()

    async def keep(
        self, _session: str, kind: Kind, data: bytes, _now: int, _full: Full = "", /
    ) -> None:
        await self.free.wait()
        if self.fails:
            raise JournalFailed("no space left")
        self.kinds.append(kind)
        if data:
            self.kept.append(data)


class Scene:
    """A room with a sharer that draws, and a clock that stands still."""

    def __init__(self, *, recorded: bool = False) -> None:
        self.now = 1000
        self.told: list[str] = []
        self.journal = Journal()
        self.room = Room("s", lambda: self.now, self.journal, self.told.append, recorded=recorded)
        self.draw = Drawing()
        self.to_sharer: list[bytes] = []
        self.sharer: Sharer | None = None

    def share(self, party: str = "max") -> Sharer:
        self.draw = Drawing()
        self.sharer = self.room.share(party, self.to_sharer.append)
        return self.sharer

    async def show(self, *messages: bytes) -> None:
        assert self.sharer
        for data in messages:
            await self.room.show(self.sharer, data)

    def watch(
        self, party: str = "ana", tools: Sequence[Tool] = ("view",), until: int = FOREVER
    ) -> "Watcher":
        return Watcher(self, party, dict.fromkeys(tools, until))


class Watcher:
    """A viewer who acknowledges nothing and speaks when told to."""

    def __init__(self, scene: Scene, party: str, until: dict[Tool, int]) -> None:
        self.scene = scene
        self.sent: list[bytes] = []
        self.viewer = Viewer(party, self.sent.append, until)
        self.sequence = 0
        scene.room.watch(self.viewer)

    async def say(self, body: p.Body, stream: int | None = None) -> None:
        self.sequence += 1
        stream = self.scene.draw.stream if stream is None else stream
        message = p.Message(stream=stream, sequence=self.sequence, time=0, body=body)
        await self.scene.room.hear(self.viewer, encode(message))

    @property
    def blanked(self) -> list[str]:
        return [body.why for body in read(self.sent) if isinstance(body, p.Blank)]


def said(scene: Scene, kind: type[p.Body]) -> list[p.Body]:
    """Return what of `kind` the sharer was told."""
    return [body for body in read(scene.to_sharer) if isinstance(body, kind)]


async def begun(*, recorded: bool = False) -> Scene:
    """Return a scene in which a screen and a patch have been shown."""
    scene = Scene(recorded=recorded)
    scene.share()
    await scene.show(scene.draw.screen(), scene.draw.patch(LEFT))
    return scene


POINTER = p.Pointer(x=1, y=1)
KEY = p.Key(down=True, code="KeyA", key="a")


async def test_a_picture_goes_to_every_viewer() -> None:
    scene = Scene()
    scene.share()
    ana, ben = scene.watch("ana"), scene.watch("ben")
    await scene.show(scene.draw.screen(), scene.draw.patch())
    assert sequences(ana.sent) == sequences(ben.sent) == [1, 2]


async def test_who_joins_sees_what_is_there() -> None:
    scene = await begun()
    assert sequences(scene.watch().sent) == [1, 2]


async def test_the_sharer_knows_who_watches_and_how_far_the_relay_is() -> None:
    scene = await begun()
    ana = scene.watch()
    scene.room.unwatch(ana.viewer)
    watched = [body.viewers for body in said(scene, p.Watched) if isinstance(body, p.Watched)]
    assert watched == [0, 1, 0]
    acks = [body for body in said(scene, p.Ack) if isinstance(body, p.Ack)]
    assert [ack.drawn for ack in acks] == [1, 2]
    assert [decode(data).sequence for data in scene.to_sharer] == [1, 2, 3, 4, 5, 6]


async def test_nobody_is_shown_what_they_have_no_grant_for() -> None:
    scene = await begun()
    ana = scene.watch(tools=("control",))
    await scene.show(scene.draw.patch())
    assert not ana.sent


@pytest.mark.parametrize(
    ("body", "tools"),
    [
        (POINTER, ("view",)),
        (KEY, ("view", "clipboard")),
        (p.Clipboard(text="x"), ("view", "control")),
    ],
)
async def test_input_without_its_grant_goes_nowhere(body: p.Body, tools: tuple[Tool, ...]) -> None:
    scene = await begun()
    await scene.watch(tools=tools).say(body)
    assert not said(scene, type(body))


@pytest.mark.parametrize(
    ("body", "tool"), [(POINTER, "control"), (KEY, "control"), (p.Clipboard(text="x"), "clipboard")]
)
async def test_input_with_its_grant_is_passed_on_as_it_is(body: p.Body, tool: Tool) -> None:
    scene = await begun()
    await scene.watch(tools=("view", tool)).say(body)
    assert said(scene, type(body)) == [body]


async def test_a_lease_for_input_runs_out_and_everything_is_let_go() -> None:
    scene = await begun()
    ana = scene.watch(tools=("view", "control"), until=2000)
    scene.now = 1999
    await ana.say(KEY)
    scene.now = 2000
    await ana.say(KEY)
    scene.room.expire()
    assert len(said(scene, p.Key)) == 1
    assert len(said(scene, p.ReleaseAll)) == 1
    assert ana.blanked == ["lease_over"]
    scene.room.expire()
    assert ana.blanked == ["lease_over"]


async def test_a_revoked_grant_ends_at_once_and_a_new_one_begins_at_once() -> None:
    scene = await begun()
    ana = scene.watch(tools=("view", "control"))
    scene.room.allow("max", {"ana": {"view": FOREVER}}, recorded=False)
    await ana.say(KEY)
    assert (len(said(scene, p.Key)), len(said(scene, p.ReleaseAll))) == (0, 1)
    scene.room.allow("max", {}, recorded=False)
    assert ana.blanked == ["revoked"]
    await scene.show(scene.draw.patch(RIGHT))
    assert sequences(ana.sent) == [1, 2]
    scene.room.allow("max", {"ana": {"view": FOREVER}}, recorded=False)
    assert sequences(ana.sent) == [1, 2, 1, 2, 3]


async def test_a_sharer_who_may_no_more_is_heard_no_more() -> None:
    scene = await begun()
    ana = scene.watch()
    scene.room.allow("", {"ana": {"view": FOREVER}}, recorded=False)
    await scene.show(scene.draw.patch(RIGHT))
    assert ana.blanked == ["stopped"]
    assert sequences(ana.sent) == [1, 2]


async def test_a_second_socket_of_the_sharer_takes_over() -> None:
    scene = await begun()
    first, draw = scene.sharer, scene.draw
    ana = scene.watch()
    scene.share()
    assert first
    await scene.room.show(first, draw.patch(RIGHT))
    await scene.show(scene.draw.screen())
    assert sequences(ana.sent) == [1, 2, 1]
    scene.room.unshare(first, "customer_gone")
    assert not ana.blanked


async def test_who_goes_lets_go_of_what_they_hold() -> None:
    scene = await begun()
    ana = scene.watch(tools=("view", "control"))
    scene.room.unwatch(ana.viewer)
    assert len(said(scene, p.ReleaseAll)) == 1


async def test_a_message_that_breaks_a_rule_is_refused() -> None:
    scene = await begun()
    beyond = p.Rectangle(1, 0, 128, 64)
    with pytest.raises(p.BadPicture):
        await scene.show(scene.draw.patch(beyond))
    with pytest.raises(p.BadPicture):
        await scene.watch().say(p.Watched(viewers=1, recorded=False))


async def test_exact_copies_are_for_joiners_only() -> None:
    scene = await begun()
    ana = scene.watch()
    await scene.show(scene.draw.whole())
    ben = scene.watch("ben")
    assert sequences(ana.sent) == [1, 2]
    assert sequences(ben.sent) == [1, 3]


async def test_a_new_screen_is_shown_to_everybody_even_if_called_an_exact_copy() -> None:
    scene = await begun()
    ana = scene.watch()
    await scene.show(scene.draw.screen())
    pointed = scene.draw.coded(p.Cursor(x=1, y=1, shown=True, shape=None))
    await scene.show(pointed, scene.draw.whole(), scene.draw.whole())
    assert sequences(ana.sent) == [1, 2, 3, 4, 5]


async def test_a_key_frame_is_for_everybody_even_as_a_checkpoint() -> None:
    scene = await begun()
    ana = scene.watch()
    await scene.show(scene.draw.video(key=True, checkpoint=True), scene.draw.video())
    assert sequences(ana.sent) == [1, 2, 3, 4]


async def test_whole_pictures_are_asked_for_seldom() -> None:
    scene = await begun()
    for _ in range(1010):
        scene.now += 10
        await scene.show(scene.draw.video())
    assert len(said(scene, p.Wish)) == 1


async def test_who_lost_the_picture_is_sent_it_again() -> None:
    scene = await begun()
    ana = scene.watch()
    await ana.say(p.Wish(wanted="key_frame"))
    assert sequences(ana.sent) == [1, 2, 1, 2]
    assert not said(scene, p.Wish)


async def test_a_wish_for_a_monitor_reaches_the_sharer() -> None:
    scene = await begun()
    await scene.watch().say(p.Wish(wanted="monitor", monitor=2))
    assert said(scene, p.Wish) == [p.Wish(wanted="monitor", monitor=2)]


async def test_somebody_without_a_grant_wishes_in_vain() -> None:
    scene = await begun()
    await scene.watch(tools=()).say(p.Wish(wanted="monitor", monitor=2))
    assert not said(scene, p.Wish)


async def test_what_is_recorded_is_kept_before_it_is_seen() -> None:
    scene = await begun(recorded=True)
    ana = scene.watch()
    scene.journal.free.clear()
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(scene.show(scene.draw.patch(RIGHT)))
        await asyncio.sleep(0)
        assert sequences(ana.sent) == [1, 2]
        scene.journal.free.set()
        await showing
    assert sequences(ana.sent) == sequences(scene.journal.kept) == [1, 2, 3]


async def test_what_is_not_recorded_is_kept_nowhere() -> None:
    assert not (await begun()).journal.kept


async def test_the_customer_hears_how_many_see_the_screen_and_only_of_those() -> None:
    scene = await begun()
    scene.watch("ana")
    scene.watch("ben", tools=())
    scene.room.allow("max", {"ana": {"view": FOREVER}, "ben": {"view": FOREVER}}, recorded=False)
    scene.room.allow("max", {"ben": {"view": FOREVER}}, recorded=False)
    told = [body.viewers for body in said(scene, p.Watched) if isinstance(body, p.Watched)]
    assert told[-3:] == [1, 2, 1]


async def test_a_picture_that_need_not_be_recorded_any_more_goes_on() -> None:
    scene = await begun(recorded=True)
    scene.journal.fails = True
    await scene.show(scene.draw.patch(RIGHT))
    scene.room.allow("max", {}, recorded=False)
    await scene.room.retry()
    assert scene.told == ["paused", "resumed"]


async def test_a_picture_tried_again_from_two_sides_resumes_once() -> None:
    scene = await begun(recorded=True)
    scene.journal.fails = True
    await scene.show(scene.draw.patch(RIGHT))
    scene.journal.fails = False
    scene.journal.free.clear()
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(scene.room.retry())
        await asyncio.sleep(0)
        scene.journal.free.set()
    assert scene.told == ["paused", "resumed"]


async def test_a_journal_that_fails_pauses_the_picture_until_it_works_again() -> None:
    scene = await begun(recorded=True)
    ana = scene.watch()
    scene.journal.fails = True
    await scene.show(scene.draw.patch(RIGHT), scene.draw.patch(RIGHT))
    assert (scene.told, ana.blanked) == (["paused"], ["paused"])
    assert sequences(ana.sent) == [1, 2]
    await scene.room.retry()
    assert scene.told == ["paused"]

    scene.journal.fails = False
    await scene.room.retry()
    await scene.show(scene.draw.patch(LEFT), scene.draw.whole(), scene.draw.patch(LEFT))
    assert scene.told == ["paused", "resumed"]
    assert said(scene, p.Wish) == [p.Wish(wanted="whole_picture")]
    assert sequences(ana.sent) == [1, 2, 6, 7], "nothing is painted over what was not shown"
    assert sequences(scene.watch("ben").sent) == [1, 6, 7]


async def test_a_journal_that_hangs_pauses_the_picture_too() -> None:
    scene = await begun(recorded=True)
    scene.journal.free.clear()
    await scene.show(scene.draw.patch(RIGHT))
    assert scene.told == ["paused"]


async def test_who_joins_a_paused_picture_is_told_so() -> None:
    scene = await begun(recorded=True)
    scene.journal.fails = True
    await scene.show(scene.draw.patch(RIGHT))
    assert scene.watch().blanked == ["paused"]


async def test_input_is_not_passed_on_while_the_picture_is_paused() -> None:
    scene = await begun(recorded=True)
    ana = scene.watch(tools=("view", "control"))
    scene.journal.fails = True
    await scene.show(scene.draw.patch(RIGHT))
    await ana.say(KEY)
    assert not said(scene, p.Key)


async def test_recording_that_begins_later_begins_with_a_whole_picture() -> None:
    scene = await begun()
    scene.room.allow("max", {}, recorded=True)
    await scene.show(scene.draw.whole())
    assert said(scene, p.Wish) == [p.Wish(wanted="whole_picture")]
    assert sequences(scene.journal.kept) == [1, 3]
