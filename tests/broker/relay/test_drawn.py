"""How far viewers have drawn, as the one who shares is told."""

from protocol import picture as p
from tests.broker.relay.test_room import Scene, begun, said


async def test_the_sharer_hears_how_far_the_quickest_viewer_has_drawn() -> None:
    scene = await begun()
    quick, slow, blind = (scene.watch(name) for name in ("ana", "ben", "eva"))
    await quick.say(p.Ack(received=0, drawn=2))
    await slow.say(p.Ack(received=0, drawn=1))
    await blind.say(p.Ack(received=0, drawn=0))
    await scene.show(scene.draw.patch(), scene.draw.patch())
    assert drawn(scene) == 2
    # What nobody has been sent yet, nobody can have drawn.
    await quick.say(p.Ack(received=0, drawn=99))
    await scene.show(scene.draw.patch())
    assert drawn(scene) == 5


async def test_where_nobody_draws_the_sharer_waits_for_nobody() -> None:
    scene = await begun()
    scene.watch()
    assert drawn(scene) == 2
    scene.room.unwatch(scene.room.viewers[0])
    await scene.show(scene.draw.patch())
    assert drawn(scene) == 3


async def test_the_sharer_hears_at_once_of_what_is_drawn_after_it_has_come() -> None:
    scene = await begun()
    viewer = scene.watch()
    received = sum(map(len, viewer.sent))
    await viewer.say(p.Ack(received=received, drawn=1))
    before = said(scene, p.Ack)
    await viewer.say(p.Ack(received=received, drawn=2))
    (told,) = said(scene, p.Ack)[len(before) :]
    assert isinstance(told, p.Ack)
    assert isinstance(before[-1], p.Ack)
    assert (told.received, told.drawn) == (before[-1].received, 2)
    await viewer.say(p.Ack(received=received, drawn=2))
    assert len(said(scene, p.Ack)) == len(before) + 1


async def test_what_was_drawn_of_a_sharer_before_says_nothing_of_the_next() -> None:
    scene = await begun()
    viewer = scene.watch()
    await scene.show(*(scene.draw.patch() for _ in range(5)))
    await viewer.say(p.Ack(received=0, drawn=3))
    scene.share()
    await scene.show(*(scene.draw.screen(), *(scene.draw.patch() for _ in range(5))))
    assert drawn(scene) == 6


def drawn(scene: Scene) -> int:
    """Return how far viewers have drawn, as the sharer was told last."""
    ack = said(scene, p.Ack)[-1]
    assert isinstance(ack, p.Ack)
    return ack.drawn
