"""Does the picture disturb the chat? Chat while 20 sessions share a busy screen, against chat alone.

One broker with one relay, as `deskside up` starts them. 100 customers talk with 20 reps on a schedule that
waits for nobody; by turns nobody shares, and 20 of them share a screen of 1 Mbit/s that their rep
watches, all through the calls that pages make.
"""

import asyncio
from typing import Any

from bench.chat import Talk, Tally, listen, offer, open_talks, settle
from bench.load import Server, broker, new_id, populate, run, serving, temporary_folder
from bench.report import Line, percentile, report
from bench.streams import Stream, play
from bench.wire import post
from broker.gate import COOKIE
from protocol import requests as r

CUSTOMERS = 100
REPS = 20
SHARING = 20
OFFERED = 100
ROUNDS = 3
ROUND_SECONDS = 6.0
MOST_RATIO = 2.0


async def share(server: Server, talk: Talk) -> Stream:
    """Let the customer of `talk` share, and the rep watch."""
    await talk.customer.ask(r.ShareScreen(id=new_id(), session=talk.session, what="screen"))
    path = f"/v1/sessions/{talk.session}/picture"
    customer, rep = talk.customer.person, talk.rep.person
    shown = await post(server.port, path, f"Authorization: Bearer {customer.secret}\r\n")
    headers = f"Cookie: {COOKIE}={rep.secret}\r\nX-Deskside: 1\r\n"
    watched: dict[str, Any] = await post(server.port, path, headers)
    stream = Stream()
    await stream.open(server.port + 1, shown["lease"], watched["lease"])
    return stream


async def chat(talks: list[Talk], first: int) -> tuple[Tally, int]:
    """Talk for a round; return how it went, and the next number."""
    tally = Tally()
    listen(talks, tally.hear)
    following = await offer(talks, tally, ROUND_SECONDS, first, OFFERED)
    await settle(tally)
    return tally, following


async def main() -> None:
    async with temporary_folder() as folder:
        people = await populate(folder, CUSTOMERS, REPS)
        async with serving(broker(folder)) as server:
            talks = await open_talks(server, people)
            _, number = await chat(talks, 1)
            streams = [await share(server, talk) for talk in talks[:SHARING]]
            alone, beside = list[float](), list[float]()
            sent = arrived = 0
            for _ in range(ROUNDS):
                tally, number = await chat(talks, number)
                alone += tally.seconds
                async with asyncio.TaskGroup() as group:
                    group.create_task(play(streams, ROUND_SECONDS))
                    tally, number = await chat(talks, number)
                beside += tally.seconds
            sent, arrived = (sum(getattr(s, name) for s in streams) for name in ("sent", "arrived"))
            for stream in streams:
                stream.close()
    conclude(alone, beside, arrived / sent)


def conclude(alone: list[float], beside: list[float], arrived: float) -> None:
    lines = []
    for share in (0.5, 0.99):
        ours, floor = (percentile(each, share) * 1000 for each in (beside, alone))
        line = Line(f"send to shown, p{round(share * 100)}", ours, "ms", floor)
        if share == 0.99:
            reached = ours <= MOST_RATIO * floor
            line = Line(line.name, ours, "ms", floor, "≤ 2 ×", reached)
        lines.append(line)
    lines.append(Line("arrived", 100 * arrived, "% of the frames' bytes"))
    report("mixed", lines, offered=f"{OFFERED} messages a second, {SHARING} streams of 1 Mbit/s")


if __name__ == "__main__":
    run(main)
