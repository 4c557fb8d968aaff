"""Lines that went to the wrong customer, and who may still take them back."""

from protocol import facts as f
from protocol import requests as r
from tests.protocol.life import ANA, BEN, CUSTOMER, LEA, Life


def test_a_rep_takes_a_line_back_within_its_seconds_and_a_moment_more() -> None:
    life = Life().talk()
    for waits, refusal in ((0, ""), (5, ""), (7, ""), (7.001, "too_late"), (60, "too_late")):
        life.ask(r.Say, ANA, text="Your password is 12345.")
        line = life.session.shown
        life.wait(waits)
        if refusal:
            assert life.refusal(r.TakeBack, ANA, line=line) == refusal
        else:
            assert isinstance(life.ask(r.TakeBack, ANA, line=line), f.TakenBack)
            assert life.refusal(r.TakeBack, ANA, line=line) == "too_late", "once is enough"


def test_a_line_is_taken_back_by_whoever_wrote_it_and_nobody_else() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.Say, CUSTOMER, text="Nothing prints.")
    customers = life.session.shown
    life.ask(r.Say, ANA, text="Good morning, Robin!")
    line = life.session.shown
    life.ask(r.Note, ANA, text="Oh dear.")
    assert life.refusal(r.TakeBack, BEN, line=line) == "not_yours"
    assert life.refusal(r.TakeBack, CUSTOMER, line=customers) == "not_yours"
    assert life.refusal(r.TakeBack, LEA, line=line) == "not_yours"
    assert life.refusal(r.TakeBack, ANA, line=customers) == "too_late"
    assert life.refusal(r.TakeBack, ANA, line=line + 1) == "too_late"
    assert life.ask(r.TakeBack, ANA, line=line).audience == "all"


def test_a_line_can_be_taken_back_after_the_end_but_not_by_who_has_left() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.Say, BEN, text="Bye, Robin!")
    bens = life.session.shown
    life.ask(r.Say, ANA, text="Bye, Robin!")
    line = life.session.shown
    life.ask(r.Leave, BEN)
    assert life.refusal(r.TakeBack, BEN, line=bens) == "not_yours"
    life.ask(r.End, CUSTOMER)
    life.ask(r.TakeBack, ANA, line=line)


def test_a_session_keeps_no_more_lines_in_mind_than_can_be_taken_back() -> None:
    life = Life().talk()
    for number in range(30):
        life.ask(r.Say, ANA, text=f"Line {number}")
    assert len(life.session.recent) == 10
    life.wait(8).ask(r.Say, ANA, text="The last")
    assert [line.shown for line in life.session.recent] == [life.session.shown]
