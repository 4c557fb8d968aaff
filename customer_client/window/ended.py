"""The session is over: why, how it was, and what was taken off this computer again."""

from urllib.parse import urlsplit

from customer_client.window.deeds import Ask, Go, OpenAddress
from customer_client.window.happenings import ending_text
from customer_client.window.lines import conversation
from customer_client.window.nodes import Button, Column, Field, Node, Rating, Row, Scroll, Text
from customer_client.window.notices import notice_left_on
from customer_client.window.sheets import close_button
from customer_client.window.state import Case, Local
from customer_client.words import Words
from protocol import requests as r
from protocol.session import Session

REMARK_LENGTH = 4000
NEXT = ("busy", "unanswered")


def ended(case: Case, local: Local, t: Words) -> tuple[Node, ...]:
    """Return what stands below the header when all is over."""
    session, site = case.session, case.site or {}
    assert session
    talked = session.accepted_at > 0
    title = ending_text(t, session.ending, session.names.get(session.owner, ""))
    if session.ending == "orphaned":
        title = site.get("orphaned") or title
    parts: list[Node] = [Text(text=title, voice="strong")]
    if session.meeting == "direct" and session.ending in NEXT:
        parts.append(Text(text=_what_next(case, t), voice="lead"))
    if session.ending == "left_on_notice":
        parts.append(Text(text=notice_left_on(case), voice="lead"))
    url = site.get("orphaned_url", "")
    if session.ending == "orphaned" and url:
        words = t("Go on to {address}", address=urlsplit(url).hostname or url)
        parts.append(Button(text=words, does=OpenAddress(url=url)))
    if session.survey == "wanted":
        parts += _survey(case, local, t)
    elif session.survey == "done":
        parts.append(Text(text=t("Thank you for your answer."), voice="lead"))
    parts += _removed(case, t)
    if session.survey != "wanted":
        more = []
        if talked and site.get("transcript") and site.get("mails"):
            more.append(Button(text=t("Mail transcript"), does=Go(sheet="mail")))
        parts.append(Row(key="ways", children=(*more, close_button(t)), even=True))
        # This program is gone already, so the next chat is one of the page.
        anew = OpenAddress(url=f"{case.url}/?lang={t.language}")
        parts.append(Button(key="anew", text=t("New chat in the browser"), does=anew, look="quiet"))
    below = Column(key="ended", children=tuple(parts), gap=12)
    if talked and session.survey != "wanted":
        return (conversation(case, t, local.now), below)
    return (Scroll(key="ended", child=below, grows=True),)


def _what_next(case: Case, t: Words) -> str:
    """Return what whoever asked for a rep in vain can do."""
    if case.available is False and (case.site or {}).get("offline") == "form":
        return t("You can try again. If nobody is available, you can leave us a message.")
    return t("You can try again, or start a chat with whoever is free.")


def moved_back(case: Case, t: Words) -> tuple[Node, ...]:
    """Return what stands below the header when the session went back to the page it came from."""
    parts = (
        Text(text=t("The chat goes on in your browser."), voice="title"),
        Text(text=t("You can close this window; it does not end the chat."), voice="lead"),
        *_removed(case, t),
        Row(key="ways", children=(close_button(t),), even=True),
    )
    return (Scroll(key="moved", child=Column(key="moved", children=parts, gap=12), grows=True),)


def _survey(case: Case, local: Local, t: Words) -> list[Node]:
    text = local.drafts.get("survey", "")
    is_free = not case.asking & {"SubmitSurvey", "SkipSurvey"}
    submit = Ask(kind=r.SubmitSurvey, about={"rating": local.rating, "text": text.strip()})
    answers = (
        Button(text=t("Skip"), does=Ask(kind=r.SkipSurvey), is_enabled=is_free),
        Button(
            text=t("Submit"),
            does=submit,
            look="main",
            is_enabled=is_free and bool(local.rating or text.strip()),
        ),
    )
    return [
        Column(
            key="survey",
            children=(
                Rating(
                    name="rating",
                    label=t("How satisfied are you with our help?"),
                    chosen=local.rating,
                    least=t("Not at all"),
                    most=t("Very"),
                ),
                Field(
                    key="survey",
                    name="survey",
                    label=t("Anything you would like to add?"),
                    text=text,
                    rows=3,
                    longest=REMARK_LENGTH,
                ),
                Row(children=answers, even=True),
            ),
            gap=14,
        )
    ]


def _removed(case: Case, t: Words) -> list[Node]:
    if not case.removed:
        return []
    things = [Text(text=f"•  {each}", voice="hint") for each in case.removed]
    title = Text(text=t("This was removed from your computer:"), voice="strong")
    rest = Text(text=t("Nothing of this app is left when you close the window."), voice="hint")
    whole = (title, *things, rest)
    return [Column(key="removed", children=whole, ground="raised", gap=4)]


def is_over(session: Session | None) -> bool:
    """Say whether a session has ended."""
    return session is not None and session.state == "ended"
