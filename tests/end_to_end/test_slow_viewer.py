"""Two reps watch one screen, one of them over a line of 100 kbit/s: the other feels nothing of it."""

from contextlib import AsyncExitStack
from pathlib import Path

from yarl import URL

from protocol import picture as p
from protocol import requests as r
from tests.end_to_end.faulty_line import byte_line
from tests.end_to_end.picturing import Sharing, Watching
from tests.end_to_end.serving import ask, begin, linked, said_by_all, serving
from tests.waiting import until

SLOW = 100_000 // 8
PATCH = 30_000
PATCHES = 60


async def test_a_slow_viewer_is_felt_by_nobody_and_gets_the_newest_picture(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        server = await enter(serving(tmp_path))
        ana, lea, customer = [await enter(linked(server, name)) for name in ("ana", "lea", "")]
        session = await begin(customer, ana)
        await ask(customer, r.ShareScreen, session, what="screen")
        await ask(lea, r.Join, session)
        await lea.follow(session)
        await ask(lea, r.RequestGrants, session, tools=("view",))
        await ask(customer, r.AnswerGrants, session, allowed=True)
        line = await enter(byte_line(server.port + 1))
        line.bytes_a_second = SLOW
        sharer = Sharing(server, customer, session)
        quick, slow = Watching(server, ana, session), Watching(server, lea, session)
        slow.through = str(URL(line.url).with_scheme("ws"))
        for each in (sharer, quick, slow):
            await enter(each.running())
        await until(lambda: quick.count(p.Patch) and slow.count(p.Patch))

        for _ in range(PATCHES):
            await sharer.paint(PATCH)
            # As soon as one is painted: the quick one waits for nobody.
            await until(lambda: quick.drawn == sharer.drawing.sequence)
        assert slow.count(p.Patch) < PATCHES, "the line carries a fraction of it"
        newest = sharer.drawing.sequence
        assert quick.drawn == newest

        await ask(lea, r.Note, session, text="It is slow here.")
        await ask(customer, r.Say, session, text="And mine is quick.")
        assert await said_by_all((customer, ana, lea), session) == ["And mine is quick."]

        await until(lambda: slow.drawn == newest, 60)
        assert (quick.openings, slow.openings, sharer.openings) == (1, 1, 1)
