"""A session that goes on in the app, and on the page again."""

from protocol import facts as f
from protocol import requests as r
from tests.protocol.life import ANA, BEN, CUSTOMER, LEA, NIA, STRANGER, Life


def test_reps_of_the_session_offer_the_app_and_the_customer_takes_it() -> None:
    life = Life().talk().join(BEN)
    for party in (CUSTOMER, STRANGER, LEA, NIA):
        assert life.refusal(r.OfferApp, party) == "not_yours"
    life.ask(r.OfferApp, BEN)
    assert life.session.app_offered == "ben"
    for party in (ANA, BEN, STRANGER):
        assert life.refusal(r.MoveTo, party, where="app") == "not_yours"
    life.ask(r.MoveTo, CUSTOMER, where="app")
    assert (life.session.where, life.session.app_offered) == ("app", "")


def test_the_app_is_offered_once_at_a_time_and_not_to_who_is_in_it() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.OfferApp, ANA)
    assert life.refusal(r.OfferApp, BEN) == "not_now"
    life.ask(r.DeclineApp, CUSTOMER)
    assert life.refusal(r.DeclineApp, CUSTOMER) == "not_now"
    life.ask(r.OfferApp, BEN)
    life.ask(r.MoveTo, CUSTOMER, where="app")
    assert life.refusal(r.OfferApp, ANA) == "not_now"
    assert life.refusal(r.DeclineApp, CUSTOMER) == "not_now"


def test_a_customer_takes_the_app_without_being_asked_even_while_waiting() -> None:
    life = Life().start()
    since = life.session.waiting_since
    assert life.refusal(r.MoveTo, CUSTOMER, where="page") == "not_now"
    life.ask(r.MoveTo, CUSTOMER, where="app")
    assert life.refusal(r.MoveTo, CUSTOMER, where="app") == "not_now"
    assert (life.session.state, life.session.waiting_since) == ("waiting", since)
    life.ask(r.MoveTo, CUSTOMER, where="page")
    assert life.session.where == "page"


def test_a_session_that_began_in_the_app_is_there() -> None:
    assert Life().start(where="app").session.where == "app"


def test_nothing_is_shown_or_allowed_after_a_move_that_was_before() -> None:
    for where in ("app", "page"):
        life = Life().start(where="page" if where == "app" else "app").talk().join(BEN)
        life.grant("view", "control").grant("view", "files", rep=BEN)
        life.ask(r.ShareScreen, CUSTOMER, what="tab")
        life.ask(r.RequestGrants, ANA, tools=("clipboard",))
        life.ask(r.MoveTo, CUSTOMER, where=where)
        session = life.session
        assert (session.sharing, session.grants, session.prompt) == ("", (), None)
        assert life.refusal(r.StopSharing, CUSTOMER) == "not_now"
        assert life.refusal(r.RequestGrants, BEN, tools=("control",)) == "no_grant"
        life.ask(r.RequestGrants, BEN, tools=("view",))


def test_both_devices_speak_for_the_customer_while_it_moves() -> None:
    life = Life().talk()
    life.ask(r.Say, CUSTOMER, text="from the page")
    life.ask(r.MoveTo, CUSTOMER, where="app")
    life.ask(r.Say, CUSTOMER, text="from the page as well")
    life.ask(r.Say, CUSTOMER, text="from the app")
    said = [fact.text for fact in life.facts if isinstance(fact, f.Said)]
    assert said == ["from the page", "from the page as well", "from the app"]


def test_an_open_offer_ends_with_the_conversation() -> None:
    for ends in (r.ReturnToQueue, r.End):
        life = Life().talk()
        life.ask(r.OfferApp, ANA)
        life.ask(ends, ANA)
        assert life.session.app_offered == ""
