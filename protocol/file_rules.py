"""The finer conditions of files that are offered in a session."""

from protocol import facts as f
from protocol import requests as r
from protocol.state import Answer, Party, Refused, Session

FILES = 100
"""Files offered in one session; each stays in it, which is read and written with every fact."""


def offer_file(session: Session, asked: r.OfferFile, sender: Party, now: int) -> Answer:
    if not asked.file or asked.file in session.files:
        return Refused("malformed")
    if len(session.files) >= FILES:
        return Refused("rate_limited", str(FILES))
    return f.FileOffered(file=asked.file, name=asked.name, size=asked.size)


def answer_file(session: Session, asked: r.AnswerFile, sender: Party, now: int) -> Answer:
    """The other side answers: a customer for a rep's file, any rep for a customer's."""
    file = session.files.get(asked.file)
    if file is None or file.state != "offered":
        return Refused("unknown_file")
    if (file.by == session.customer) == (sender.id == session.customer):
        return Refused("not_yours")
    return f.FileAnswered(file=asked.file, accepted=asked.accepted)


def withdraw_file(session: Session, asked: r.WithdrawFile, sender: Party, now: int) -> Answer:
    file = session.files.get(asked.file)
    if file is None or file.state not in ("offered", "accepted"):
        return Refused("unknown_file")
    return f.FileWithdrawn(file=asked.file) if file.by == sender.id else Refused("not_yours")


def file_arrives(session: Session, asked: r.FileArrives, sender: Party, now: int) -> Answer:
    file = session.files.get(asked.file)
    if file is None or file.state != "accepted":
        return Refused("unknown_file")
    return f.FileArrived(file=asked.file, size=asked.size, file_digest=asked.digest)


def file_withheld(session: Session, asked: r.FileWithheld, sender: Party, now: int) -> Answer:
    file = session.files.get(asked.file)
    if file is None or file.state in ("declined", "withdrawn", "refused"):
        return Refused("unknown_file")
    return f.FileRefused(file=asked.file, why=asked.why)
