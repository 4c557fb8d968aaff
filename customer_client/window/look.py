"""How things look: fonts, pictures and ttk styles, made when they are first needed.

A look is made for one palette and one size; another light or another size is another look.
"""

import itertools
import tkinter as tk
from tkinter import font as fonts
from tkinter import ttk
from typing import Any, Final

import sv_ttk

from customer_client.window import shapes
from customer_client.window.nodes import Face, Ground, Voice
from customer_client.window.palette import AWAY, DARK, HERE, LIGHT

FAMILIES: Final = (
    "Segoe UI Variable Text",
    "Segoe UI",
    "SF Pro Text",
    "Inter",
    "Cantarell",
    "Ubuntu",
    "Noto Sans",
    "Open Sans",
    "Roboto",
    "Liberation Sans",
    "DejaVu Sans",
)
SIZES: Final = {"title": 23, "name": 17, "lead": 15, "hint": 13, "number": 20, "link": 15}
BOLD: Final = ("title", "name", "strong", "number")
TEXT_STEPS: Final = (0.875, 1.0, 1.25, 1.5)
"""What each step of the text's size makes of it."""

RADIUS: Final = 10
SIGN: Final = 20
PREVIEW: Final = (240, 180)
"""The largest that a small picture is drawn."""
FILLS: Final = {"sticky": "nsew"}
_numbers = itertools.count(1)


class Look:
    """The look of a window: `scale` is that of the display times that of the text."""

    def __init__(self, root: tk.Tk, *, is_dark: bool, display: float, text_size: int) -> None:
        self._root = root
        self.palette = DARK if is_dark else LIGHT
        self.is_dark = is_dark
        self.scale = display * TEXT_STEPS[text_size]
        self.display = display
        sv_ttk.set_theme("dark" if is_dark else "light", root)
        # Its answer to a new theme is to give every widget its own colours, over ours.
        root.unbind_class(root.winfo_class(), "<<ThemeChanged>>")
        self._style = ttk.Style(root)
        self._number = next(_numbers)
        self._styles: dict[object, str] = {}
        self._images: dict[object, tk.PhotoImage] = {}
        self._fonts: dict[str, fonts.Font] = {}
        installed = set(fonts.families(root))
        self.family = next((each for each in FAMILIES if each in installed), "TkDefaultFont")
        self._dress_the_rest()

    def px(self, length: float) -> int:
        """Return a length of the design in this display's pixels."""
        return max(1, round(length * self.display)) if length else 0

    def font(self, voice: str = "body") -> fonts.Font:
        """Return the font in which `voice` is written."""
        if voice not in self._fonts:
            size = -round(SIZES.get(voice, 15) * self.scale)
            self._fonts[voice] = fonts.Font(
                root=self._root,
                family=self.family,
                size=size,
                weight="bold" if voice in BOLD else "normal",
                slant="italic" if voice == "italic" else "roman",
                underline=voice == "link",
            )
        return self._fonts[voice]

    def ground(self, ground: Ground) -> str:
        """Return the colour of a ground."""
        p = self.palette
        grounds: dict[Ground, str] = {
            "": p.surface,
            "raised": p.raised,
            "theirs": p.raised,
            "tint": p.tint,
            "share": p.tint,
            "warn": p.warn,
            "own": p.own,
        }
        return grounds[ground]

    def ink(self, voice: Voice, ground: Ground) -> str:
        """Return the colour of words on a ground."""
        p = self.palette
        if ground == "own":
            return p.on_own
        if voice == "error":
            return p.danger
        if ground == "warn":
            return p.warn_ink
        if voice in ("hint", "lead", "italic"):
            return p.muted
        return p.accent if voice in ("number", "link") else p.ink

    def label(self, voice: Voice, ground: Ground) -> str:
        """Return the style of words."""
        key = ("label", voice, ground)
        if key not in self._styles:
            name = self._name(key, "TLabel")
            self._style.configure(
                name,
                background=self.ground(ground),
                foreground=self.ink(voice, ground),
                font=self.font(voice),
            )
        return self._styles[key]

    def frame(self, ground: Ground, on: Ground, *, corner: str = "") -> str:
        """Return the style of a frame: round if it has a ground of its own."""
        key = ("frame", ground, on, corner)
        if key in self._styles:
            return self._styles[key]
        name = self._name(key, "TFrame")
        self._style.configure(name, background=self.ground(on))
        if ground:
            radius = self.px(16 if corner else RADIUS)
            edge = self.palette.accent if ground == "share" else ""
            image = self._image(
                shapes.rounded(radius, self.ground(ground), edge, self.px(1.5), corner), key
            )
            self._element(name, image, border=radius)
        else:
            self._style.layout(name, [])
        return name

    def box(self, on: Ground) -> str:
        """Return the style of the frame around what one types into; it has a state of focus."""
        key = ("box", on)
        if key not in self._styles:
            name = self._name(key, "TFrame")
            p, radius = self.palette, self.px(RADIUS)
            fill = p.surface
            usual = shapes.rounded(radius, fill, p.edge, self.px(1))
            focused = shapes.rounded(radius, fill, p.accent, self.px(2))
            wrong = shapes.rounded(radius, fill, p.danger, self.px(2))
            self._style.configure(name, background=self.ground(on))
            self._element(
                name,
                self._image(usual, (key, 1)),
                ("invalid", self._image(wrong, (key, 2))),
                ("focus", self._image(focused, (key, 3))),
                border=radius,
            )
        return self._styles[key]

    def button(self, look: str, on: Ground) -> str:
        """Return the style of a button."""
        key = ("button", look, on)
        if key in self._styles:
            return self._styles[key]
        name = self._name(key, "TButton")
        p, radius = self.palette, self.px(RADIUS)
        below = self.ground(on)
        ink, fill, edge, over = {
            "plain": (p.ink, p.surface if on != "warn" else below, p.edge, p.raised),
            "main": (p.on_accent, p.accent, "", p.accent_deep),
            "danger": (p.danger, p.surface, p.danger, p.danger_ground),
            "quiet": (p.muted, "", "", p.raised if on == "" else p.surface),
            "link": (p.on_own if on == "own" else p.accent, "", "", ""),
        }[look]
        ring = p.ink if look == "main" else p.accent
        width = self.px(1)
        pictures = [
            ("usual", shapes.rounded(radius, fill, edge, width)),
            ("disabled", shapes.rounded(radius, fill, edge, width)),
            ("pressed", shapes.rounded(radius, over, edge, width)),
            ("focus active", shapes.rounded(radius, over, ring, self.px(2.5))),
            ("focus", shapes.rounded(radius, fill, ring, self.px(2.5))),
            ("active", shapes.rounded(radius, over, edge, width)),
        ]
        images = [(state, self._image(data, (key, state))) for state, data in pictures]
        faded = _mixed(ink, fill or below, 0.45)
        tight = look in ("quiet", "link")
        self._style.configure(
            name,
            background=below,
            foreground=ink,
            font=self.font("link" if look == "link" else "body"),
            padding=(
                0 if look == "link" else self.px(8 if tight else 14),
                self.px(3 if look == "link" else 6 if tight else 9),
            ),
            anchor="w" if look == "link" else "center",
            borderwidth=0,
        )
        self._style.map(name, foreground=[("disabled", faded)], background=[])
        states = [(*state.split(), image) for state, image in images[1:]]
        self._element(
            name, images[0][1], *states, border=radius, inside=("Button.padding", "Button.label")
        )
        return name

    def choice(self, on: Ground) -> str:
        """Return the style of a number to choose: a radio button that looks like a button."""
        key = ("choice", on)
        if key not in self._styles:
            name = self._name(key, "TRadiobutton")
            p, radius = self.palette, self.px(RADIUS)
            edges = [
                ("usual", p.surface, p.edge, 1),
                ("selected focus", p.accent, p.ink, 2.5),
                ("selected", p.accent, "", 1),
                ("focus", p.surface, p.accent, 2.5),
                ("active", p.raised, p.edge, 1),
            ]
            images = [
                (
                    state,
                    self._image(shapes.rounded(radius, fill, edge, self.px(width)), (key, state)),
                )
                for state, fill, edge, width in edges
            ]
            self._style.configure(
                name,
                background=self.ground(on),
                foreground=p.ink,
                font=self.font("strong"),
                padding=(self.px(8), self.px(9)),
                anchor="center",
            )
            self._style.map(name, foreground=[("selected", p.on_accent)], background=[])
            states = [(*state.split(), image) for state, image in images[1:]]
            inside = ("Radiobutton.padding", "Radiobutton.label")
            self._element(name, images[0][1], *states, border=radius, inside=inside)
        return self._styles[key]

    def face(self, face: Face) -> tk.PhotoImage:
        """Return the circle of a face; its initials are written over it."""
        p = self.palette
        dot = {"": "", "here": HERE, "away": AWAY}[face.presence]
        side = self.px(28 if face.is_small else 44)
        fill = p.tint if face.is_small else p.accent
        key = ("face", face.photo, dot, side)
        return self._image(shapes.disc(side, fill, face.photo, dot, p.surface), key)

    def preview(self, content: bytes) -> tk.PhotoImage:
        """Return a small picture of a file."""
        most = (self.px(PREVIEW[0]), self.px(PREVIEW[1]))
        return self._image(shapes.preview(content, most), ("preview", content))

    def sign(self, sign: str) -> tk.PhotoImage:
        """Return what is drawn on a button instead of words."""
        side = round(SIGN * self.scale)
        return self._image(shapes.clip(side, self.palette.muted), (sign, side))

    def face_ink(self, face: Face) -> str:
        """Return the colour of initials."""
        return self.palette.accent_deep if face.is_small else self.palette.on_accent

    def _dress_the_rest(self) -> None:
        """Give what sv-ttk draws our fonts and our room."""
        style, body, p = self._style, self.font(), self.palette
        for name in ("TCombobox", "TCheckbutton", "Switch.TCheckbutton"):
            style.configure(name, font=body)
        style.configure("Switch.TCheckbutton", background=p.surface, foreground=p.ink)
        colours = {"background": p.surface, "foreground": p.ink, "selectBackground": p.accent}
        for option, value in (colours | {"selectForeground": p.on_accent, "font": body}).items():
            self._root.option_add(f"*TCombobox*Listbox.{option}", value)
        # What has the keyboard's focus is seen on the box, not by marked words.
        style.map("TCombobox", selectbackground=[], selectforeground=[])
        self._dress_switch()
        self._dress_bar()

    def listing(self, on: Ground) -> str:
        """Return the style of a list to choose from: its edge is that of fields."""
        key = ("list", on)
        if key not in self._styles:
            name = self._name(key, "TCombobox")
            p, radius = self.palette, self.px(RADIUS)
            usual = shapes.rounded(radius, p.surface, p.edge, self.px(1))
            focused = shapes.rounded(radius, p.surface, p.accent, self.px(2))
            self._style.configure(
                name,
                background=self.ground(on),
                padding=(self.px(12), self.px(8)),
                foreground=p.ink,
            )
            # Of what its theme says for its states, only the arrow's is wanted.
            self._style.map(name, foreground=[], background=[])
            field = f"{name}.field"
            image = self._image(usual, (key, 1))
            self._create(field, image, ("focus", self._image(focused, (key, 2))), border=radius)
            arrow = self._image(shapes.arrow(self.px(12), p.muted), "arrow")
            self._style.element_create(f"{name}.arrow", "image", arrow, sticky="")
            words = ("Combobox.padding", {**FILLS, "children": [("Combobox.textarea", FILLS)]})
            inside: Any = [(f"{name}.arrow", {"side": "right", "sticky": ""}), words]
            layout: Any = [(field, {**FILLS, "children": inside})]
            self._style.layout(name, layout)
        return self._styles[key]

    def _dress_switch(self) -> None:
        """Give switches our colour."""
        p, height = self.palette, self.px(20)
        colours = [
            ("usual", p.surface, p.edge, p.edge),
            ("focus selected", p.accent, p.ink, p.on_accent),
            ("selected", p.accent, p.accent, p.on_accent),
            ("focus", p.surface, p.accent, p.accent),
        ]
        images = [
            (
                state,
                self._image(shapes.switch(height, fill, edge, knob, on="selected" in state), state),
            )
            for state, fill, edge, knob in colours
        ]
        name = f"L{self._number}.Switch.indicator"
        states: list[Any] = [(*state.split(), image) for state, image in images[1:]]
        self._style.element_create(name, "image", images[0][1], *states, sticky="w")
        inside: Any = [(name, {"side": "left", "sticky": ""}), ("Switch.label", {"sticky": "nsew"})]
        padding: Any = [("Switch.padding", {**FILLS, "children": inside})]
        self._style.layout("Switch.TCheckbutton", padding)

    def _dress_bar(self) -> None:
        """Show of a bar for scrolling only the part that is moved."""
        p, width = self.palette, self.px(8)
        thumb = shapes.rounded(width // 2, p.line)
        over = shapes.rounded(width // 2, p.edge)
        name = f"L{self._number}.Vertical.Scrollbar.thumb"
        images = self._image(thumb, "thumb"), self._image(over, "thumb over")
        self._create(name, images[0], ("active", images[1]), border=width // 2)
        self._style.configure("Vertical.TScrollbar", background=p.surface, troughcolor=p.surface)
        bar: Any = [(name, {"expand": "1", "sticky": "ns"})]
        self._style.layout("Vertical.TScrollbar", bar)

    def _name(self, key: object, kind: str) -> str:
        name = f"L{self._number}x{len(self._styles)}.{kind}"
        self._styles[key] = name
        return name

    def _image(self, data: bytes, key: object) -> tk.PhotoImage:
        if key not in self._images:
            self._images[key] = tk.PhotoImage(master=self._root, data=data)
        return self._images[key]

    def _create(
        self, element: str, image: tk.PhotoImage, *states: tuple[Any, ...], border: int
    ) -> None:
        self._style.element_create(
            element,
            "image",
            image,
            *states,
            border=border,
            sticky="nsew",
            padding=0,
            # As small as its corners; else it would be no smaller than its picture.
            width=2 * border,
            height=2 * border,
        )

    def _element(
        self,
        name: str,
        image: tk.PhotoImage,
        *states: tuple[Any, ...],
        border: int,
        inside: tuple[str, ...] = (),
    ) -> None:
        element = f"{name}.ground"
        self._create(element, image, *states, border=border)
        layout: Any = []
        for each in reversed(inside):
            within = {"children": layout} if layout else {}
            layout = [(each, {"sticky": "nsew", **within})]
        options: Any = {"sticky": "nsew"}
        if layout:
            options["children"] = layout
        self._style.layout(name, [(element, options)])


def _mixed(ink: str, ground: str, share: float) -> str:
    """Return a colour between two."""
    parts = [
        round(int(ink[at : at + 2], 16) * share + int(ground[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)
