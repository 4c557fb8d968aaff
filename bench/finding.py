"""Finding recordings among 100,000: the first page, without words, narrowed down, and by words said.

An argument is how many there are; with an address of PostgreSQL after it, that is where.
"""

import random
import sys
import time
from functools import partial
from typing import Any

import sqlalchemy as sa

from bench.load import run, temporary_folder
from bench.report import Line, percentile, report
from broker import schema
from broker.database import Database, open_database
from broker.recording_search import PAGE, Wanted, find_recordings
from broker.search import put_words
from protocol.facts import Said
from protocol.messages import encode

SITE = "main"
COUNT = 100_000
LINES = 3
ROUNDS = 20
MOST_MS = 300
BEGAN = 1_790_000_000_000
WORDS = (
    "printer", "scanner", "invoice", "password", "mail", "screen", "network", "cable", "slow", "error",
    "window", "update", "account", "file", "folder", "browser", "phone", "login", "paper", "toner",
)  # fmt: skip
RARE = "zebra"


def put(conn: sa.Connection, first: int, last: int) -> None:
    """Put recordings `first` to before `last`, with what was said in each."""
    dice = random.Random(first)
    recordings, facts, texts = [], [], []
    for number in range(first, last):
        session, began = f"s{number:08d}", BEGAN + number * 60_000
        about: dict[str, Any] = {"session": session, "customer": f"c{number % 9000}"}
        about |= {"team": f"team{number % 7}", "owner": f"rep{number % 40}", "issue": "computer"}
        recordings.append({
            "site": SITE, "id": f"{number:032x}", "state": "closed", "answer": "allowed",
            "answered_at": began, "began_at": began, "ended_at": began + dice.randrange(3_600_000),
            "had_screen": True, "had_control": number % 3 == 0, "had_files": number % 50 == 0,
            "ending": "rep_ended", **about,
        })  # fmt: skip
        for place in range(1, LINES + 1):
            words = " ".join(dice.choices(WORDS, k=8)) + (f" {RARE}" if number % 997 == 0 else "")
            line = put_words(conn, SITE, session, place, words)
            seen = {f"place_{reader}": place for reader in ("all", "reps", "leads")}
            body = encode(Said(place=place, at=began, by="c", text="")).decode()
            row = {"site": SITE, "session": session, "place": place, "by": "c", "at": began}
            facts.append({**row, **seen, "kind": "said", "body": body})
            key = {"site": SITE, "session": session, "place": place}
            texts.append({**key, "salt": b"", "words": words, "search_row": line})
    conn.execute(schema.recordings.insert(), recordings)
    conn.execute(schema.facts.insert(), facts)
    conn.execute(schema.texts.insert(), texts)


ASKED = {
    "all": Wanted(),
    "a rep's with control, of a team": Wanted(rep="rep7", team="team3", control=True),
    "with files, long ones": Wanted(files=True, shortest=3_000_000),
    "none that fits": Wanted(ending="no_such"),
    "a common word": Wanted(words="printer"),
    "two words": Wanted(words="printer toner"),
    "a rare word": Wanted(words=RARE),
    "a word, half typed": Wanted(words="pass"),
    "a common word of one rep": Wanted(words="printer", rep="rep7"),
    "a word, in one customer's": Wanted(words="printer", customer="c17"),
    "a word nobody said": Wanted(words="giraffe"),
}


async def measure(database: Database, count: int) -> list[Line]:
    for first in range(0, count, 5_000):
        await database.write(partial(put, first=first, last=min(first + 5_000, count)))
    lines = []
    for name, wanted in ASKED.items():
        times, shown = [], 0
        for _ in range(ROUNDS):
            began = time.perf_counter()
            page = await database.read(partial(find_recordings, site=SITE, wanted=wanted))
            times.append(1000 * (time.perf_counter() - began))
            shown = len(page.recordings)
        slow = percentile(times, 0.95)
        assert shown <= PAGE
        label = f"{name}: {shown} shown, p95"
        lines.append(Line(label, slow, "ms", reach=f"≤ {MOST_MS} ms", reached=slow <= MOST_MS))
    return lines


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    async with temporary_folder() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/deskside.db"
        database = await open_database(url)
        try:
            lines = await measure(database, count)
        finally:
            await database.close()
    report("finding", lines, recordings=count, database=url.partition(":")[0])


if __name__ == "__main__":
    run(main)
