"""A session goes on elsewhere: from the customer's page in the app, and back.

Page and app are two devices of the same customer, so a move changes nothing about who may read or
say what, and what either has said already stands. Only a screen stays behind, with all that was
allowed for it: nobody who let somebody look at a tab has let them look at the whole computer.
"""

from typing import Any

from protocol import facts as f
from protocol import requests as r
from protocol.screen_changes import unshared
from protocol.state import Answer, Party, Refused, Session


def offer_app(session: Session, asked: r.OfferApp, sender: Party, now: int) -> Answer:
    """Asked once; who wants the app in spite of having declined it can take it any time."""
    if session.where == "app" or session.app_offered:
        return Refused("not_now")
    return f.AppOffered()


def decline_app(session: Session, asked: r.DeclineApp, sender: Party, now: int) -> Answer:
    return f.AppDeclined() if session.app_offered else Refused("not_now")


def move_to(session: Session, asked: r.MoveTo, sender: Party, now: int) -> Answer:
    return Refused("not_now") if session.where == asked.where else f.Moved(where=asked.where)


def app_offered(session: Session, fact: f.AppOffered) -> dict[str, Any]:
    return {"app_offered": fact.by}


def app_declined(session: Session, fact: f.AppDeclined) -> dict[str, Any]:
    return {"app_offered": ""}


def moved(session: Session, fact: f.Moved) -> dict[str, Any]:
    return {"where": fact.where, "app_offered": "", **unshared()}
