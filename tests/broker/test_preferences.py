"""How somebody likes their console follows them, and concerns nobody else."""

from tests.broker.servers import Server

PATH = "/v1/me/preferences"


async def test_a_preference_is_there_on_the_next_device(server: Server) -> None:
    ana = await server.add("ana", "rep")
    desktop, laptop = await server.sign_in(ana), await server.sign_in(ana)
    for value in ('{"scheme":"light"}', '{"scheme":"dark"}'):
        kept = {"name": "look", "value": value}
        assert (await server.call("POST", PATH, kept, cookie=desktop)).status == 204
    found = (await server.call("GET", PATH, cookie=laptop)).json["preferences"]
    assert found == [{"name": "look", "value": '{"scheme":"dark"}'}]
    other = await server.sign_in(await server.add("ben", "rep"))
    assert (await server.call("GET", PATH, cookie=other)).json["preferences"] == []


async def test_only_a_few_short_things_are_kept(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    for wrong in ({"name": "diary", "value": ""}, {"name": "look", "value": "x" * 2001}):
        assert (await server.call("POST", PATH, wrong, cookie=cookie)).status == 400
