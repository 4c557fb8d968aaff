"""What the window shows when all is over."""

from msgspec.structs import replace

from customer_client.window import deeds as d
from customer_client.window.view import view
from tests.customer_client.window.cases import local
from tests.customer_client.window.test_view import STATES, button, buttons, words


def test_after_the_end_the_next_chat_begins_in_the_browser() -> None:
    over = replace(STATES["ended"][0], url="https://help.example.org")
    does = button(view(over, local(language="de")), "Neuer Chat im Browser").does
    assert does == d.OpenAddress(url="https://help.example.org/?lang=de")
    # Not before the survey was answered or skipped.
    assert "New chat in the browser" not in buttons(view(*STATES["survey"]))


def test_who_asked_for_a_rep_in_vain_reads_what_else_there_is() -> None:
    about, reader = STATES["busy"]
    shown = words(view(about, reader))
    assert "Everybody is busy at the moment." in shown
    assert "or start a chat with whoever is free" in shown
    nobody = words(view(replace(about, available=False), reader))
    assert "If nobody is available, you can leave us a message." in nobody
    assert "whoever is free" not in words(view(*STATES["ended"]))
