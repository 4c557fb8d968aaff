import pytest

from customer_client.choosing import chosen, listing
from customer_client.screen.choice import EVERYTHING, monitor, only
from customer_client.screen.windows import Application

THERE = (
    Application("10.1", "Editor", ("Letter", "Bill")),
    Application("20.1", "Terminal", ("shell",)),
    Application("30.1", "Terminal", ("root shell",)),
)


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("all", EVERYTHING),
        ("monitor 2", monitor(2)),
        ("1", only("10.1")),
        ("1 3", only("10.1", "30.1")),
        ("editor", only("10.1")),
        ("Terminal", only("20.1", "30.1")),
        ("bill", only("10.1")),
        ("root", only("30.1")),
    ],
)
def test_words_choose(words: str, choice: object) -> None:
    assert chosen(words.split(), THERE) == choice


@pytest.mark.parametrize("words", ["4", "0", "browser", "monitor"])
def test_what_is_not_there_is_not_chosen_and_nothing_else_in_its_place(words: str) -> None:
    with pytest.raises(LookupError):
        chosen(words.split(), THERE)


def test_the_listing_names_each_application_with_its_titles() -> None:
    assert "1  Editor: Letter, Bill" in listing(THERE)
