"""Files in the window: what stands on each, and what its buttons do."""

import pytest
from msgspec.structs import replace

from customer_client.window import deeds as d
from customer_client.window import nodes as n
from customer_client.window.file_lines import file_line
from customer_client.window.file_texts import file_refusal_text, pace_text, size_text
from customer_client.window.lines import transcript
from customer_client.window.state import Case, FileOnWay, SavedFile, Unsent
from customer_client.window.view import view
from customer_client.words import LANGUAGES, Words
from protocol import facts as f
from protocol import requests as r
from tests.customer_client.window.cases import (
    ANA,
    DIGEST,
    MAX,
    NOW,
    case,
    fact,
    files,
    local,
    picture,
    talk,
)

EN = Words("en")
STATES = ("offered", "accepted", "checking", "arrived", "declined", "withdrawn", "refused")


def line_of(about: Case, file: str) -> n.Line:
    offers = [e.fact for e in about.entries if isinstance(e.fact, f.FileOffered)]
    return file_line(about, next(offer for offer in offers if offer.file == file), EN)


def buttons(shown: n.Node) -> dict[str, d.Deed]:
    return {b.text: b.does for b in n.walk(shown) if isinstance(b, n.Button)}


def words(shown: n.Node) -> str:
    return "\n".join(each.text for each in n.walk(shown) if isinstance(each, n.Text))


def answer(file: str, *, accepted: bool) -> d.Ask:
    return d.Ask(kind=r.AnswerFile, about={"file": file, "accepted": accepted})


@pytest.mark.parametrize("state", STATES)
def test_each_state_of_ones_own_file_says_what_can_be_done(state: str) -> None:
    file = f"mine-{state}"
    withdraw = d.Ask(kind=r.WithdrawFile, about={"file": file})
    expected: dict[str, dict[str, d.Deed]] = {
        "offered": {"Cancel": withdraw},
        "accepted": {"Pause": d.HoldFile(file=file, held=True), "Cancel": withdraw},
        "checking": {"Cancel": withdraw},
    }
    line = line_of(case(*files()), file)
    assert line.side == "own"
    assert buttons(line) == expected.get(state, {})


@pytest.mark.parametrize("state", STATES)
def test_each_state_of_a_reps_file_says_what_can_be_done(state: str) -> None:
    file = f"theirs-{state}"
    decline = answer(file, accepted=False)
    expected: dict[str, dict[str, d.Deed]] = {
        "offered": {"Decline": decline, "Accept": answer(file, accepted=True)},
        "accepted": {"Pause": d.HoldFile(file=file, held=True), "Cancel": decline},
        "arrived": {"Save as…": d.SaveFile(file=file, name=f"{file}.pdf")},
    }
    line = line_of(case(*files()), file)
    assert line.side == "theirs"
    assert buttons(line) == expected.get(state, {})


def test_every_state_is_said_and_none_like_another() -> None:
    about = case(*files())
    for who in ("mine", "theirs"):
        said = {state: words(line_of(about, f"{who}-{state}")).split(" · ")[-1] for state in STATES}
        assert len({*said.values()}) == len(STATES), said
    assert "malicious" in words(line_of(about, "theirs-refused"))


def test_after_the_end_nothing_can_be_done_but_to_save() -> None:
    over = case(*files(), fact(f.Ended, ending="rep_ended"))
    for who in ("mine", "theirs"):
        for state in STATES:
            line = line_of(over, f"{who}-{state}")
            assert [*buttons(line)] == (
                ["Save as…"] if line.side == "theirs" and state == "arrived" else []
            )
    assert "Not sent" in words(line_of(over, "mine-accepted"))


def test_progress_has_a_bar_a_speed_and_the_time_left() -> None:
    way = FileOnWay(done=1_048_576, bytes_per_second=524_288.0)
    line = line_of(case(*files(), files={"mine-accepted": way}), "mine-accepted")
    [bar] = [each for each in n.walk(line) if isinstance(each, n.Progress)]
    assert (bar.done, bar.whole) == (1_048_576, 3_145_728)
    assert "512\u00a0kB a second · 4 seconds left" in words(line)
    paused = line_of(
        case(*files(), files={"mine-accepted": replace(way, held=True)}), "mine-accepted"
    )
    assert "Paused" in words(paused)
    assert buttons(paused)["Go on"] == d.HoldFile(file="mine-accepted", held=False)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("saving", "Saving…"),
        ("saved", "Saved as b.pdf."),
        ("damaged", "nothing was saved"),
        ("gone", "cannot be had any more"),
        ("unwritable", "choose another place"),
    ],
)
def test_what_became_of_saving_is_said(state: str, said: str) -> None:
    saved = {"theirs-arrived": SavedFile(state=state, name="b.pdf")}  # type: ignore[arg-type]
    line = line_of(case(*files(), saved=saved), "theirs-arrived")
    assert said in words(line)
    ways = ["Cancel"] if state == "saving" else ["Save as…"]
    assert [*buttons(line)] == ways


def test_a_name_is_shown_without_its_tricks_and_proposed_so() -> None:
    told = fact(f.FileOffered, ANA, file="x", name="../../photo\u202egpj.exe\n", size=9)
    shown = line_of(
        case(
            *talk(),
            told,
            fact(f.FileAnswered, MAX, file="x", accepted=True),
            fact(f.FileArrived, "broker", file="x", size=9, file_digest=DIGEST),
        ),
        "x",
    )
    assert buttons(shown) == {"Save as…": d.SaveFile(file="x", name="photogpj.exe")}
    assert "photogpj.exe" in words(shown)


def test_an_erased_file_has_neither_name_nor_picture_nor_buttons() -> None:
    told = fact(f.FileOffered, MAX, file="x", name="", erased=True, size=9)
    about = case(
        *talk(),
        told,
        fact(f.FileArrived, "broker", file="x", size=9, file_digest=DIGEST, content="picture"),
    )
    shown = line_of(replace(about, previews={"x": b"RIFF"}), "x")
    assert "The name was erased." in words(shown)
    assert buttons(shown) == {}
    assert not [each for each in n.walk(shown) if isinstance(each, n.Image)]


def test_a_picture_is_shown_small_once_there_is_one() -> None:
    about = case(*picture())
    for previews, count in (({}, 0), ({"shot": b"RIFF"}, 1)):
        shown = line_of(replace(about, previews=previews), "shot")
        assert len([each for each in n.walk(shown) if isinstance(each, n.Image)]) == count


def test_what_was_not_taken_stands_there_until_it_was_read() -> None:
    unsent = Unsent(id="u", name="setup.exe", size=2048, problem="file_kind")
    shown = view(case(*talk(), unsent=(unsent,)), local())
    assert "2\u00a0kB · Such files are not taken here. You can send: PDF, MP3" in words(shown)
    assert buttons(shown)["Remove"] == d.DismissFile(file="u")


def test_a_file_that_is_a_little_too_large_is_not_said_to_be_as_large_as_it_may() -> None:
    most = f.Rules().file_bytes
    over = Unsent(id="u", name="a.pdf", size=most + 1, problem="file_too_large")
    shown = words(view(case(*talk(), unsent=(over,)), local()))
    assert "a little over 20\u00a0MB · This file is too large: at most 20\u00a0MB" in shown
    much = replace(over, size=2 * most)
    assert "40\u00a0MB · This" in words(view(case(*talk(), unsent=(much,)), local()))


def test_files_can_be_attached_only_while_one_talks() -> None:
    def names(about: Case) -> list[str]:
        return [b.says for b in n.walk(view(about, local())) if isinstance(b, n.Button)]

    assert "Attach file" in names(case(*talk()))
    assert "Attach file" not in names(case(*talk()[:4]))
    assert "Attach file" not in names(case(*talk(), fact(f.Ended, ending="rep_ended")))


def test_a_transcript_to_keep_tells_of_files() -> None:
    kept = transcript(case(*picture()), EN, "txt", NOW)
    assert "You: screenshot-09-14-30.png (3\u00a0MB) · Sent" in kept
    assert "Ana Lopez: Manual.pdf (3\u00a0MB) · Received" in kept


def test_sizes_are_said_as_people_say_them() -> None:
    said = {0: "0\u00a0B", 1023: "1023\u00a0B", 1536: "1.5\u00a0kB", 20_971_520: "20\u00a0MB"}
    assert {count: size_text(EN, count) for count in said} == said
    assert size_text(Words("de"), 1_468_006) == "1,4\u00a0MB"
    assert size_text(Words("fr"), 1_468_006) == "1,4\u00a0Mo"


def test_a_speed_that_is_not_known_is_not_said() -> None:
    assert pace_text(EN, 0, 1000) == ""
    assert pace_text(EN, 1000, 61_000) == "1000\u00a0B a second · 2 minutes left"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_a_sentence_in_every_language(language: str) -> None:
    rules = f.Rules()
    said = {
        file_refusal_text(Words(language), problem, rules)
        for problem in (
            "file_too_large",
            "files_too_large",
            "file_kind",
            "file_empty",
            "unreadable",
        )
    }
    assert len(said) == 5
    assert not any("{" in each for each in said)
