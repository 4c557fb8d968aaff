"""What the window shows in each state, looked at without a screen."""

import pytest
from msgspec.structs import replace

from customer_client.screen.choice import EVERYTHING, monitor, only
from customer_client.window import deeds as d
from customer_client.window import nodes as n
from customer_client.window.conduct import is_on
from customer_client.window.nodes import walk
from customer_client.window.state import Case, Local, OwnLine, Picture
from customer_client.window.view import heading, is_ticking, title, view
from customer_client.words import LANGUAGES
from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from tests.customer_client.window import cases
from tests.customer_client.window.cases import ANA, MAX, NOW, case, fact, local, opened, talk

STATES = cases.states()


def words(shown: n.Node) -> str:
    """Return all that can be read."""
    parts: list[str] = []
    for node in walk(shown):
        match node:
            case n.Text() | n.Button() | n.Switch():
                parts.append(node.text)
            case n.Field() | n.Choice():
                parts += [node.label, node.text if isinstance(node, n.Field) else "", node.error]
            case n.Line():
                parts.append(node.detail)
            case n.Log():
                parts.append(node.writing)
            case n.Rating():
                parts.append(node.label)
    return "\n".join(parts)


def button(shown: n.Node, text: str) -> n.Button:
    """Return the button with these words, or this name."""
    found = [b for b in walk(shown) if isinstance(b, n.Button) and text in (b.text, b.says)]
    assert found, f"no button {text!r}"
    return found[0]


def buttons(shown: n.Node) -> list[str]:
    return [b.says or b.text for b in walk(shown) if isinstance(b, n.Button)]


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_can_be_shown_in_every_language(name: str, language: str) -> None:
    about, reader = STATES[name]
    shown = view(about, replace(reader, language=language))
    assert words(shown)
    assert "{" not in words(shown)


@pytest.mark.parametrize("name", STATES)
def test_the_same_state_shown_again_is_the_same(name: str) -> None:
    about, reader = STATES[name]
    assert view(about, reader) == view(about, reader)


@pytest.mark.parametrize("name", STATES)
def test_parts_that_stand_together_have_keys_of_their_own(name: str) -> None:
    for node in walk(view(*STATES[name])):
        if isinstance(node, n.Column | n.Row):
            keys = [(type(each), each.key) for each in node.children if each.key]
            assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", [name for name, (c, _) in STATES.items() if c.session])
def test_whoever_sees_the_screen_is_named_above_everything_else(name: str) -> None:
    about, reader = STATES[name]
    assert about.session
    shown = view(about, reader)
    sharing = about.session.sharing and about.session.state != "ended"
    is_shared = sharing and not about.session.sharing_paused
    assert ("Your screen can be seen by Ana Lopez" in words(shown)) == bool(is_shared)
    if is_shared:
        # Whatever is open: the second thing in the window, after its header.
        assert shown.children[1].key == "banner"
        assert isinstance(button(shown, "Stop sharing").does, d.StopSharing)


def test_the_start_button_is_there_only_while_somebody_is() -> None:
    assert button(view(case(), local()), "Start chat").look == "main"
    away = case(available=False, site=cases.SITE | {"offline": "hide"})
    shown = view(away, local(drafts={"name": "Max"}))
    assert "Start chat" not in buttons(shown)
    assert "Nobody is available right now." in words(shown)
    assert "Max" in words(shown)


def test_a_start_without_an_issue_is_not_sent_and_says_why() -> None:
    shown = view(case(), local())
    does = button(shown, "Start chat").does
    assert isinstance(does, d.Start)
    assert not does.is_good
    assert "Please choose what it is about." in words(view(case(), local(tries=1)))
    chosen = view(case(), local(drafts={"issue": "printer"}))
    assert button(chosen, "Start chat").does == d.Start(issue="printer")


def test_an_issue_whose_team_is_away_cannot_be_chosen_unless_a_message_can_be_left() -> None:
    hidden = case(site=cases.SITE | {"offline": "hide"})
    choice = next(c for c in walk(view(hidden, local())) if isinstance(c, n.Choice))
    assert [value for value, _ in choice.options] == ["", "computer", "printer"]
    shown = view(case(), local(drafts={"issue": "network"}))
    assert "Leave message" in buttons(shown)


def test_accept_is_never_what_has_the_keyboard_first() -> None:
    for name in ("agreement", "recording", "prompt", "calling"):
        order = buttons(view(*STATES[name]))
        pairs = [
            ("Decline", "Accept"),
            ("Do not allow", "Allow recording"),
            ("Not now", "Talk now"),
        ]
        assert any(
            no in order and order.index(no) < order.index(yes) for no, yes in pairs if yes in order
        )


def test_consent_counts_only_for_the_text_of_the_sessions_rules() -> None:
    other = cases.SITE | {"agreement": cases.SITE["agreement"] | {"digest": "b" * 64}}
    assert "Accept" not in buttons(view(case(opened(), site=other), local()))
    does = button(view(case(opened()), local()), "Accept").does
    assert does == d.Ask(kind=r.AcceptAgreement, about={"digest": cases.DIGEST})


def test_the_place_in_the_queue_is_told_and_never_a_wait_of_nothing() -> None:
    shown = words(view(*STATES["waiting"]))
    assert "You are number 2 in the queue." in shown
    assert "Half wait under 3 minutes, nine of ten under 6 minutes." in shown
    assert cases.NOTICE["text"] in shown
    place = m.Position(session="s1", position=1)
    unknown = view(case(opened(rules=f.Rules()), position=place), local())
    assert "How long it takes: we cannot say yet." in words(unknown)


def test_receipts_say_how_far_a_line_got() -> None:
    for delivered, read, receipt in ((0, 0, "Sent"), (99, 0, "Delivered"), (99, 99, "Read")):
        shown = view(case(*talk(), marks=cases.marks(delivered, read)), local())
        own = [line for line in walk(shown) if isinstance(line, n.Line) and line.side == "own"]
        assert all(line.detail.endswith(f"· {receipt}") for line in own)


def test_what_is_on_its_way_or_was_refused_stands_at_the_end() -> None:
    own = (OwnLine(id="a", text="One"), OwnLine(id="b", text="Two", refusal="rate_limited"))
    shown = view(case(*talk(), own=own), local())
    lines = [line for line in walk(shown) if isinstance(line, n.Line)]
    assert lines[-2].detail == "Sending…"
    assert lines[-1].detail.startswith("Not sent: ")
    assert button(shown, "Edit").does == d.Edit(line="b")


def test_an_address_is_a_link_and_nothing_else_is() -> None:
    said = fact(f.Said, text="Look (https://example.org/a_(b)), not javascript:alert(1).")
    shown = view(case(*talk(), said), local())
    links = [b for b in walk(shown) if isinstance(b, n.Button) and b.look == "link"]
    assert links[-1].does == d.OpenAddress(url="https://example.org/a_(b)")
    assert not [b for b in links if "javascript" in b.text]


def test_words_that_were_taken_back_or_erased_are_gone() -> None:
    erased = case(*talk(), fact(f.TextsErased, MAX, receipt="R-1"))
    blank = [
        replace(e, fact=replace(e.fact, text="", erased=True))
        if e.fact.by == MAX and isinstance(e.fact, f.Said)
        else e
        for e in erased.entries
    ]
    assert "Deleted" in words(view(replace(erased, entries=tuple(blank)), local()))
    taken = case(*talk(), fact(f.TakenBack, line=6))
    assert "Good morning" not in words(view(taken, local()))
    assert "Message taken back" in words(view(taken, local()))


def test_a_question_with_a_countdown_closes_what_is_open_over_it() -> None:
    about, _ = STATES["prompt"]
    for sheet in ("menu", "emoji", "share", "mail"):
        shown = view(about, local(sheet=sheet))
        assert button(shown, "Accept").does == d.Answer(allowed=True)
        assert "You have 0:24 left to answer." in words(shown)


def test_every_grant_can_be_taken_back_by_itself() -> None:
    shown = view(*STATES["sharing"])
    asked = [b.does for b in walk(shown) if isinstance(b, n.Button) and b.text == "Take back"]
    assert asked == [
        d.Ask(kind=r.Revoke, about={"tool": tool, "rep": ANA}) for tool in ("view", "control")
    ]
    assert "29 minutes left" in words(shown)
    # The last two minutes are counted; before, nothing changes from one second to the next.
    about, _ = STATES["sharing"]
    later = [view(about, local(now=NOW + past)) for past in (500, 1_500, 59_000)]
    assert later[0] == later[1] == later[2]
    assert "1:59 left" in words(view(about, local(now=NOW + 1_621_000)))


def test_a_special_action_is_asked_about_each_time_and_says_what_it_means() -> None:
    shown = view(*STATES["action"])
    assert "log you off" in words(shown)
    assert "all programs are closed" in words(shown)
    assert "0:19" in words(shown)
    answers = [button(shown, text).does for text in ("Decline", "Accept")]
    assert answers == [
        d.Ask(kind=r.AnswerAction, about={"allowed": allowed}) for allowed in (False, True)
    ]
    assert heading(shown) == "Ana Lopez asks for your permission"
    assert is_ticking(STATES["action"][0])
    # It runs out, so nothing may hide it.
    about, _ = STATES["action"]
    assert "log you off" in words(view(about, local(sheet="menu")))


def test_the_address_of_a_page_is_shown_before_it_is_opened() -> None:
    assert "https://www.example.org/printer/drivers" in words(view(*STATES["page"]))


def test_a_special_action_that_was_answered_is_asked_about_no_more() -> None:
    about, _ = STATES["action"]
    answered = fact(f.ActionAnswered, MAX, action="log_off", rep=ANA, allowed=True)
    told = [*(entry.fact for entry in about.entries), answered]
    shown = view(case(*told), local())
    assert "Accept" not in buttons(shown)
    assert "You allowed it." in words(shown)


def test_one_question_waits_for_the_other() -> None:
    about, _ = STATES["action"]
    prompted = fact(f.GrantsRequested, tools=("view",), until=NOW + 9_000)
    shown = view(case(*(entry.fact for entry in about.entries), prompted), local())
    assert button(shown, "Accept").does == d.Answer(allowed=True)
    assert buttons(shown).count("Accept") == 1


def test_a_direct_way_is_told_with_the_code_that_both_compare() -> None:
    about, reader = STATES["direct"]
    shown = view(about, reader)
    assert "recorded · directly to Ana Lopez" in words(shown)
    assert "481 906" in words(shown)
    assert button(shown, "It is the same").does == d.ConfirmCode()
    path = about.picture.path
    assert path
    confirmed = replace(about.picture, path=replace(path, is_confirmed=True))
    told = view(replace(about, picture=confirmed), reader)
    assert "Ana Lopez has not confirmed it yet." in words(told)
    assert "It is the same" not in buttons(told)
    assert "Verified: nobody is in between." in words(view(*STATES["direct-verified"]))


def test_a_recording_that_is_paused_is_told_with_who_why_and_what_is_seen() -> None:
    about, reader = STATES["unrecorded"]
    shown = words(view(about, reader))
    assert "Recording is paused by Ana Lopez: a password" in shown
    assert "Ana Lopez still sees what you share." in shown
    assert "the whole screen · not recorded" in shown
    told = [entry.fact for entry in about.entries]
    hidden = case(*told[:-1], fact(f.RecordingPaused, why=""), picture=about.picture)
    shown = words(view(hidden, reader))
    assert "Recording is paused by Ana Lopez." in shown
    assert "Ana Lopez does not see your screen." in shown
    assert "Ana Lopez paused the recording." in shown
    again = words(view(case(*told, fact(f.RecordingResumed), picture=about.picture), reader))
    assert "Recording is paused" not in again
    assert "Ana Lopez let the recording go on." in again


def test_a_picture_that_finds_no_way_is_told_of() -> None:
    assert "recorded · reconnecting…" in words(view(*STATES["reconnecting"]))


def test_over_the_relay_nothing_is_said_of_a_direct_way() -> None:
    shown = view(*STATES["sharing"])
    assert "directly" not in words(shown)
    assert "It is the same" not in buttons(shown)


def test_who_refused_recording_shows_no_screen_where_the_site_wants_it_so() -> None:
    rules = replace(cases.RULES, refusal_policy="no_screen")
    told = [*talk()]
    told[0] = opened(rules=rules)
    told[2] = fact(f.RecordingAnswered, MAX, allowed=False, text_digest=cases.DIGEST, language="en")
    assert "Share my screen" not in buttons(view(case(*told), local()))
    assert "Share my screen" in buttons(view(case(*talk()), local()))


def test_the_choice_of_what_is_shared_lists_every_monitor() -> None:
    shown = view(*STATES["change"])
    found = [b.does for b in walk(shown) if isinstance(b, n.Button)]
    assert [each.choice for each in found if isinstance(each, d.Share)] == [
        EVERYTHING,
        monitor(1),
        monitor(2),
        only("2"),
    ]
    nothing = view(STATES["change"][0], local(sheet="share"))
    assert not button(nothing, "Show only these applications").is_enabled


def test_the_banner_says_whether_it_is_recorded_and_what_is_shared() -> None:
    about, reader = STATES["sharing"]
    assert "the whole screen · recorded" in words(view(about, reader))
    one = replace(
        about, picture=Picture(here=True, open=False, choice=monitor(2), monitors=("A", "B"))
    )
    assert "monitor 2 (B) · recorded · reconnecting…" in words(view(one, reader))


def test_a_lost_rep_is_told_of() -> None:
    shown = words(view(*STATES["rep-lost"]))
    assert "Ana Lopez has lost the connection and is reconnecting. Please stay." in shown


def test_the_end_tells_what_was_removed() -> None:
    shown = words(view(*STATES["ended"]))
    assert "Ana Lopez has ended the chat." in shown
    assert all(each in shown for each in cases.REMOVED)
    assert button(view(*STATES["ended"]), "Close window").does == d.Close()


def test_a_session_that_went_back_to_its_page_is_left_alone_here() -> None:
    before = [fact(f.Moved, cases.MAX, where="app"), fact(f.Moved, cases.MAX, where="page")]
    away = case(*cases.talk(), *before, joined=11, removed=cases.REMOVED)
    shown = view(away, local())
    assert "The chat goes on in your browser." in words(shown)
    assert all(each in words(shown) for each in cases.REMOVED)
    assert not is_on(away)
    here = case(*cases.talk(), *before, joined=13)
    assert is_on(here), "what happened on the page before it came here"


def test_the_survey_comes_before_everything_else_at_the_end() -> None:
    about, reader = STATES["survey"]
    shown = view(about, reader)
    does = button(shown, "Submit").does
    assert does == d.Ask(kind=r.SubmitSurvey, about={"rating": 4, "text": ""})
    assert not button(view(about, replace(reader, rating=0)), "Submit").is_enabled


def test_the_title_counts_what_was_not_read() -> None:
    assert title(Case()) == "Deskside"
    assert title(case()) == "Deskside – Example Help Desk"
    assert title(case(*talk())).startswith("(3) ")
    mine = {MAX: m.Marks(session="s1", party=MAX, delivered=99, read=99)}
    assert title(case(*talk(), marks=mine)) == "Deskside – Example Help Desk"


def test_time_passes_on_the_screen_only_where_something_counts() -> None:
    ticking = {name for name, (about, _) in STATES.items() if is_ticking(about)}
    assert {"agreement", "recording", "prompt", "sharing", "inactive", "calling"} <= ticking
    assert not ticking & {"start", "talking", "waiting", "ended", "survey", "connecting"}


def test_ending_is_asked_for_before_it_is_done() -> None:
    shown = view(*STATES["talking"])
    assert button(shown, "End chat").does == d.Close()
    question = view(*STATES["end"])
    assert buttons(question).index("Keep chatting") > 0
    assert button(question, "Keep chatting").does == d.Go()


def test_no_state_shows_a_time_to_come_as_gone() -> None:
    late = Local(now=NOW + 3_600_000)
    assert "-" not in words(view(STATES["prompt"][0], late)).replace("c-max", "")


def test_the_taskbar_shows_what_the_window_is_about() -> None:
    headings = {name: heading(view(about, reader)) for name, (about, reader) in STATES.items()}
    assert headings["agreement"] == "Terms of our help"
    assert headings["waiting"] == "Waiting for a colleague"
    assert headings["talking"] == "Ana Lopez"
    assert headings["ended"] == "Chat ended"


def test_an_app_older_than_its_server_says_so_and_leads_on() -> None:
    shown = view(*STATES["newer"])
    assert "The server is newer than this app" in words(shown)
    address = "https://help.example.org/download"
    assert button(shown, "Download the app").does == d.OpenAddress(url=address)
    assert button(shown, "Go on in the browser").does == d.GoOnInBrowser()
    assert "newer" not in words(view(*STATES["talking"]))
