"""The rules of the end and of what comes after it: the survey, the wrap-up and erasures."""

from msgspec import Struct

from protocol import facts as f
from protocol import requests as r
from protocol.copying import copied
from protocol.state import Answer, Party, Refused, Session


def end(session: Session, asked: r.End, sender: Party, now: int) -> Answer:
    """The same click has three meanings; reports keep them apart."""
    if sender.id in (session.owner, session.meant_for):
        return f.Ended(ending="rep_ended")
    if session.accepted_at:
        return f.Ended(ending="customer_ended")
    return f.Ended(ending="abandoned" if session.state == "waiting" else "left_before_queue")


def survey(session: Session, asked: Struct, sender: Party, now: int) -> Answer:
    return copied(session, asked, sender, now) if session.survey == "wanted" else Refused("not_now")


def unless_deleted(session: Session, asked: Struct, sender: Party, now: int) -> Answer:
    return Refused("not_now") if session.deleted else copied(session, asked, sender, now)


def wrap_up(session: Session, asked: r.WrapUp, sender: Party, now: int) -> Answer:
    """A rep who has nothing to say sends nothing."""
    if not (asked.text.strip() or asked.outcome):
        return Refused("malformed")
    return unless_deleted(session, asked, sender, now)


def erase_my_texts(session: Session, asked: r.EraseMyTexts, sender: Party, now: int) -> Answer:
    """The receipt number is the request's own id: unique, and known to the customer already."""
    return Refused("not_now") if session.erased else f.TextsErased(receipt=asked.id)
