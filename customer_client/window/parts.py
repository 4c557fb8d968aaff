"""Words, buttons, fields and faces on the screen."""

import tkinter as tk
from tkinter import ttk
from typing import Any

from customer_client.window import nodes as n
from customer_client.window.deeds import Prefer, Typed
from customer_client.window.drawing import Part, draws

MOST_ROWS = 5


@draws(n.Text)
class TextPart(Part[n.Text]):
    """Words that wrap as wide as they stand."""

    def make(self, parent: tk.Misc) -> Any:
        label = ttk.Label(parent, wraplength=self.look.px(300))
        label.bind("<Configure>", lambda event: self._wrap(event.width))
        return label

    def show(self, node: n.Text) -> None:
        anchor = {"left": "w", "center": "center", "right": "e"}[node.align]
        self.widget.configure(
            text=node.text,
            style=self.look.label(node.voice, self.on),
            justify=node.align,
            anchor=anchor,
        )

    def _wrap(self, width: int) -> None:
        # A label keeps a little room at its edges, where words would be cut off.
        width -= self.look.px(4)
        if width > 1 and abs(int(str(self.widget.cget("wraplength"))) - width) > 1:
            self.widget.configure(wraplength=width)


@draws(n.Button)
class ButtonPart(Part[n.Button]):
    """A button, pressed by the mouse, the space bar or Return."""

    def make(self, parent: tk.Misc) -> Any:
        button = ttk.Button(parent, command=self._press, cursor="hand2")
        button.bind("<Return>", lambda _: self._press())
        button.bind("<KP_Enter>", lambda _: self._press())
        return button

    def show(self, node: n.Button) -> None:
        self.widget.configure(
            text=node.text,
            style=self.look.button(node.look, self.on),
            image=self.look.sign(node.sign) if node.sign else "",
            state="normal" if node.is_enabled else "disabled",
        )

    def _press(self) -> None:
        if self.node.is_enabled:
            self.easel.perform(self.node.does)


@draws(n.Field)
class FieldPart(Part[n.Field]):
    """Something to type into, with its name above and what is wrong below."""

    def make(self, parent: tk.Misc) -> Any:
        look, node = self.look, self.node
        frame = ttk.Frame(parent, style=look.frame("", self.on))
        self._label = ttk.Label(frame, style=look.label("strong", self.on))
        if node.label:
            self._label.pack(fill="x", pady=(0, look.px(5)))
        self._box = ttk.Frame(frame, style=look.box(self.on), padding=(look.px(10), look.px(7)))
        self._box.pack(fill="both", expand=True)
        self.input = self._many_lines() if node.rows != 1 else self._one_line()
        self.input.pack(fill="both", expand=True)
        self._hint = ttk.Label(self._box, style=look.label("hint", ""), cursor="xterm")
        self._hint.configure(background=look.palette.surface)
        self._hint.bind("<Button-1>", lambda _: self.input.focus_set())
        self._fault = ttk.Label(frame, style=look.label("error", self.on), wraplength=look.px(340))
        self.input.bind("<FocusIn>", lambda _: self._box.state(["focus"]), add=True)
        self.input.bind("<FocusOut>", lambda _: self._box.state(["!focus"]), add=True)
        self.input.bind("<Return>", self._enter)
        self.input.bind("<KP_Enter>", self._enter)
        return frame

    def _plain(self) -> dict[str, Any]:
        p = self.look.palette
        return {
            "background": p.surface,
            "foreground": p.ink,
            "insertbackground": p.ink,
            # It does not blink: on a screen that is shared each time would be a change of the picture.
            "insertofftime": 0,
            "selectbackground": p.accent,
            "selectforeground": p.on_accent,
            "relief": "flat",
            "borderwidth": 0,
            "highlightthickness": 0,
            "font": self.look.font(),
        }

    def _one_line(self) -> tk.Widget:
        self._typed = tk.StringVar(self._box)
        entry = tk.Entry(self._box, textvariable=self._typed, **self._plain())
        self._typed.trace_add("write", lambda *_: self._tell())
        entry.bind("<Control-a>", lambda _: _select_all(entry))
        return entry

    def _many_lines(self) -> tk.Widget:
        text = tk.Text(
            self._box,
            width=10,
            height=max(1, self.node.rows),
            wrap="word",
            undo=True,
            **self._plain(),
        )
        text.bind("<<Modified>>", lambda _: self._modified())
        text.bind("<Configure>", lambda _: self._fit())
        text.bind("<Tab>", lambda _: _go(text.tk_focusNext()))
        text.bind("<Shift-Tab>", lambda _: _go(text.tk_focusPrev()))
        text.bind("<ISO_Left_Tab>", lambda _: _go(text.tk_focusPrev()))
        text.bind("<Control-a>", lambda _: _select_everything(text))
        return text

    @property
    def text(self) -> str:
        """What stands in it."""
        if isinstance(self.input, tk.Text):
            return self.input.get("1.0", "end-1c")
        return self._typed.get()

    def show(self, node: n.Field) -> None:
        self._label.configure(text=node.label)
        self._fault.configure(text=node.error)
        if node.error:
            self._fault.pack(fill="x", pady=(self.look.px(4), 0))
        else:
            self._fault.pack_forget()
        self._box.state(["invalid" if node.error else "!invalid"])
        if self.text != node.text:
            self._write(node.text)
        self._show_hint(node)
        self._fit()

    def _write(self, text: str) -> None:
        if isinstance(self.input, tk.Text):
            self.input.delete("1.0", "end")
            self.input.insert("1.0", text)
        else:
            self._typed.set(text)

    def _show_hint(self, node: n.Field) -> None:
        self._hint.configure(text=node.hint)
        if node.hint and not self.text:
            self._hint.place(in_=self.input, x=1, y=0)
        else:
            self._hint.place_forget()

    def _modified(self) -> None:
        assert isinstance(self.input, tk.Text)
        if self.input.edit_modified():
            self.input.edit_modified(False)
            self._tell()

    def _tell(self) -> None:
        text = self.text
        if len(text) > self.node.longest:
            text = text[: self.node.longest]
            self._write(text)
        self._show_hint(self.node)
        self._fit()
        if text != self.node.text:
            self.easel.perform(Typed(field=self.node.name, text=text))

    def _fit(self) -> None:
        """A field without a number of rows grows with what is in it."""
        is_placed = self.input.winfo_width() > 1
        if self.node.rows == 0 and is_placed and isinstance(self.input, tk.Text):
            counted: Any = self.input.count("1.0", "end", "displaylines") or (1,)
            height = min(MOST_ROWS, max(1, counted[0]))
            if int(str(self.input.cget("height"))) != height:
                self.input.configure(height=height)

    def _enter(self, event: Any) -> str | None:
        is_shifted = bool(event.state & 0x1)
        if self.node.rows > 1 or is_shifted:
            return None
        if self.node.enter:
            self.easel.perform(self.node.enter)
        return "break"


def _go(widget: Any) -> str:
    if widget:
        widget.focus_set()
    return "break"


def _select_everything(text: tk.Text) -> str:
    text.tag_add("sel", "1.0", "end-1c")
    return "break"


def _select_all(entry: tk.Entry) -> str:
    entry.selection_range(0, "end")
    return "break"


@draws(n.Choice)
class ChoicePart(Part[n.Choice]):
    """One of several, in a list that opens."""

    def make(self, parent: tk.Misc) -> Any:
        look = self.look
        frame = ttk.Frame(parent, style=look.frame("", self.on))
        self._label = ttk.Label(frame, style=look.label("strong", self.on))
        self._label.pack(fill="x", pady=(0, look.px(5)))
        self.box = ttk.Combobox(
            frame,
            state="readonly",
            font=look.font(),
            exportselection=False,
            style=look.listing(self.on),
        )
        self.box.pack(fill="x")
        self._fault = ttk.Label(frame, style=look.label("error", self.on), wraplength=look.px(340))
        self.box.bind("<<ComboboxSelected>>", self._choose)
        self.box.bind("<FocusIn>", lambda _: self.box.selection_clear())
        return frame

    def show(self, node: n.Choice) -> None:
        self._label.configure(text=node.label)
        self.box.configure(values=[words for _, words in node.options])
        chosen = [number for number, (value, _) in enumerate(node.options) if value == node.chosen]
        if chosen:
            self.box.current(chosen[0])
        else:
            self.box.set("")
        self._fault.configure(text=node.error)
        if node.error:
            self._fault.pack(fill="x", pady=(self.look.px(4), 0))
        else:
            self._fault.pack_forget()

    def _choose(self, _: Any) -> None:
        self.box.selection_clear()
        number = self.box.current()
        if number < 0:
            return
        value = self.node.options[number][0]
        if value == self.node.chosen:
            return
        if self.node.name == "language":
            self.easel.perform(Prefer(language=value))
        else:
            self.easel.perform(Typed(field=self.node.name, text=value))


@draws(n.Switch)
class SwitchPart(Part[n.Switch]):
    """Is on or off."""

    def make(self, parent: tk.Misc) -> Any:
        self._is_on = tk.BooleanVar(parent)
        return ttk.Checkbutton(
            parent,
            style="Switch.TCheckbutton",
            variable=self._is_on,
            command=lambda: self.easel.perform(self.node.does),
        )

    def show(self, node: n.Switch) -> None:
        self._is_on.set(node.is_on)
        self.widget.configure(text=node.text)


@draws(n.Rating)
class RatingPart(Part[n.Rating]):
    """Numbers from 1 to 5."""

    def make(self, parent: tk.Misc) -> Any:
        look = self.look
        frame = ttk.Frame(parent, style=look.frame("", self.on))
        self._label = ttk.Label(frame, style=look.label("strong", self.on), wraplength=look.px(340))
        self._label.pack(fill="x", pady=(0, look.px(6)))
        row = ttk.Frame(frame, style=look.frame("", self.on))
        row.pack(fill="x")
        self._value = tk.IntVar(frame)
        for number in range(1, 6):
            button = ttk.Radiobutton(
                row,
                text=str(number),
                value=number,
                variable=self._value,
                style=look.choice(self.on),
                command=self._choose,
            )
            row.columnconfigure(number, weight=1, uniform="even")
            button.grid(
                row=0, column=number, sticky="ew", padx=(look.px(8 if number > 1 else 0), 0)
            )
        ends = ttk.Frame(frame, style=look.frame("", self.on))
        ends.pack(fill="x", pady=(look.px(3), 0))
        self._least = ttk.Label(ends, style=look.label("hint", self.on))
        self._least.pack(side="left")
        self._most = ttk.Label(ends, style=look.label("hint", self.on))
        self._most.pack(side="right")
        return frame

    def show(self, node: n.Rating) -> None:
        self._label.configure(text=node.label)
        self._value.set(node.chosen)
        self._least.configure(text=node.least)
        self._most.configure(text=node.most)

    def _choose(self) -> None:
        self.easel.perform(Typed(field=self.node.name, text=str(self._value.get())))


@draws(n.Face)
class FacePart(Part[n.Face]):
    """A photo, or initials, in a circle."""

    def make(self, parent: tk.Misc) -> Any:
        return ttk.Label(parent, compound="center", anchor="center")

    def show(self, node: n.Face) -> None:
        self.widget.configure(
            image=self.look.face(node),
            text="" if node.photo else initials(node.name),
            background=self.look.ground(self.on),
            foreground=self.look.face_ink(node),
            font=self.look.font("hint" if node.is_small else "strong"),
        )


def initials(name: str) -> str:
    """Return the first letters of the first and the last word."""
    letters = [word[0].upper() for word in name.split() if word[0].isalpha()]
    return "".join(letters[:1] + letters[1:][-1:])
