"""A small set of signs for a support chat: the same as in the pages, found by the same names."""

import unicodedata

from customer_client.words import Words


def signs(t: Words) -> tuple[tuple[str, str], ...]:
    """Return each sign with what it is called."""
    return (
        ("🙂", t("slight smile")),
        ("😀", t("grin")),
        ("😂", t("tears of joy")),
        ("😊", t("happy smile")),
        ("😉", t("wink")),
        ("😅", t("relieved laugh")),
        ("😍", t("delighted")),
        ("😎", t("sunglasses")),
        ("🤔", t("thinking")),
        ("😐", t("neutral face")),
        ("😕", t("confused")),
        ("😟", t("worried")),
        ("😢", t("crying")),
        ("😡", t("angry")),
        ("😱", t("shocked")),
        ("😴", t("asleep")),
        ("👍", t("thumbs up")),
        ("👎", t("thumbs down")),
        ("👋", t("wave")),
        ("👏", t("applause")),
        ("🙏", t("please and thank you")),
        ("💪", t("strong arm")),
        ("👀", t("eyes")),
        ("🤝", t("handshake")),
        ("✅", t("check mark")),
        ("❌", t("cross")),
        ("❓", t("question mark")),
        ("❗", t("exclamation mark")),
        ("⚠️", t("warning sign")),
        ("⏳", t("hourglass")),
        ("🔒", t("lock")),
        ("🔑", t("key")),
        ("💻", t("laptop")),
        ("🖥️", t("screen")),
        ("🖨️", t("printer")),
        ("📱", t("telephone")),
        ("📧", t("mail")),
        ("📎", t("paper clip")),
        ("🔌", t("power plug")),
        ("🛠️", t("tools")),
        ("❤️", t("heart")),
        ("🎉", t("celebration")),
        ("⭐", t("star")),
        ("🔥", t("fire")),
        ("☕", t("coffee")),
        ("☀️", t("sun")),
        ("🌧️", t("rain")),
        ("🚀", t("rocket")),
    )


def found(t: Words, wanted: str) -> tuple[tuple[str, str], ...]:
    """Return the signs in whose name every word of `wanted` begins a word; all of them for nothing."""
    parts = _plain(wanted).split()
    return tuple(
        (sign, name)
        for sign, name in signs(t)
        if all(any(word.startswith(part) for word in _plain(name).split()) for part in parts)
    )


def _plain(text: str) -> str:
    """Return small letters without accents: nobody types these to find a picture."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
