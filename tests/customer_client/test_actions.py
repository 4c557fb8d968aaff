"""Special actions: the first way that is there and works, and nothing that a rep could have written."""

import os
import stat
from pathlib import Path

import pytest

from customer_client import actions
from customer_client.actions import LOCK, LOG_OFF, TASK_MANAGER, act, is_possible
from protocol.fields import SpecialAction
from tests.waiting import LIMIT_SECONDS


class Desktop:
    """A desktop with just the programs that are installed here; each writes down that it ran."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._programs = folder / "bin"
        self._programs.mkdir()
        self._runs = folder / "runs"
        self._runs.touch()
        self.environment = {"PATH": str(self._programs), **environment}

    def install(self, name: str, then: str = "exit 0") -> None:
        program = self._programs / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {self._runs}\n{then}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    @property
    def runs(self) -> list[str]:
        return self._runs.read_text().splitlines()


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that ends is waited for, however long the machine takes to run it."""
    monkeypatch.setattr(actions, "WORKS_SECONDS", LIMIT_SECONDS)


PLAIN: tuple[SpecialAction, ...] = ("lock", "log_off", "task_manager")


@pytest.mark.parametrize("action", PLAIN)
def test_what_there_is_no_way_for_is_not_possible(action: SpecialAction, desktop: Desktop) -> None:
    assert not is_possible(action, desktop.environment)
    assert act(action, "", desktop.environment) == "not_possible"


@pytest.mark.usefixtures("patient")
def test_the_first_way_that_works_locks_the_screen(desktop: Desktop) -> None:
    desktop.install("dbus-send", "exit 1")
    desktop.install("xflock4")
    desktop.install("slock")
    assert act("lock", "", desktop.environment) == "done"
    assert [run.split()[0] for run in desktop.runs] == ["dbus-send", "dbus-send", "xflock4"]


def test_a_lock_that_stays_until_it_is_opened_counts_as_done(desktop: Desktop) -> None:
    desktop.install("i3lock", "exec /bin/sleep 4")
    assert act("lock", "", desktop.environment) == "done"


@pytest.mark.usefixtures("patient")
def test_a_way_that_fails_is_told(desktop: Desktop) -> None:
    desktop.install("xflock4", "exit 3")
    assert is_possible("lock", desktop.environment)
    assert act("lock", "", desktop.environment) == "failed"


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("name", LOG_OFF)
def test_every_desktop_logs_off_in_its_own_way(name: str, tmp_path: Path) -> None:
    desktop = Desktop(tmp_path, XDG_CURRENT_DESKTOP=f"other:{name.upper()}")
    for program, *_ in LOG_OFF.values():
        desktop.install(program)
    assert act("log_off", "", desktop.environment) == "done"
    assert desktop.runs == [" ".join(LOG_OFF[name])]


@pytest.mark.usefixtures("patient")
def test_a_session_of_no_known_desktop_is_ended_by_its_number(tmp_path: Path) -> None:
    desktop = Desktop(tmp_path, XDG_SESSION_ID="c7")
    desktop.install("loginctl")
    assert act("log_off", "", desktop.environment) == "done"
    assert desktop.runs == ["loginctl terminate-session c7"]


@pytest.mark.usefixtures("patient")
def test_the_task_manager_that_there_is_opens(desktop: Desktop) -> None:
    desktop.install("xterm")
    assert act("task_manager", "", desktop.environment) == "done"
    assert desktop.runs == ["xterm -e top"]


def test_an_address_is_opened_as_one_word_whatever_is_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.get", object)

    def opens(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", opens)
    url = "https://example.test/?a=1;touch$IFS/tmp/x&b=`id`"
    assert act("open_page", url) == "done"
    assert opened == [url]


def test_no_command_holds_a_place_for_what_a_rep_sends() -> None:
    for command in (*LOCK, *LOG_OFF.values(), *TASK_MANAGER):
        assert not any("{" in part or "%" in part for part in command)
        assert os.sep not in command[0]
