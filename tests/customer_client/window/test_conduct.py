"""What deeds and news change in what a reader has typed and opened."""

from msgspec.structs import replace

from customer_client.window import deeds as d
from customer_client.window.conduct import (
    NUDGE_TUNE,
    change,
    is_nudge,
    is_on,
    is_turn,
    settle,
    tune,
)
from customer_client.window.state import LARGEST_TEXT, Case, OwnLine
from protocol import facts as f
from tests.customer_client.window import cases
from tests.customer_client.window.cases import MAX, NOW, case, fact, local, talk


def test_typing_is_kept_by_field() -> None:
    typed = change(local(), d.Typed(field="name", text="Max"), Case())
    assert change(typed, d.Typed(field="email", text="m@x"), Case()).drafts == {
        "name": "Max",
        "email": "m@x",
    }


def test_what_opens_a_sheet_closes_it_again() -> None:
    menu = change(local(), d.Go(sheet="menu"), Case())
    assert menu.sheet == "menu"
    assert change(menu, d.Go(sheet="menu"), Case()).sheet == ""


def test_text_grows_no_further_than_its_last_step() -> None:
    reader = local()
    for _ in range(9):
        reader = change(reader, d.Prefer(larger=1), Case())
    assert reader.text_size == LARGEST_TEXT
    for _ in range(9):
        reader = change(reader, d.Prefer(larger=-1), Case())
    assert reader.text_size == 0


def test_sounds_are_muted_and_heard_again() -> None:
    muted = change(local(), d.Prefer(mute=True), Case())
    assert muted.is_muted
    assert not change(muted, d.Prefer(mute=True), Case()).is_muted
    assert change(muted, d.Prefer(larger=1), Case()).is_muted


def test_what_was_said_leaves_the_field_empty() -> None:
    assert change(local(drafts={"say": "Hello"}), d.Say(), Case()).drafts["say"] == ""


def test_refused_words_come_back_into_the_field() -> None:
    refused = case(*talk(), own=(OwnLine(id="a", text="One", refusal="too_soon"),))
    assert change(local(), d.Edit(line="a"), refused).drafts["say"] == "One"
    two = change(local(drafts={"say": "Two"}), d.Edit(line="a"), refused)
    assert two.drafts["say"] == "One\nTwo"
    assert "say" not in change(local(), d.Edit(line="a", keep=False), refused).drafts


def test_closing_asks_while_a_chat_is_on_and_only_then() -> None:
    on, over = case(*talk()), cases.ended()
    assert is_on(on)
    assert change(local(), d.Close(), on).sheet == "end"
    assert not is_on(over)
    assert change(local(), d.Close(), over).sheet == ""


def test_the_question_about_the_end_closes_with_the_end() -> None:
    on = case(*talk())
    assert settle(local(sheet="end"), on, cases.ended()).sheet == ""
    assert settle(local(sheet="end"), on, on).sheet == "end"


def test_who_has_their_words_erased_finds_no_drafts_either() -> None:
    on = case(*talk())
    erased = case(*talk(), fact(f.TextsErased, MAX, receipt="R-1"))
    assert settle(local(drafts={"say": "secret"}), on, erased).drafts == {}


def test_what_others_do_sounds_once_and_only_while_it_is_new() -> None:
    before = case(*talk()[:6])
    after = case(*talk()[:7])
    assert tune(before, after, NOW) == ()  # one's own line
    heard = case(*talk()[:8])
    assert tune(after, heard, NOW) == (880,)
    assert tune(heard, heard, NOW) == ()
    assert tune(after, heard, NOW + 60_000) == ()


def test_a_nudge_is_one_only_when_it_comes() -> None:
    before = case(*talk())
    nudged = replace(before, entries=case(*talk(), fact(f.Nudged)).entries)
    assert is_nudge(before, nudged, NOW)
    assert not is_nudge(nudged, nudged, NOW)
    assert not is_nudge(before, nudged, NOW + 60_000)
    assert NUDGE_TUNE


def test_the_window_comes_forward_when_a_rep_takes_who_has_waited() -> None:
    waited, talks = case(*talk()[:4]), case(*talk())
    assert waited.session
    assert waited.session.state == "waiting"
    assert is_turn(waited, talks)
    assert not is_turn(talks, talks)
    assert not is_turn(Case(), talks)
    assert not is_turn(waited, cases.ended())


def test_picking_a_sign_closes_the_list_and_forgets_what_was_searched_for() -> None:
    on = case(*talk())
    searched = change(local(sheet="emoji"), d.Typed(field="emoji", text="prin"), on)
    assert (searched.sheet, searched.drafts["emoji"]) == ("emoji", "prin")
    picked = change(searched, d.Typed(field="say", text="Oh 🖨️"), on)
    assert (picked.sheet, picked.drafts["emoji"], picked.drafts["say"]) == ("", "", "Oh 🖨️")
