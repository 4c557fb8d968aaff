"""The window itself: shows a case, and hands on what its reader does. The thread of Tk.

It knows nothing of networks and event loops; `app.py` brings the two together.
"""

import time
import tkinter as tk
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tkinter import filedialog
from typing import Any, Final

from msgspec.structs import replace

from customer_client.window import deeds as d
from customer_client.window import file_parts, log_part, parts, shapes, sounds, system_look
from customer_client.window.attention import Attention, focused_path
from customer_client.window.conduct import (
    NUDGE_TUNE,
    change,
    is_nudge,
    is_on,
    is_turn,
    settle,
    tune,
)
from customer_client.window.drawing import ColumnPart, Easel, Part, ScrollPart
from customer_client.window.lines import transcript
from customer_client.window.look import Look
from customer_client.window.palette import LIGHT
from customer_client.window.questions import is_asked
from customer_client.window.state import Case, Local
from customer_client.window.view import heading, is_ticking, title, view
from customer_client.words import Words
from protocol.fields import NudgeMeans

WIDTH: Final = 460
HEIGHT: Final = 720
LEAST: Final = (340, 460)
TICK_MS: Final = 1_000
UNNOTICED_MS: Final = 1_500
"""A short break mends itself before anybody needs to hear of it."""

BACK_SHOWN_MS: Final = 3_000
AFTER_END_MS: Final = 15 * 60_000
"""A window that nobody closes after the end closes by itself."""

WHEEL_PIXELS: Final = 60
DRAWS: Final = (file_parts, log_part, parts)
"""They say themselves which nodes they draw."""


class Window:
    """A window in `language`. `perform` hears deeds that concern more than the window, `close` that
    it is to be closed, `worked` how a nudge went, `look` whether anybody looks.
    """

    def __init__(
        self,
        root: tk.Tk,
        language: str,
        *,
        perform: Callable[[d.Deed, Local], None],
        close: Callable[[], None],
        worked: Callable[[tuple[NudgeMeans, ...]], None],
        look: Callable[[bool], None],
        is_dark: bool | None = None,
    ) -> None:
        self.root = root
        self._perform = perform
        self._close = close
        self._worked = worked
        self._look_told = look
        self.case = Case()
        self.local = Local(language=language, now=int(time.time() * 1000))
        self._forced_dark = is_dark
        self._is_dark = system_look.is_dark() if is_dark is None else is_dark
        self._scale = system_look.scale(_resources(root))
        self._whole: ColumnPart | None = None
        self._ticking: str | None = None
        self._offline: str | None = None
        self._is_looking = False
        self._attention = Attention(root, self._title)
        root.title("Deskside")
        root.geometry(f"{round(WIDTH * self._scale)}x{round(HEIGHT * self._scale)}")
        root.minsize(round(LEAST[0] * self._scale), round(LEAST[1] * self._scale))
        self._icon = tk.PhotoImage(data=shapes.icon(64, LIGHT.accent, LIGHT.on_accent))
        root.iconphoto(True, self._icon)
        root.protocol("WM_DELETE_WINDOW", lambda: self.perform(d.Close()))
        root.bind("<Escape>", lambda _: self._escape())
        root.bind("<Control-Alt-End>", lambda _: self.perform(d.StopSharing()))
        root.bind_all("<FocusIn>", lambda event: self._look_soon(event.widget), add=True)
        root.bind_all("<FocusOut>", lambda _: self._look_soon(), add=True)
        for event, pixels in (("<Button-4>", -WHEEL_PIXELS), ("<Button-5>", WHEEL_PIXELS)):
            root.bind_all(event, partial(self._scroll_by, pixels))
        root.bind_class("Text", "<<Paste>>", self._paste)
        root.bind_all("<<Paste>>", self._paste_elsewhere)
        file_parts.take_drops(root, self._take)
        root.bind_all("<MouseWheel>", lambda e: self._scroll(e, -e.delta))
        self._draw_anew()

    # --- drawing

    def _draw_anew(self) -> None:
        """Draw everything, in the light and size that are wanted now."""
        if self._whole:
            self._whole.destroy()
        look = Look(
            self.root, is_dark=self._is_dark, display=self._scale, text_size=self.local.text_size
        )
        self.root.configure(background=look.palette.surface)
        self._easel = Easel(look, self.perform)
        tree = view(self.case, self.local)
        self._whole = ColumnPart(self._easel, self.root, tree, "")
        edge = look.px(14)
        self._whole.widget.pack(fill="both", expand=True, padx=edge, pady=(look.px(12), edge))
        self._focus()

    def render(self) -> None:
        """Show what is true now."""
        assert self._whole
        shown = view(self.case, self.local)
        self._whole.update(shown)
        self.root.title(self._title())
        self._focus()
        self.root.iconname(heading(shown))
        self._tick_if_due()

    def _title(self) -> str:
        return title(self.case)

    def _focus(self) -> None:
        """Give the keyboard to the first field where what had it is gone."""
        # What was only laid out anew is not there again before this, and must keep the keyboard.
        self.root.update_idletasks()
        focused = focused_path(self.root)
        if focused not in ("", ".") and self.root.tk.call("winfo", "ismapped", focused):
            return
        assert self._whole
        if field := self._whole.find(parts.FieldPart):
            assert isinstance(field, parts.FieldPart)
            field.input.focus_set()
        else:
            self.root.focus_set()

    def _tick_if_due(self) -> None:
        if self._ticking is None and is_ticking(self.case):
            self._ticking = self.root.after(TICK_MS, self._tick)

    def _tick(self) -> None:
        self._ticking = None
        self._set_local(now=self._now())
        self.render()

    def _now(self) -> int:
        return int(time.monotonic() * 1000) + self.case.ahead

    def _set_local(self, **about: Any) -> None:
        self.local = replace(self.local, **about)

    # --- what is told

    def took(self, case: Case) -> None:
        """Show `case` from now on."""
        before, self.case = self.case, case
        if case.ahead:
            self._set_local(now=self._now())
        self.local = settle(self.local, before, case)
        self._show_line(before, case)
        self._sound(before, case)
        if case.session and case.session.state == "ended" and not _has_ended(before):
            self.root.after(AFTER_END_MS, self._close)
        self.render()

    def _show_line(self, before: Case, case: Case) -> None:
        if before.is_online == case.is_online:
            return
        if self._offline:
            self.root.after_cancel(self._offline)
            self._offline = None
        if not case.is_online:
            self._offline = self.root.after(UNNOTICED_MS, self._say_of_line, "lost")
        elif self.local.notice == "lost":
            self._set_local(notice="back")
            self._offline = self.root.after(BACK_SHOWN_MS, self._say_of_line, "")

    def _say_of_line(self, notice: str) -> None:
        self._offline = None
        self._set_local(notice=notice)
        self.render()

    def _sound(self, before: Case, case: Case) -> None:
        now, is_loud = self._now(), not self.local.is_muted
        if is_nudge(before, case, now):
            heard = is_loud and sounds.play(NUDGE_TUNE)
            t = Words(self.local.language)
            words = t("You are being called")
            still = system_look.moves_little()
            self._attention.call(words, still=still, heard=heard, done=self._worked)
        elif is_loud and (notes := tune(before, case, now)):
            sounds.play(notes)
        if (is_asked(case) and not is_asked(before)) or is_turn(before, case):
            # A question with a countdown is put before the eyes, and never under the hands; so is the
            # window of who has waited in a queue, perhaps for long.
            self.root.deiconify()
            self.root.lift()

    # --- what is done

    def perform(self, deed: d.Deed) -> None:
        """Do what the reader wants."""
        before = self.local
        self.local = change(before, deed, self.case)
        if isinstance(deed, d.Start | d.LeaveMessage) and not deed.is_good:
            self.render()
            return
        if not self._do_here(deed):
            self._perform(deed, before)
        if self.local.text_size != before.text_size:
            self._draw_anew()
        elif self.local != before:
            self.render()

    def _escape(self) -> None:
        if self.local.sheet:
            self.perform(d.Go())

    def _do_here(self, deed: d.Deed) -> bool:
        """Do what concerns the window alone; say whether it was that."""
        match deed:
            case d.Close():
                if not is_on(self.case):
                    self._close()
            case d.Copy():
                self.root.clipboard_clear()
                self.root.clipboard_append(deed.text)
            case d.OpenAddress():
                webbrowser.open(deed.url)
            case d.SaveTranscript():
                self._save(deed)
            case d.ChooseFiles():
                self._take(file_parts.choose_files(self.root, Words(self.local.language)))
            case d.SaveFile():
                self._take(file_parts.choose_place(self.root, deed, Words(self.local.language)))
            case _:
                return False
        return True

    def _save(self, deed: d.SaveTranscript) -> None:
        t = Words(self.local.language)
        name = f"{t('Transcript')}.{deed.kind}"
        path = filedialog.asksaveasfilename(
            parent=self.root, initialfile=name, defaultextension=f".{deed.kind}"
        )
        if path:
            text = transcript(self.case, t, deed.kind, self._now())
            Path(path).write_text(text, encoding="utf-8")

    def _take(self, deed: d.FileDeed | None) -> None:
        """Do what was chosen, dropped or pasted, unless nobody is there who could have it."""
        if (deed and self._sends_files) or isinstance(deed, d.SaveFileAs):
            self.perform(deed)

    @property
    def _sends_files(self) -> bool:
        return self.case.session is not None and self.case.session.state == "talking"

    def _paste(self, event: Any) -> None:
        if not self._paste_files():
            self.root.tk.call("tk_textPaste", event.widget)

    def _paste_elsewhere(self, event: Any) -> None:
        if not isinstance(event.widget, tk.Text | tk.Entry):
            self._paste_files()

    def _paste_files(self) -> bool:
        """Take files or a picture from the clipboard; say whether there were any."""
        deed = file_parts.pasted(self.root) if self._sends_files else None
        self._take(deed)
        return deed is not None

    # --- looking and scrolling

    def _look_soon(self, widget: Any = None) -> None:
        self.root.after_idle(self._look)
        self._reveal(widget)

    def _look(self) -> None:
        is_looking = focused_path(self.root) != ""
        if is_looking == self._is_looking:
            return
        self._is_looking = is_looking
        self._look_told(is_looking)

    def _reveal(self, widget: Any) -> None:
        """What the keyboard comes to is in sight."""
        if self._whole and (scroll := self._whole.find(ScrollPart)):
            assert isinstance(scroll, ScrollPart)
            if isinstance(widget, tk.Misc) and str(widget).startswith(f"{scroll.canvas}."):
                scroll.reveal(widget)

    def _scroll_by(self, pixels: int, event: Any) -> None:
        self._scroll(event, pixels)

    def _scroll(self, event: Any, pixels: int) -> None:
        assert self._whole
        found: Part[Any] | None = self._whole.find(log_part.LogPart) or self._whole.find(ScrollPart)
        if isinstance(found, log_part.LogPart | ScrollPart) and str(event.widget).startswith("."):
            found.scroll(pixels)


def _has_ended(case: Case) -> bool:
    return case.session is not None and case.session.state == "ended"


def _resources(root: tk.Tk) -> str:
    """Return the X11 resources of the display, where the desktop keeps its size; elsewhere nothing."""
    if root.tk.call("tk", "windowingsystem") != "x11":
        return ""
    import Xlib.display  # noqa: PLC0415 - there is X11 only here
    import Xlib.Xatom  # noqa: PLC0415 - as above

    display = Xlib.display.Display()
    try:
        found = display.screen().root.get_full_property(
            Xlib.Xatom.RESOURCE_MANAGER, Xlib.Xatom.STRING
        )
        return found.value.decode("utf-8", "replace") if found else ""
    finally:
        display.close()
