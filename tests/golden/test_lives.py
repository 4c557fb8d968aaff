"""The lives together show the other fold everything that it must know."""

from protocol.facts import FACTS
from protocol.session import Session, evolve
from tests.golden.lives import LIVES


def test_every_kind_of_fact_happens_in_some_life() -> None:
    assert {type(fact) for tell in LIVES for fact in tell().facts} == set(FACTS)


def test_the_names_of_lives_and_sessions_are_their_own() -> None:
    assert len({tell.__name__ for tell in LIVES}) == len(LIVES)
    assert len({tell().session.id for tell in LIVES}) == len(LIVES)


def test_every_field_of_a_session_is_used_in_some_life() -> None:
    unused = set(Session.__struct_fields__)
    for tell in LIVES:
        life, session = tell(), Session()
        for fact in life.facts:
            session = evolve(session, fact)
            unused -= {n for n in unused if getattr(session, n) != getattr(Session(), n)}
    assert unused == {"id"}
