"""What opens over the chat."""

from msgspec.structs import replace

from customer_client.window import deeds as d
from customer_client.window import nodes as n
from customer_client.window.nodes import walk
from customer_client.window.view import view
from protocol import facts as f
from tests.customer_client.window import cases
from tests.customer_client.window.cases import MAX, case, fact, local, talk
from tests.customer_client.window.test_view import STATES, words


def test_who_deletes_their_data_reads_before_what_the_law_keeps() -> None:
    kept = "your words in the recording, too, while the law demands that it is kept"
    assert kept in words(view(*STATES["delete"]))
    told = talk()
    told[2] = fact(f.RecordingAnswered, MAX, allowed=False, text_digest=cases.DIGEST, language="en")
    assert kept not in words(view(case(*told), local(sheet="delete")))


def test_the_receipt_holds_the_head_of_the_ledger_where_something_was_recorded() -> None:
    about, reader = STATES["erased"]
    shown = words(view(about, reader))
    assert "R-4711" in shown
    assert about.ledger_head in shown
    without = words(view(replace(about, ledger_head=""), reader))
    assert "R-4711" in without
    assert "Head of the ledger" not in without


def test_a_sign_is_found_by_the_beginnings_of_its_name_in_every_language() -> None:
    def found(wanted: str, language: str = "en") -> list[str]:
        reader = local(sheet="emoji", language=language, drafts={"emoji": wanted, "say": "Oh "})
        shown = view(STATES["emoji"][0], reader)
        picks = [b for b in walk(shown) if isinstance(b, n.Button) and isinstance(b.does, d.Typed)]
        assert all(b.does == d.Typed(field="say", text=f"Oh {b.text}") for b in picks)
        return [b.text for b in picks]

    assert len(found("")) == 48
    assert found("prin") == ["🖨️"]
    assert found("thumbs UP") == ["👍"]
    assert found("drucker", "de") == ["🖨️"]
    assert found("cafe", "fr") == ["☕"]
    assert found("rinter") == []
    assert "No emoji has this name." in words(
        view(STATES["emoji"][0], local(sheet="emoji", drafts={"emoji": "x"}))
    )
