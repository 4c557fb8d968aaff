"""Who waits, as it is read again and again, on both databases."""

from functools import partial

from broker import overview
from broker.queue_rows import Line, QueueRows
from protocol import requests as r
from tests.broker.desks import ANA, BEN, NIA, SITE, Counter, customers


async def read(counter: Counter, rows: QueueRows) -> Line:
    """Return who waits by `rows`, who are asked again and again, after a look by somebody new."""
    line = await counter.database.read(rows.read)
    assert line == await counter.database.read(QueueRows(SITE).read)
    return line


def names(line: Line, team: str = "support") -> list[str]:
    return [entry.name for entry in line.waiting.get(team, ())]


async def test_the_line_is_the_same_whether_read_again_and_again_or_once(counter: Counter) -> None:
    rows = QueueRows(SITE)
    assert await read(counter, rows) == Line()
    first, second, third, fourth = customers(4)
    sessions = {each: await counter.start(each) for each in (first, second, third)}
    network = await counter.start(fourth, "cable")
    line = await read(counter, rows)
    assert (names(line), names(line, "network")) == (
        ["Customer 0", "Customer 1", "Customer 2"],
        ["Customer 3"],
    )
    assert line.customers == {session: each.id for each, session in sessions.items()} | {
        network: fourth.id
    }
    await counter.ask(r.Accept, ANA, sessions[second])
    await counter.ask(r.Accept, NIA, network)
    assert names(await read(counter, rows)) == ["Customer 0", "Customer 2"]
    # Who comes back keeps their first time of entry, and who is moved comes to another team.
    await counter.ask(r.ReturnToQueue, ANA, sessions[second])
    await counter.ask(r.Transfer, NIA, network, team="support")
    line = await read(counter, rows)
    assert names(line) == ["Customer 0", "Customer 1", "Customer 2", "Customer 3"]
    assert "network" not in line.waiting
    await counter.desk.notice(sessions[third], r.Offer(rep=BEN.id))
    line = await read(counter, rows)
    assert [entry.offered for entry in line.waiting["support"]] == ["", "", BEN.id, ""]
    await counter.ask(r.EraseMyTexts, first, sessions[first])
    assert names(await read(counter, rows))[0] == ""
    for each, session in sessions.items():
        await counter.ask(r.End, each, session)
    assert names(await read(counter, rows)) == ["Customer 3"]


async def test_everybody_stands_where_they_are_told_to_stand(counter: Counter) -> None:
    rows = QueueRows(SITE)
    many = customers(8)
    sessions = [await counter.start(each) for each in many]
    # The owner is lost, and whom they served comes before all others.
    await counter.ask(r.Accept, ANA, sessions[5])
    await counter.desk.notice(sessions[5], r.Drop(party=ANA.id, since=counter.clock()))
    counter.clock.move(counter.circumstances.rules.rep_lost_seconds + 1)
    counter.circumstances.absent.add(ANA.id)
    await counter.desk.lapse(sessions[5], "rep_lost", 0)
    line = await read(counter, rows)
    stand = [entry.session for entry in line.waiting["support"]]
    assert stand == [sessions[5], *sessions[:5], *sessions[6:]]
    for place, session in enumerate(stand, start=1):
        folded = await counter.desk.session(session)
        where = partial(overview.position, site=SITE, session=folded)
        assert await counter.database.read(where) == place


async def test_only_whom_something_happened_to_is_read_again(counter: Counter) -> None:
    rows = QueueRows(SITE)
    for each in customers(3):
        await counter.start(each)
    before = await read(counter, rows)
    assert await counter.database.read(rows.read) is before
    moved = before.waiting["support"][1].session
    await counter.desk.notice(moved, r.Offer(rep=BEN.id))
    after = await read(counter, rows)
    same = [
        was is now
        for was, now in zip(before.waiting["support"], after.waiting["support"], strict=True)
    ]
    assert same == [True, False, True]
