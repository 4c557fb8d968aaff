"""The commands that work beside a running server: accounts and the site."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from broker.cli import main


class Done(Struct, frozen=True):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Deskside = Callable[..., Done]


@pytest.fixture
def deskside(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Deskside:
    """Run a command in the demo's data folder."""
    monkeypatch.chdir(data_folder)
    monkeypatch.setenv("DESKSIDE_DATA", str(data_folder))
    monkeypatch.setenv("DESKSIDE_DEMO", "1")

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse has its own way
            code = int(ended.code or 0)
        return Done(code, *capsys.readouterr())

    return run


def test_an_account_is_added_welcomed_and_disabled(deskside: Deskside) -> None:
    added = deskside("account", "add", "zoe", "--role", "lead", "--team", "Support")
    assert added.code == 0
    assert "/console#welcome=" in added.out
    again = deskside("account", "add", "zoe", "--role", "rep")
    assert (again.code, again.err) == (1, "There is an account zoe already.\n")
    reset = deskside("account", "reset", "zoe")
    assert "/console#welcome=" in reset.out
    assert reset.out != added.out
    assert deskside("account", "disable", "zoe").code == 0
    for action in ("disable", "reset"):
        gone = deskside("account", action, "zoe")
        assert (gone.code, gone.err) == (1, "There is no account zoe.\n")
    assert "/console#welcome=" in deskside("account", "enable", "zoe").out
    assert deskside("account", "enable", "zoe").err == "There is no account zoe.\n"


def test_accounts_are_listed_with_what_they_may_and_have(deskside: Deskside) -> None:
    assert deskside("account", "list").out == ""
    deskside("account", "add", "zoe", "--role", "rep", "--team", "Support", "--team", "network")
    deskside("account", "add", "ada", "--role", "admin")
    assert [line.split() for line in deskside("account", "list").out.splitlines()] == [
        ["ada", "admin", "-", "-"],
        ["zoe", "rep", "-", "network,support"],
    ]
    assert deskside("account", "role", "zoe", "lead").code == 0
    assert deskside("account", "team", "zoe", "Network").code == 0
    assert deskside("account", "list").out.splitlines()[1].split() == [
        *("zoe", "lead", "-", "network"),
    ]
    assert deskside("account", "disable", "zoe").code == 0
    assert deskside("account", "list").out.splitlines()[1].split()[-1] == "disabled"


def test_the_last_administrator_stays(deskside: Deskside) -> None:
    deskside("account", "add", "ada", "--role", "admin")
    for action in (("disable", "ada"), ("role", "ada", "compliance")):
        kept = deskside("account", *action)
        assert (kept.code, kept.err) == (
            1,
            "ada is the only administrator; add another first.\n",
        )
    deskside("account", "add", "alan", "--role", "admin")
    assert deskside("account", "role", "ada", "compliance").code == 0
    assert deskside("account", "disable", "alan").code == 1


@pytest.mark.parametrize(
    "arguments",
    [("role", "zoe", "lead"), ("team", "zoe", "Support"), ("reset", "zoe", "--second-factor")],
)
def test_nobody_is_changed_who_is_not_there(deskside: Deskside, arguments: tuple[str, ...]) -> None:
    done = deskside("account", *arguments)
    assert (done.code, done.err) == (1, "There is no account zoe.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("zoe", "--role", "rep", "--team", "Nowhere"),
            "There is no team Nowhere. There are: Supp",
        ),
        (("Zoe!", "--role", "rep"), "A user name is small letters"),
        (("zoe", "--role", "root"), "invalid choice: 'root'"),
        (("zoe",), "required: --role"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    deskside: Deskside, arguments: tuple[str, ...], said: str
) -> None:
    done = deskside("account", "add", *arguments)
    assert done.code != 0
    assert said in done.err


def test_the_site_is_shown_changed_and_set(deskside: Deskside, data_folder: Path) -> None:
    settings = json.loads(deskside("site", "show").out)
    assert settings["organisation"] == "Deskside"
    (data_folder / "site.json").write_text(json.dumps(settings | {"organisation": "Other"}))
    assert deskside("site", "set", "site.json").code == 0
    assert json.loads(deskside("site", "show").out)["organisation"] == "Other"
    (data_folder / "site.toml").write_text('organisation = "Third"\n')
    assert deskside("site", "set", "site.toml").code == 0
    assert json.loads(deskside("site", "show").out)["organisation"] == "Third"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bad.json", "{", "bad.json cannot be used: "),
        ("bad.json", '{"organisation": "X", "colour": "blue"}', "unknown field `colour`"),
        ("bad.toml", "organisation: X", "bad.toml cannot be read: "),
        ("", "", "missing.json cannot be read: "),
    ],
)
def test_settings_that_cannot_be_used_are_refused(
    deskside: Deskside, data_folder: Path, name: str, content: str, said: str
) -> None:
    if name:
        (data_folder / name).write_text(content)
    done = deskside("site", "set", name or "missing.json")
    assert done.code == 1
    assert said in done.err


def test_a_notice_is_added_listed_sent_and_ended(deskside: Deskside) -> None:
    mail = deskside("notice", "add", "--text", "en=Mail is down.", "--text", "de=Keine E-Mail.")
    soon = deskside("notice", "add", "--text", "en=Back soon = noon.", "--hours", "1.5")
    assert (mail.code, soon.code) == (0, 0)
    first, second = deskside("notice", "list").out.splitlines()
    assert first == f"{mail.out.strip()}  until it is ended  Mail is down."
    assert second.startswith(f"{soon.out.strip()}  until 2")
    assert second.endswith(" UTC  Back soon = noon.")
    assert deskside("notice", "send", mail.out.strip()).code == 0
    assert deskside("notice", "end", mail.out.strip()).code == 0
    assert deskside("notice", "list").out.splitlines() == [second]
    for action in ("send", "end"):
        gone = deskside("notice", action, mail.out.strip())
        assert (gone.code, gone.err) == (1, f"There is no notice {mail.out.strip()}.\n")


def test_what_is_over_is_not_sent_and_makes_room(deskside: Deskside, data_folder: Path) -> None:
    settings = json.loads(deskside("site", "show").out)
    over = {"id": "over", "text": {"en": "It was down."}, "until": 1}
    (data_folder / "site.json").write_text(json.dumps(settings | {"notices": [over]}))
    assert deskside("site", "set", "site.json").code == 0
    assert deskside("notice", "list").out == "over  over  It was down.\n"
    assert deskside("notice", "send", "over").err == "The notice over is over.\n"
    for _ in range(10):
        assert deskside("notice", "add", "--text", "en=Down.").code == 0
    assert len(deskside("notice", "list").out.splitlines()) == 10
    full = deskside("notice", "add", "--text", "en=Down.")
    assert full.code == 1
    assert full.err == "The notice cannot be used: at most 10 notices can be active at a time\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--text", "Down."), "LANGUAGE=TEXT"),
        (("--text", "de=Weg."), "needed in 'en'"),
        (("--text", "xx=Down."), "matching"),
        (("--text", "en=" + "x" * 1021), "1020"),
        (("--text", "en=Down.", "--hours", "0"), "more than 0"),
        (("--text", "en=Down.", "--hours", "nan"), "more than 0"),
        ((), "required: --text"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(
    deskside: Deskside, arguments: tuple[str, ...], said: str
) -> None:
    done = deskside("notice", "add", *arguments)
    assert done.code != 0
    assert said in done.err


def test_a_setting_that_cannot_be_used_ends_every_command(
    deskside: Deskside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKSIDE_PORT", "eighty")
    for command in (("up",), ("site", "show")):
        done = deskside(*command)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("DESKSIDE_PORT: ")
