"""Codes that are mailed: when, to whom, how often, and who is known afterwards."""

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from broker import schema
from broker.identity import DAY_CODES, Identity, forget_codes
from broker.letters import Letter
from protocol import requests as r
from protocol.facts import Rules
from protocol.session import Refused, Session
from tests.broker.desks import CUSTOMER, SITE, STRANGER, Counter

KIM = "kim@example.test"


@pytest.fixture
def asking(counter: Counter) -> Counter:
    counter.circumstances.rules = Rules(identity_asked=True)
    return counter


async def start(counter: Counter, email: str = KIM, by: Any = CUSTOMER) -> Session:
    """Start a session, and let the first code go out."""
    session = (await counter.ask(r.Start, by, issue="computer", email=email)).session
    counter.clock.move(0.25)
    with suppress(Refused):
        await counter.desk.lapse(session, "code")
    return await counter.desk.session(session)


async def letters(counter: Counter) -> list[Letter]:
    found = sa.select(schema.mails.c.content).order_by(schema.mails.c.created_at)
    rows = await counter.database.read(lambda conn: list(conn.scalars(found)))
    return [msgspec.json.decode(row, type=Letter) for row in rows if row]


def code_in(letter: Letter) -> str:
    return letter.subject.split()[0]


async def type_code(counter: Counter, session: Session, code: str) -> Session:
    await counter.ask(r.ConfirmCode, CUSTOMER, session.id, code=code)
    return await counter.desk.session(session.id)


async def stored(counter: Counter) -> str:
    """Everything in the tables but the mail itself."""
    tables = [
        schema.facts,
        schema.sessions,
        schema.answers,
        schema.mailed_codes,
        schema.confirmed_addresses,
    ]
    everything = [
        str(row)
        for table in tables
        for row in await counter.database.read(
            lambda conn, table=table: conn.execute(sa.select(table)).all()  # type: ignore[misc]
        )
    ]
    return " ".join(everything)


async def test_a_code_is_mailed_once_and_lets_in_who_types_it(asking: Counter) -> None:
    session = await start(asking)
    (letter,) = await letters(asking)
    assert letter.to == KIM
    assert code_in(letter) in letter.text
    assert len(code_in(letter)) == 6
    assert session.state == "identity"
    assert (await type_code(asking, session, code_in(letter))).state == "waiting"


async def test_neither_code_nor_address_stands_in_what_is_kept_for_ever(asking: Counter) -> None:
    session = await start(asking)
    (letter,) = await letters(asking)
    await type_code(asking, session, code_in(letter))
    everything = await stored(asking)
    assert KIM not in everything
    assert f"'{code_in(letter)}'" not in everything


async def test_a_wrong_code_is_counted_and_the_fifth_ends_it(asking: Counter) -> None:
    session = await start(asking)
    (letter,) = await letters(asking)
    wrong = f"{(int(code_in(letter)) + 1) % 1_000_000:06}"
    for tries in range(1, 5):
        after = await type_code(asking, session, wrong)
        assert (after.state, after.wrong_codes) == ("identity", tries)
    assert (await type_code(asking, session, wrong)).ending == "identity_failed"


async def test_a_new_code_goes_to_the_new_address_and_the_old_one_is_worthless(
    asking: Counter,
) -> None:
    session = await start(asking)
    asking.clock.move(61)
    await asking.ask(r.SendCode, CUSTOMER, session.id, email="kim@example.org")
    first, second = await letters(asking)
    assert second.to == "kim@example.org"
    if code_in(first) != code_in(second):
        assert (await type_code(asking, session, code_in(first))).wrong_codes == 1
    assert (await type_code(asking, session, code_in(second))).state == "waiting"


async def test_who_confirmed_an_address_is_not_asked_again_on_the_same_device(
    asking: Counter,
) -> None:
    session = await start(asking)
    await type_code(asking, session, code_in((await letters(asking))[0]))
    await asking.ask(r.End, CUSTOMER, session.id)
    assert (await start(asking)).state == "waiting"
    assert len(await letters(asking)) == 1


async def test_who_has_a_reps_code_was_let_in_by_the_rep(asking: Counter) -> None:
    identity = Identity(asking.database, SITE, asking.clock, asking.site)
    session = Session(id="s", rules=Rules(identity_asked=True))
    asked = r.Start(id="01890a5d-ac96-774b-bcce-000000000001", issue="computer", code="123456789")
    assert not (await identity.prepared(session, asked, CUSTOMER)).session.rules.identity_asked


async def test_somebody_else_who_types_a_known_address_does_not_get_in(asking: Counter) -> None:
    session = await start(asking)
    await type_code(asking, session, code_in((await letters(asking))[0]))
    assert (await start(asking, by=STRANGER)).state == "identity"
    other = await letters(asking)
    assert [letter.to for letter in other] == [KIM, KIM]


async def test_another_address_of_a_known_customer_is_asked_about(asking: Counter) -> None:
    session = await start(asking)
    await type_code(asking, session, code_in((await letters(asking))[0]))
    await asking.ask(r.End, CUSTOMER, session.id)
    assert (await start(asking, "other@example.test")).state == "identity"


async def test_no_mailbox_is_flooded(asking: Counter) -> None:
    for _ in range(DAY_CODES):
        session = await start(asking)
        await asking.ask(r.End, CUSTOMER, session.id)
    with pytest.raises(Refused, match="rate_limited"):
        await start(asking, by=STRANGER)
    asking.clock.move(24 * 3600)
    assert (await start(asking, by=STRANGER)).state == "identity"


@pytest.mark.parametrize("address", ["", "kim@nowhere", "a,b@example.test"])
async def test_an_address_that_cannot_be_written_to_is_refused_at_once(
    asking: Counter, address: str
) -> None:
    with pytest.raises(Refused, match="bad_address"):
        await start(asking, address)


async def test_a_code_that_was_asked_for_twice_is_one(asking: Counter) -> None:
    session = await start(asking)
    asking.clock.move(61)
    again = r.SendCode(id="01890a5d-ac96-774b-bcce-000000000001", session=session.id, email=KIM)
    await asking.desk.ask(again, CUSTOMER)
    await asking.desk.ask(again, CUSTOMER)
    assert len(await letters(asking)) == 2


async def test_a_restarted_broker_knows_the_code(asking: Counter) -> None:
    session = await start(asking)
    asking.clock.move(3)
    restarted = Counter(asking.database, asking.clock, asking.doorbell)
    code = code_in((await letters(asking))[0])
    assert (await type_code(restarted, session, code)).state == "waiting"


async def test_erasing_takes_the_address_the_mail_and_what_is_known(asking: Counter) -> None:
    session = await start(asking)
    await type_code(asking, session, code_in((await letters(asking))[0]))
    await asking.ask(r.EraseMyTexts, CUSTOMER, session.id)
    assert await letters(asking) == []
    texts = sa.select(schema.texts.c.words)
    words = await asking.database.read(lambda conn: list(conn.scalars(texts)))
    assert KIM not in json.dumps(words)
    await asking.ask(r.End, CUSTOMER, session.id)
    assert (await start(asking)).state == "identity"


async def test_salts_go_with_the_question(asking: Counter) -> None:
    session = await start(asking)
    count = sa.select(sa.func.count()).select_from(schema.mailed_codes)
    await asking.database.write(lambda conn: forget_codes(conn, SITE))
    assert await asking.database.read(lambda conn: conn.scalar(count)) == 1
    await asking.ask(r.End, CUSTOMER, session.id)
    await asking.database.write(lambda conn: forget_codes(conn, SITE))
    assert await asking.database.read(lambda conn: conn.scalar(count)) == 0


async def test_the_mail_is_in_the_customers_language(asking: Counter) -> None:
    await asking.ask(r.Start, CUSTOMER, issue="computer", email=KIM, language="de")
    asking.clock.move(1)
    due = sa.select(schema.deadlines.c.session).where(schema.deadlines.c.kind == "code")
    session = await asking.database.read(lambda conn: conn.scalar(due))
    assert session
    await asking.desk.lapse(session, "code")
    (letter,) = await letters(asking)
    assert letter.subject == f"{code_in(letter)} ist Ihr Code für Example"
    assert "Er gilt 10 Minuten und nur einmal." in letter.text


async def test_codes_are_drawn_anew(asking: Counter) -> None:
    identity = Identity(asking.database, SITE, asking.clock, asking.site)
    session = Session(id="s", rules=Rules(identity_asked=True))
    asked = r.Lapse(deadline="code", email=KIM)
    drawn = {
        (await identity.prepared(session, asked, CUSTOMER)).session.code_digest for _ in range(50)
    }
    assert len(drawn) == 50
