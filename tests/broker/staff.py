"""Reps who are really there: an account, a switch that is on, and a link on a live broker."""

import sqlalchemy as sa

from broker import schema
from broker.database import insert_new, put
from protocol.session import Party
from tests.broker.desks import SITE, Counter


async def add_rep(counter: Counter, rep: Party, *, cap: int = 0) -> None:
    def work(conn: sa.Connection) -> None:
        account = {"name": rep.id, "display_name": rep.name, "role": "rep", "available": True}
        put(conn, schema.accounts, site=SITE, id=rep.id, **account)
        for team in rep.teams:
            insert_new(conn, schema.account_teams, site=SITE, account=rep.id, team=team)
        # It beats for as long as any of these tests lasts.
        put(conn, schema.brokers, site=SITE, id="b", seen_at=counter.clock() + 10**9)
        put(conn, schema.links, site=SITE, id=f"l-{rep.id}", party=rep.id, broker="b", left_at=0)
        put(conn, schema.rep_loads, site=SITE, rep=rep.id, active=0, cap=cap)

    await counter.database.write(work)
