"""The colours of the window: those of the customer's page, by what they are for."""

from msgspec import Struct


class Palette(Struct, frozen=True, kw_only=True):
    """Both keep the contrasts of WCAG AA."""

    surface: str
    raised: str
    ink: str
    muted: str
    line: str
    edge: str
    accent: str
    accent_deep: str
    on_accent: str
    tint: str
    own: str
    on_own: str
    own_muted: str
    warn: str
    warn_ink: str
    danger: str
    danger_ground: str


LIGHT = Palette(
    surface="#ffffff",
    raised="#f1f5f5",
    ink="#16262b",
    muted="#51656b",
    line="#d5dfe0",
    edge="#7c9094",
    accent="#0b6b69",
    accent_deep="#085250",
    on_accent="#ffffff",
    tint="#e0f1ef",
    own="#0b6b69",
    on_own="#ffffff",
    own_muted="#d5ecea",
    warn="#fff4dc",
    warn_ink="#664708",
    danger="#ab2a32",
    danger_ground="#fbeaea",
)

DARK = Palette(
    surface="#152024",
    raised="#1f2c31",
    ink="#e8f0f1",
    muted="#9db0b5",
    line="#2b3a40",
    edge="#73878c",
    accent="#62cbc1",
    accent_deep="#8bded6",
    on_accent="#04211f",
    tint="#17383a",
    own="#1c5c5b",
    on_own="#eefffd",
    own_muted="#b9dedb",
    warn="#3a2e10",
    warn_ink="#f6dfa4",
    danger="#ff8f92",
    danger_ground="#3a2023",
)

HERE = "#2f9e5f"
AWAY = "#d9972b"
