"""Finding ended sessions among 100,000, with every key that is pressed: the first page.

An argument is how many there are; with an address of PostgreSQL after it, that is where.
"""

import random
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from bench.load import run, temporary_folder
from bench.report import Line, percentile, report
from broker import schema
from broker.database import Database, open_database
from broker.history import Wanted, find_past
from protocol.facts import Said
from protocol.messages import encode

SITE = "main"
COUNT = 100_000
LINES = 6
WORDS_A_LINE = 9
AT_ONCE = 2_000
MOST_MS = 300
BEGAN = 1_790_000_000_000
TEAMS = ("team0", "team1")
SYLLABLES = [a + b for a in "bdfglmnprstvwz" for b in "aeio"]
DICTIONARY = [a + b + c for a in SYLLABLES[::2] for b in SYLLABLES for c in SYLLABLES[1::3]]
# As in any language, the word in the n-th place is said 1/n times as often as the first.
OFTEN = list(accumulate(1 / number for number in range(1, len(DICTIONARY) + 1)))
FOLD = "x" * 1_200
"""Nobody reads it here, but it has its place in a row."""

SEARCH = sa.table("search", *map(sa.column, ("site", "session", "place", "words")))


def name_of(customer: int) -> str:
    """Return the name of a customer, whom several share."""
    return f"{DICTIONARY[customer % 700].title()} {DICTIONARY[-1 - customer % 4_000].title()}"


def put(conn: sa.Connection, first: int, last: int) -> None:
    """Put sessions `first` to before `last`, with what was said in each."""
    dice = random.Random(first)
    sessions, facts, visits, found = [], [], [], []
    for number in range(first, last):
        session, began, customer = f"s{number:08d}", BEGAN + number * 60_000, number % 9_000
        row: dict[str, Any] = {"site": SITE, "id": session, "customer": f"c{customer}"}
        row |= {"state": "ended", "team": TEAMS[number % 2], "owner": f"rep{number % 20}"}
        row |= {"issue": "computer", "front": False, "waiting_since": began, "opened_at": began}
        row |= {"ended_at": began + 600_000, "ending": "rep_ended", "changed_at": began + 600_000}
        row |= dict.fromkeys(("place", "place_all", "place_reps", "place_leads"), LINES + 1)
        sessions.append({**row, "fold": FOLD})
        name, email = name_of(customer), f"c{customer}@example.org"
        about = {"site": SITE, "session": session}
        visit = {"customer": f"c{customer}", "contact": email, "name": name, "email": email}
        visits.append({**about, **visit, "opened_at": began})
        for place in range(1, LINES + 2):
            words = dice.choices(DICTIONARY, cum_weights=OFTEN, k=WORDS_A_LINE)
            line = f"{name} {email}" if place == 1 else " ".join(words)
            seen = {f"place_{reader}": place for reader in ("all", "reps", "leads")}
            body = encode(Said(place=place, at=began, by="c", text="")).decode()
            fact = {"place": place, "by": "c", "at": began, "kind": "said", "body": body}
            facts.append({**about, **seen, **fact})
            found.append({**about, "place": place, "words": line})
    tables = ((schema.sessions, sessions), (schema.facts, facts), (schema.visits, visits))
    for table, rows in (*tables, (SEARCH, found)):
        conn.execute(table.insert(), rows)


def analyze(conn: sa.Connection) -> None:
    """Let PostgreSQL look at how many there are of what."""
    conn.execute(sa.text("ANALYZE"))


def typed() -> Iterator[str]:
    """Give what stands in the search box with each key: frequent words, rare ones, several, names."""
    common, usual, rare = DICTIONARY[0], DICTIONARY[300], DICTIONARY[-3]
    for words in (common, usual, rare, f"{common} {usual}", f"{usual} {rare}", name_of(4_711)):
        for end in range(1, len(words) + 1):
            yield words[:end]
    yield "c4711@example.org"
    yield "nobodysaidthis"


FILTERS: Mapping[str, Mapping[str, Any]] = {
    "any": {},
    "one of two teams": {"team": TEAMS[0]},
    "one of twenty reps": {"rep": "rep7"},
}


async def measure(database: Database, filters: Mapping[str, Any]) -> list[float]:
    """Return how long each page took, in ms."""
    times = []
    for words in typed():
        wanted = Wanted(words=words, **filters)
        look = partial(find_past, site=SITE, wanted=wanted, teams=TEAMS, reader="reps")
        began = time.perf_counter()
        await database.read(look)
        times.append(1000 * (time.perf_counter() - began))
        if times[-1] > MOST_MS:
            print(f"{times[-1]:.0f} ms for {words!r}")
    return times


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    async with temporary_folder() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/deskside.db"
        database = await open_database(url)
        lines = []
        try:
            for first in range(0, count, AT_ONCE):
                last = min(first + AT_ONCE, count)
                await database.write(partial(put, first=first, last=last))
            if database.dialect == "postgresql":
                # Its autovacuum does so within a minute; nobody gets as many at once.
                await database.write(analyze)
            for name, filters in FILTERS.items():
                times = await measure(database, filters)
                slow = percentile(times, 0.95)
                lines += [
                    Line(f"{name}, p50", percentile(times, 0.5), "ms"),
                    Line(f"{name}, p95", slow, "ms", None, f"≤ {MOST_MS}", slow <= MOST_MS),
                    Line(f"{name}, slowest", max(times), "ms"),
                ]
        finally:
            await database.close()
    report("history", lines, sessions=count, database=url.partition(":")[0])


if __name__ == "__main__":
    run(main)
