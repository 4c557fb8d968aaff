"""The conversation on the screen.

It is a Tk text whose lines hold widgets: unlike a frame that is scrolled, a text has no greatest
height, and draws only what is in sight.
"""

import tkinter as tk
from tkinter import ttk
from typing import Any

from customer_client.window import nodes as n
from customer_client.window.deeds import Copy
from customer_client.window.drawing import Easel, Part, draws, part_of
from customer_client.window.parts import TextPart


@draws(n.Log)
class LogPart(Part[n.Log]):
    """Lines, and below them who is writing."""

    def make(self, parent: tk.Misc) -> Any:
        look = self.look
        frame = ttk.Frame(parent, style=look.frame("", self.on))
        self._lines: list[LinePart] = []
        ground = look.ground(self.on)
        self.paper = tk.Text(
            frame,
            width=10,
            height=4,
            background=ground,
            borderwidth=0,
            highlightthickness=0,
            cursor="arrow",
            state="disabled",
            wrap="char",
            spacing1=0,
            takefocus=0,
            selectbackground=ground,
            inactiveselectbackground=ground,
            font=look.font("hint"),
        )
        self._bar = ttk.Scrollbar(frame, command=self.paper.yview)
        self.paper["yscrollcommand"] = self._moved
        self._writing = ttk.Label(frame, style=look.label("hint", self.on))
        self._writing.pack(side="bottom", fill="x")
        self.paper.pack(side="left", fill="both", expand=True)
        self.paper.tag_configure("own", justify="right")
        self.paper.tag_configure("theirs", justify="left")
        self.paper.tag_configure("middle", justify="center")
        self.paper.bind("<Configure>", lambda event: self._fit(event.width))
        self._newest = ttk.Button(
            frame, style=look.button("plain", self.on), command=self.to_newest, takefocus=0
        )
        self._is_at_end = True
        self._width = look.px(340)
        return frame

    def inner(self) -> list[Part[Any]]:
        return [*self._lines]

    def show(self, node: n.Log) -> None:
        self._writing.configure(text=node.writing)
        self._newest.configure(text=node.newest)
        was_at_end = self._is_at_end
        kept = 0
        for line, shown in zip(node.lines, self._lines, strict=False):
            if not shown.fits(line):
                break
            shown.update(line)
            kept += 1
        if kept < max(len(self._lines), len(node.lines)):
            self.paper.configure(state="normal")
            self.paper.delete(f"{kept + 1}.0", "end")
            for old in self._lines[kept:]:
                old.destroy()
            del self._lines[kept:]
            for line in node.lines[kept:]:
                self._add(line)
            self.paper.configure(state="disabled")
        if was_at_end:
            self.to_newest()

    def _add(self, line: n.Line) -> None:
        if self._lines:
            self.paper.insert("end", "\n")
        part = LinePart(self.easel, self.paper, line, self.on, self._width)
        self._lines.append(part)
        self.paper.window_create("end", window=part.widget, pady=self.look.px(5))
        # The widget alone: what is written behind something that bears a tag would bear it too.
        self.paper.tag_add(line.side, "end-2c", "end-1c")

    def to_newest(self) -> None:
        """Show the newest lines."""
        self._is_at_end = True
        self.paper.update_idletasks()
        self.paper.yview_moveto(1.0)

    def scroll(self, pixels: int) -> None:
        """Move what is shown by so many pixels."""
        self.paper.yview_scroll(pixels, "pixels")

    def _fit(self, width: int) -> None:
        if self._is_at_end:
            # Also where it only became lower: a question below, or the banner above, takes room from it.
            self.paper.after_idle(self._stay_at_end)
        width -= self.look.px(8)
        if abs(width - self._width) < 2 or width < 50:
            return
        self._width = width
        for line in self._lines:
            line.fit(width)

    def _stay_at_end(self) -> None:
        if self.paper.winfo_exists():
            self.to_newest()

    def _moved(self, begin: str, end: str) -> None:
        self._bar.set(begin, end)
        self._is_at_end = float(end) >= 0.999
        if self._is_at_end:
            self._newest.place_forget()
        else:
            self._newest.place(relx=0.5, rely=1.0, y=-self.look.px(28), anchor="s")
        if float(begin) <= 0 and float(end) >= 1:
            self._bar.pack_forget()
        elif not self._bar.winfo_ismapped():
            self._bar.pack(side="right", fill="y", before=self.paper)


class LinePart(Part[n.Line]):
    """A line: a bubble, a face beside it, and a remark below; or words in the middle."""

    def __init__(
        self, easel: Easel, parent: tk.Misc, node: n.Line, on: n.Ground, width: int
    ) -> None:
        self._width = width
        self._texts: list[Part[Any]] = []
        super().__init__(easel, parent, node, on)

    def make(self, parent: tk.Misc) -> Any:
        look = self.look
        frame = ttk.Frame(parent, style=look.frame("", self.on))
        side = self.node.side
        self._ground: n.Ground = "" if side == "middle" else side
        if self.node.is_plain:
            self._ground = "theirs"
        corner = {"own": "right", "theirs": "left", "middle": ""}[side]
        style = look.frame(self._ground, self.on, corner=corner)
        padding = (look.px(13), look.px(8)) if side != "middle" else 0
        self._bubble = ttk.Frame(frame, style=style, padding=padding)
        column = 1 if side == "theirs" else 0
        self._bubble.grid(row=0, column=column, sticky="e" if side == "own" else "w")
        self._detail = ttk.Label(frame)
        if side != "middle":
            self._detail.grid(
                row=1, column=column, sticky="e" if side == "own" else "w", padx=look.px(5)
            )
        if side == "theirs" and self.node.face:
            face = part_of(self.easel, frame, self.node.face, self.on)
            face.widget.grid(row=0, column=0, sticky="s", padx=(0, look.px(8)))
            self._face: Part[Any] | None = face
        else:
            self._face = None
        return frame

    def fits(self, node: n.Node) -> bool:
        if not isinstance(node, n.Line) or not super().fits(node):
            return False
        if node.side != self.node.side or len(node.texts) != len(self._texts):
            return False
        return all(part.fits(text) for part, text in zip(self._texts, node.texts, strict=True))

    def inner(self) -> list[Part[Any]]:
        return self._texts

    def show(self, node: n.Line) -> None:
        voice: n.Voice = "error" if node.is_fault else "hint"
        self._detail.configure(text=node.detail, style=self.look.label(voice, self.on))
        if self._face and node.face:
            self._face.update(node.face)
        for number, text in enumerate(node.texts):
            if number < len(self._texts):
                self._texts[number].update(text)
                continue
            part = self._made(text)
            part.widget.pack(
                anchor="w",
                fill="x" if node.side == "middle" else "none",
                pady=0 if isinstance(text, n.Text | n.Button) else self.look.px(5),
            )
            self._texts.append(part)
            for widget in (part.widget, self._bubble):
                widget.bind("<Button-3>", self._offer_copy)
        self.fit(self._width)

    def _made(self, text: n.Node) -> Part[Any]:
        part = part_of(self.easel, self._bubble, text, self._ground or self.on)
        if isinstance(part, TextPart):
            # As wide as the line lets it be, and not as it stands.
            part.widget.unbind("<Configure>")
        return part

    def fit(self, width: int) -> None:
        """Wrap the words so that the line is no wider than `width`."""
        self._width = width
        look = self.look
        room = width * 85 // 100 - look.px(26 + (36 if self._face else 0))
        if self.node.side == "middle":
            room = width * 92 // 100
        for part in self._texts:
            if isinstance(part, TextPart):
                part.widget.configure(wraplength=max(room, 40))
        self._detail.configure(wraplength=max(room, 40))

    def _offer_copy(self, event: Any) -> None:
        menu = tk.Menu(self.widget, tearoff=False, font=self.look.font())
        text = n.words_of(self.node)
        menu.add_command(label=text[:40], command=lambda: self.easel.perform(Copy(text=text)))
        menu.tk_popup(event.x_root, event.y_root)
