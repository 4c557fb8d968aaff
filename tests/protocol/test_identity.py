"""The rules of the identity check: a code that was mailed, typed once, before anything else."""

from typing import Any

from protocol import facts as f
from protocol import requests as r
from protocol.deadlines import deadlines
from protocol.identity import CODES
from protocol.session import Refused
from tests.protocol.life import ANA, ANOTHER_DIGEST, CUSTOMER, DIGEST, STRANGER, Life

KIM = "kim@example.test"


def asked(**rules: Any) -> Life:
    """A session that waits for its first code."""
    return Life(identity_asked=True, **rules).start(email=KIM)


def test_nobody_is_in_the_queue_nor_asked_for_agreement_before_the_code() -> None:
    life = asked(agreement_digest=DIGEST, recording_asked=True)
    states = [life.session.state]
    assert life.session.waiting_since == 0
    assert life.refusal(r.Accept, ANA) == "not_now"
    assert life.refusal(r.AcceptAgreement, CUSTOMER, digest=DIGEST) == "not_now"
    life.lapse_code().ask(r.ConfirmCode, CUSTOMER, code=DIGEST)
    states.append(life.session.state)
    assert states == ["identity", "agreement"]


def test_without_anything_else_to_ask_the_code_leads_into_the_queue() -> None:
    life = asked().lapse_code()
    life.wait(9).ask(r.ConfirmCode, CUSTOMER, code=DIGEST)
    assert (life.session.state, life.session.waiting_since) == ("waiting", life.now)


def test_the_first_code_is_due_at_once_and_is_sent_once() -> None:
    life = asked()
    assert deadlines(life.session) == {"code": life.now}
    sent = life.lapse_code().facts[-1]
    assert sent == f.CodeSent(
        place=2, at=life.now, by="broker", email=KIM, code_digest=DIGEST, until=life.now + 600_000
    )
    assert deadlines(life.session) == {"identity": life.now + 600_000}
    assert life.wait(1).answer(r.Lapse, CUSTOMER, deadline="code") == Refused("not_yours")


def test_a_code_is_good_for_ten_minutes_and_not_a_millisecond_longer() -> None:
    life = asked().lapse_code().wait(600)
    assert isinstance(life.answer(r.ConfirmCode, CUSTOMER, code=DIGEST), f.CodeConfirmed)
    life.wait(0.001)
    assert life.refusal(r.ConfirmCode, CUSTOMER, code=DIGEST) == "not_now"
    assert life.lapse("identity") == f.Ended(
        place=3, at=life.now, by="broker", ending="identity_timeout"
    )


def test_the_fifth_wrong_code_ends_it_also_when_new_ones_were_sent_meanwhile() -> None:
    life = asked().lapse_code()
    for wrong in range(4):
        assert isinstance(life.ask(r.ConfirmCode, CUSTOMER, code=ANOTHER_DIGEST), f.CodeRejected)
        assert life.session.wrong_codes == wrong + 1
    life.wait(60).fresh_code(ANOTHER_DIGEST).ask(r.SendCode, CUSTOMER, email=KIM)
    ended = life.ask(r.ConfirmCode, CUSTOMER, code=DIGEST)
    assert isinstance(ended, f.Ended)
    assert (ended.ending, life.session.survey) == ("identity_failed", "none")


def test_a_new_code_makes_the_one_before_worthless() -> None:
    life = asked().lapse_code().wait(60).fresh_code(ANOTHER_DIGEST)
    life.ask(r.SendCode, CUSTOMER, email="kim@example.org")
    assert isinstance(life.ask(r.ConfirmCode, CUSTOMER, code=DIGEST), f.CodeRejected)
    life.ask(r.ConfirmCode, CUSTOMER, code=ANOTHER_DIGEST)
    assert life.session.state == "waiting"


def test_codes_are_sent_once_a_minute_and_five_times_in_all() -> None:
    life = asked().lapse_code().wait(59.999)
    assert life.answer(r.SendCode, CUSTOMER, email=KIM) == Refused("too_soon", "1")
    for _ in range(CODES - 1):
        life.wait(60).ask(r.SendCode, CUSTOMER, email=KIM)
    life.wait(60)
    assert life.answer(r.SendCode, CUSTOMER, email=KIM) == Refused("rate_limited", "5")


def test_a_code_needs_somewhere_to_go() -> None:
    life = asked().wait(1)
    assert life.refusal(r.SendCode, CUSTOMER, email="") == "bad_address"
    ended = life.lapse("code", email="")
    assert isinstance(ended, f.Ended)
    assert ended.ending == "identity_failed"


def test_who_leaves_before_the_code_never_waited() -> None:
    life = asked().lapse_code()
    assert life.refusal(r.ConfirmCode, STRANGER, code=DIGEST) == "not_yours"
    ended = life.ask(r.End, CUSTOMER)
    assert isinstance(ended, f.Ended)
    assert ended.ending == "left_before_queue"
