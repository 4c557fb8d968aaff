"""Random lives: whatever parties may ask in a state, in any order and at any pace."""

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st

from protocol import requests as r
from protocol.facts import Fact
from protocol.session import Refused, Session, decide, evolve, standing
from protocol.table import TABLE
from tests.protocol.life import DIGEST, Life
from tests.protocol.situations import PARTIES, POLICIES, asks

RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "identity_asked": st.sampled_from([False, False, True]),
        "agreement_digest": st.sampled_from(["", DIGEST]),
        "recording_asked": st.booleans(),
        "recording_digest": st.just(DIGEST),
        "refusal_policy": st.sampled_from(POLICIES),
        "survey": st.booleans(),
        "persistent_queue": st.booleans(),
        "monitoring": st.sampled_from(["off", "announced", "silent"]),
    }
)
SECONDS = (*(0, 1, 2, 5) * 10, 61, 301, 3600)

# Otherwise most walks would be short, or full of erasures.
RARELY = (
    *(r.End, r.Orphan, r.LeaveOnNotice, r.DeclineAgreement, r.EraseMyTexts, r.WrapUp),
    *(r.ReturnToQueue, r.Transfer, r.WithdrawRecording),
)


def walk(life: Life, random: Random, steps: int) -> Iterator[tuple[Session, Fact]]:
    """Let up to `steps` things happen; give each fact with the session it met."""
    for _ in range(steps):
        before = life.session
        fact = _step(life, random) or _step(life, random) or _step(life, random)
        if fact:
            yield before, fact


def _step(life: Life, random: Random) -> Fact | None:
    row = random.choice([row for row in TABLE if life.session.state in row.within])
    parties = [party for party in PARTIES if row.by & standing(life.session, party)]
    if not parties or (row.asked in RARELY and random.random() < 0.95):
        return None
    life.wait(random.choice(SECONDS))
    variants = list(asks(row.asked, life.session.id))
    for asked in random.sample(variants, len(variants)):
        answer = decide(life.session, asked, random.choice(parties), life.now)
        if not isinstance(answer, Refused):
            life.facts.append(answer)
            life.session = evolve(life.session, answer)
            return answer
    return None
