"""The rules of files: who offers, answers and withdraws them, and which a site does not want."""

import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.facts import Rules
from protocol.file_kinds import KIND_OF, kind_of
from protocol.session import Refused
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, DIGEST, Life

MIB = 1024**2


def offer(life: Life, size: int = 1, name: str = "a.txt", file: str = "c") -> object:
    return life.answer(r.OfferFile, CUSTOMER, file=file, name=name, size=size)


def test_only_the_other_side_answers_a_file() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=1)
    life.ask(r.OfferFile, ANA, file="a", name="a.txt", size=1)
    assert life.refusal(r.AnswerFile, CUSTOMER, file="c", accepted=True) == "not_yours"
    assert life.refusal(r.AnswerFile, ANA, file="a", accepted=True) == "not_yours"
    assert life.refusal(r.AnswerFile, BEN, file="a", accepted=True) == "not_yours"
    answered = life.ask(r.AnswerFile, BEN, file="c", accepted=True)
    assert isinstance(answered, f.FileAnswered)
    assert (answered.file, answered.accepted) == ("c", True)
    life.ask(r.AnswerFile, CUSTOMER, file="a", accepted=False)
    states = {name: file.state for name, file in life.session.files.items()}
    assert states == {"c": "accepted", "a": "declined"}


def test_a_file_is_offered_once_and_has_a_name() -> None:
    life = Life().talk()
    offered = life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=7)
    assert offered == f.FileOffered(
        place=3, at=life.now, by="customer", file="c", name="c.txt", size=7
    )
    assert life.refusal(r.OfferFile, ANA, file="c", name="x.txt", size=1) == "malformed"
    assert life.refusal(r.OfferFile, ANA, file="", name="x.txt", size=1) == "malformed"


def test_a_file_is_answered_once() -> None:
    life = Life().talk()
    assert life.refusal(r.AnswerFile, ANA, file="c", accepted=True) == "unknown_file"
    life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=7)
    life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    assert life.refusal(r.AnswerFile, ANA, file="c", accepted=True) == "unknown_file"


@pytest.mark.parametrize("accepted", [True, False])
def test_who_offered_a_file_withdraws_it_before_it_has_arrived(accepted: bool) -> None:
    life = Life().talk()
    assert life.refusal(r.WithdrawFile, CUSTOMER, file="c") == "unknown_file"
    life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=7)
    if accepted:
        life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    assert life.refusal(r.WithdrawFile, ANA, file="c") == "not_yours"
    withdrawn = life.ask(r.WithdrawFile, CUSTOMER, file="c")
    assert isinstance(withdrawn, f.FileWithdrawn)
    assert life.session.files["c"].state == "withdrawn"
    assert life.refusal(r.WithdrawFile, CUSTOMER, file="c") == "unknown_file"


def test_only_an_accepted_file_arrives() -> None:
    life = Life().talk()
    arrives = {"file": "c", "size": 7, "digest": DIGEST}
    assert life.refusal(r.FileArrives, DESK, **arrives) == "unknown_file"
    life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=7)
    assert life.refusal(r.FileArrives, DESK, **arrives) == "unknown_file"
    life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    arrived = life.ask(r.FileArrives, DESK, **arrives)
    assert isinstance(arrived, f.FileArrived)
    assert (arrived.size, arrived.file_digest) == (7, DIGEST)
    assert life.refusal(r.FileArrives, DESK, **arrives) == "unknown_file"


def test_a_file_is_withheld_for_a_reason_and_once() -> None:
    life = Life().talk()
    assert life.refusal(r.FileWithheld, DESK, file="c", why="kind") == "unknown_file"
    life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=7)
    withheld = life.ask(r.FileWithheld, DESK, file="c", why="kind")
    assert isinstance(withheld, f.FileRefused)
    assert withheld.why == "kind"
    assert life.refusal(r.FileWithheld, DESK, file="c", why="kind") == "unknown_file"
    for name in ("declined", "withdrawn"):
        life.ask(r.OfferFile, CUSTOMER, file=name, name="c.txt", size=7)
    life.ask(r.AnswerFile, ANA, file="declined", accepted=False)
    life.ask(r.WithdrawFile, CUSTOMER, file="withdrawn")
    for name in ("declined", "withdrawn"):
        assert life.refusal(r.FileWithheld, DESK, file=name, why="kind") == "unknown_file"


def test_a_session_has_room_for_a_hundred_files() -> None:
    life = Life().talk()
    for number in range(100):
        life.ask(r.OfferFile, (CUSTOMER, ANA)[number % 2], file=f"{number}", name="x.txt", size=1)
    life.ask(r.WithdrawFile, CUSTOMER, file="0")
    for sender in (CUSTOMER, ANA):
        assert life.answer(r.OfferFile, sender, file="new", name="x.txt", size=1) == Refused(
            "rate_limited", "100"
        )


def test_a_file_may_have_twenty_mebibytes_and_not_one_byte_more() -> None:
    life = Life().talk()
    assert offer(life, 20 * MIB + 1) == Refused("file_too_large", "20971520")
    assert offer(life, 0) == Refused("file_empty")
    assert isinstance(offer(life, 20 * MIB), f.FileOffered)


def test_the_files_of_a_session_have_two_hundred_mebibytes_together() -> None:
    life = Life().talk()
    for number in range(10):
        life.ask(r.OfferFile, CUSTOMER, file=f"{number}", name="a.txt", size=20 * MIB)
    assert offer(life) == Refused("files_too_large", "209715200")
    life.ask(r.AnswerFile, ANA, file="3", accepted=False)
    assert isinstance(offer(life, 20 * MIB), f.FileOffered)


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.exe", "exe"), ("a", ""), ("a.pdf.EXE", "exe"), ("a.exe. . ", "exe"), ("a.p\u202edf", "")],
)
def test_what_a_name_promises_must_be_a_kind_that_the_site_takes(name: str, ending: str) -> None:
    assert offer(Life().talk(), name=name) == Refused("file_kind", ending)


def test_kinds_and_limits_are_the_sites() -> None:
    life = Life(file_kinds=("pdf",), file_bytes=9, files_bytes=10).talk()
    assert offer(life) == Refused("file_kind", "txt")
    assert offer(life, 10, "a.pdf") == Refused("file_too_large", "9")
    life.ask(r.OfferFile, CUSTOMER, file="a", name="a.PDF", size=9)
    assert offer(life, 2, "a.pdf") == Refused("files_too_large", "10")


@pytest.mark.parametrize(
    ("unasked", "customers", "reps"),
    [
        ("nobodys", False, False),
        ("customers", True, False),
        ("reps", False, True),
        ("everybodys", True, True),
    ],
)
def test_a_site_may_take_files_without_asking(unasked: str, customers: bool, reps: bool) -> None:
    life = Life(files_unasked=unasked).talk()
    for sender, taken in ((CUSTOMER, customers), (ANA, reps)):
        offered = life.ask(r.OfferFile, sender, file=sender.id, name="a.txt", size=1)
        assert isinstance(offered, f.FileOffered)
        assert offered.accepted is taken
        state = "accepted" if taken else "offered"
        assert life.session.files[sender.id].state == state


@pytest.mark.parametrize("checked", [True, False])
def test_either_side_ends_what_is_under_way(checked: bool) -> None:
    life = Life().talk()
    for file in ("a", "b"):
        life.ask(r.OfferFile, CUSTOMER, file=file, name="a.txt", size=1)
        life.ask(r.AnswerFile, ANA, file=file, accepted=True)
        if checked:
            life.ask(r.FileCheckBegins, DESK, file=file, size=1, digest=DIGEST)
    life.ask(r.AnswerFile, ANA, file="a", accepted=False)
    life.ask(r.WithdrawFile, CUSTOMER, file="b")
    states = {name: file.state for name, file in life.session.files.items()}
    assert states == {"a": "declined", "b": "withdrawn"}
    for file in ("a", "b"):
        arrives = {"file": file, "size": 1, "digest": DIGEST}
        assert life.refusal(r.FileArrives, DESK, **arrives) == "unknown_file"


def test_a_file_is_checked_once_before_it_arrives() -> None:
    life = Life().talk()
    about = {"file": "c", "size": 1, "digest": DIGEST}
    offer_ = {"file": "c", "name": "a.txt", "size": 1}
    life.ask(r.OfferFile, CUSTOMER, **offer_)
    assert life.refusal(r.FileCheckBegins, DESK, **about) == "unknown_file"
    life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    life.ask(r.FileCheckBegins, DESK, **about)
    assert life.session.files["c"].state == "checking"
    assert life.refusal(r.FileCheckBegins, DESK, **about) == "unknown_file"
    arrived = life.ask(r.FileArrives, DESK, **about, content="text")
    assert isinstance(arrived, f.FileArrived)
    assert arrived.content == "text"


def test_an_infected_file_is_recorded_with_what_was_found() -> None:
    life = Life().talk()
    life.ask(r.OfferFile, CUSTOMER, file="c", name="a.txt", size=1)
    life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    withheld = life.ask(
        r.FileWithheld, DESK, file="c", why="infected", found="Eicar", size=1, digest=DIGEST
    )
    assert isinstance(withheld, f.FileRefused)
    assert (withheld.found, withheld.size, withheld.file_digest) == ("Eicar", 1, DIGEST)


def test_a_file_goes_on_while_the_session_waits_again() -> None:
    life = Life().talk()
    life.ask(r.OfferFile, CUSTOMER, file="c", name="a.txt", size=1)
    life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    life.ask(r.ReturnToQueue, ANA)
    life.ask(r.FileArrives, DESK, file="c", size=1, digest=DIGEST)
    assert life.session.files["c"].state == "arrived"


def test_every_kind_has_a_name() -> None:
    assert set(KIND_OF.values()) == set(Rules().file_kinds)
    assert kind_of("Invoice 7.PDF") == "pdf"
