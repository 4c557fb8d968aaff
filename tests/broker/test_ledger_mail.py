"""Heads of the ledger that leave the house: by mail each day, with transcripts, and to whoever asks."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broker import schema
from broker.config import BadSetting, Config
from broker.ledger_mail import LedgerMail
from recordings.bundle import Folder
from recordings.proof import prove
from recordings.signing import fingerprint
from tests.broker.recorded_sessions import Scene, recorded_scene
from tests.smtp import Post, post_office, text_of

OFFICE = "compliance@example.test"
KIM = "kim@example.test"
DAY_SECONDS = 86_400


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as post:
        yield post


@pytest.fixture
async def scene(data_folder: Path, post: Post) -> AsyncIterator[Scene]:
    settings = {"smtp": post.url, "mail_from": "help@example.org"}
    async with recorded_scene(data_folder, settings) as scene:
        yield scene


async def recorded(scene: Scene) -> str:
    """Record a session, and return its recording."""
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
    await scene.end()
    recording: str = (await scene.closed()).id
    return recording


def daily(scene: Scene) -> LedgerMail:
    parts = scene.server.parts
    return LedgerMail(
        database=parts.database,
        name=parts.config.site,
        clock=scene.clock,
        site=parts.site,
        heads=parts.recorder.heads,
        signer=lambda: parts.recorder.keys.site_keys.signer,
        to=OFFICE,
    )


async def test_the_head_is_mailed_once_a_day_and_proves_what_was_before(
    scene: Scene, post: Post
) -> None:
    one, another = daily(scene), daily(scene)
    await one.look()
    await recorded(scene)
    for broker in (one, another, one):
        await broker.look()
    text = text_of(await post.to(OFFICE))
    head = text.split("--head ")[1].split()[0]
    signer = text.split("--signer ")[1].split()[0]
    assert "Recordings closed: 1" in text
    assert "Exports: 0" in text
    assert f"Head of the ledger: {head}" in text

    scene.clock.move(DAY_SECONDS)
    await another.look()
    await one.look()
    await post.to(OFFICE, 2)
    queued = sa.select(sa.func.count()).where(schema.mails.c.kind == "ledger")
    assert await scene.server.parts.database.read(lambda conn: conn.scalar(queued)) == 2
    proof = prove(Folder(await scene.export()), signer=signer, head=head)
    assert (proof.broken, proof.unchecked) == ("", ())


async def test_a_transcript_that_is_mailed_carries_the_head(scene: Scene, post: Post) -> None:
    await recorded(scene)
    head = await scene.server.parts.recorder.heads.head()
    assert head
    body = {"session": scene.session, "email": KIM, "zone": "UTC"}
    reply = await scene.server.call("POST", "/v1/transcript-mails", body, token=scene.token)
    assert reply.status == 204
    assert head.short in text_of(await post.to(KIM))


async def test_whoever_asks_gets_the_head(scene: Scene) -> None:
    server = scene.server
    none = await server.call("GET", "/v1/ledger/head", token=scene.token)
    assert (none.status, none.json["head"]) == (200, "")
    await recorded(scene)
    officer = await server.sign_in_as("compliance")
    said = (await server.call("GET", "/v1/ledger/head", cookie=officer)).json
    assert said["signer"] == fingerprint(server.parts.recorder.keys.site_keys.signer)
    proof = prove(Folder(await scene.export()), signer=said["signer"], head=said["head"])
    assert (proof.broken, proof.unchecked) == ("", ())
    customers = await server.call("GET", "/v1/ledger/head", token=scene.token)
    assert customers.json["head"] == said["head"]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"ledger_mail": OFFICE}, "SMTP is needed"),
        ({"ledger_mail": "nobody", "smtp": "smtp://mail.test", "mail_from": KIM}, "no address"),
    ],
)
def test_a_daily_mail_that_could_never_arrive_is_refused(
    settings: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadSetting, match=why):
        Config(**settings)
