import pytest

from broker.doorbell import InProcess, Ring
from broker.marks import Mark, Marks
from tests.broker.desks import ANA, CUSTOMER, SITE, Counter


@pytest.fixture
def rung() -> list[Ring]:
    return []


@pytest.fixture
def marks(counter: Counter, rung: list[Ring]) -> Marks:
    doorbell = InProcess()
    doorbell.listen(rung.append)
    return Marks(counter.database, SITE, counter.clock, doorbell)


async def test_marks_are_known_before_and_after_they_are_written(marks: Marks) -> None:
    marks.seen("s", CUSTOMER.id, 3, 2)
    before = await marks.of("s")
    await marks.flush()
    assert before == await marks.of("s") == {CUSTOMER.id: Mark(delivered=3, read=2)}


async def test_marks_only_grow_whatever_order_they_come_in(marks: Marks, rung: list[Ring]) -> None:
    marks.seen("s", CUSTOMER.id, 5, 5)
    marks.seen("s", CUSTOMER.id, 5, 3)
    await marks.flush()
    marks.seen("s", CUSTOMER.id, 4, 4)
    await marks.flush()
    assert (await marks.of("s"))[CUSTOMER.id].read == 5
    assert [ring.read for ring in rung[:2]] == [5, 5]


async def test_marks_that_could_not_be_written_are_written_later(
    marks: Marks, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(work: object) -> None:
        raise ConnectionError

    marks.seen("s", ANA.id, 1, 1)
    with monkeypatch.context() as patch:
        patch.setattr(counter.database, "write", away)
        with pytest.raises(ConnectionError):
            await marks.flush()
    await marks.flush()
    assert await marks.of("s") == {ANA.id: Mark(delivered=1, read=1)}


async def test_what_comes_during_a_flush_is_not_forgotten(
    marks: Marks, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = counter.database.write

    async def meanwhile(work: object) -> object:
        marks.seen("s", ANA.id, 9, 9)
        return await write(work)  # type: ignore[arg-type]

    marks.seen("s", ANA.id, 1, 1)
    with monkeypatch.context() as patch:
        patch.setattr(counter.database, "write", meanwhile)
        await marks.flush()
    await marks.flush()
    assert await marks.of("s") == {ANA.id: Mark(delivered=9, read=9)}


async def test_typing_is_told_and_counts_as_a_stir(
    marks: Marks, counter: Counter, rung: list[Ring]
) -> None:
    marks.stirred("s", CUSTOMER.id)
    await marks.flush()
    assert (await marks.of("s"))[CUSTOMER.id].stirred_at == counter.clock()
    assert [(ring.topic, ring.party) for ring in rung] == [("writing", CUSTOMER.id)]
