"""A session told step by step: who asks what, and how much time passes in between.

Everything goes through `decide` and `evolve`, so a life holds nothing that could not happen.
"""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from protocol import requests as r
from protocol.facts import Fact, Rules
from protocol.session import BROKER, Party, Refused, Session, decide, evolve

CUSTOMER = Party(id="customer", role="customer")
STRANGER = Party(id="stranger", role="customer")
ANA = Party(id="ana", role="rep", name="Ana", teams=("support",))
BEN = Party(id="ben", role="rep", name="Ben", teams=("support",))
ELI = Party(id="eli", role="rep", name="Eli", teams=("support",))
NIA = Party(id="nia", role="rep", name="Nia", teams=("network",))
LEA = Party(id="lea", role="rep", name="Lea", teams=("support",), leads=("support",))
MAX = Party(id="max", role="rep", name="Max", teams=("support",), leads=("support",))
DESK = Party(id=BROKER, role="broker")

BEGAN = 1_800_000_000_000
DIGEST = "a" * 64
ANOTHER_DIGEST = "b" * 64


def request_id(number: int) -> str:
    """Return the UUIDv7 with `number` in it."""
    return f"01890a5d-ac96-774b-bcce-{number:012x}"


class Life:
    """One session, its facts so far, and a clock that only moves when told to.

    Leads may monitor it unseen, unless `rules` say otherwise.
    """

    def __init__(self, session_id: str = "session", team: str = "support", **rules: Any) -> None:
        kept: dict[str, Any] = {"monitoring": "silent"} | rules
        self.session = Session(id=session_id, team=team, rules=Rules(**kept))
        self.facts: list[Fact] = []
        self.now = BEGAN
        self._asked = 0

    def wait(self, seconds: float) -> "Life":
        """Let `seconds` pass."""
        self.now += round(seconds * 1000)
        return self

    def answer(self, kind: type[Struct], sender: Party, **fields: Any) -> Fact | Refused:
        """Return what `sender` would be answered; nothing happens yet."""
        if issubclass(kind, r.Request):
            self._asked += 1
            fields = {"id": request_id(self._asked), "session": self.session.id} | fields
        return decide(self.session, kind(**fields), sender, self.now)

    def ask(self, kind: type[Struct], sender: Party, **fields: Any) -> Fact:
        """Let it happen; fail when it is refused."""
        answer = self.answer(kind, sender, **fields)
        assert not isinstance(answer, Refused), f"{kind.__name__}: {answer!r}"
        self.facts.append(answer)
        self.session = evolve(self.session, answer)
        return answer

    def refusal(self, kind: type[Struct], sender: Party, **fields: Any) -> str:
        """Return the code with which it is refused; fail when it is not."""
        answer = self.answer(kind, sender, **fields)
        assert isinstance(answer, Refused), f"{answer!r} was not refused"
        return answer.code

    def lapse(self, deadline: str, **fields: Any) -> Fact:
        """Let `deadline` pass; fail when it is not due."""
        return self.ask(r.Lapse, DESK, deadline=deadline, **fields)

    def lapse_code(self, digest: str = DIGEST) -> "Life":
        """Let the broker mail the first code."""
        self.wait(0.3).fresh_code(digest).lapse("code", email="kim@example.test")
        return self

    def fresh_code(self, digest: str) -> "Life":
        """Put the digest of a new code where the desk puts it, for what is asked next."""
        self.session = replace(self.session, code_digest=digest)
        return self

    def start(self, **fields: Any) -> "Life":
        """Let the customer come."""
        self.ask(r.Start, CUSTOMER, **({"session": "", "issue": "printer"} | fields))
        return self

    def meet(self, rep: Party, meeting: str) -> "Life":
        """Let the desk prepare a session in which the customer is to meet `rep`."""
        self.session = replace(
            self.session, meant_for=rep.id, meeting=meeting, names={rep.id: rep.name}
        )
        return self

    def call(self, rep: Party, **known: str) -> "Life":
        """Let `rep` call the customer; `known` is what the rep knows them by."""
        self.ask(r.Call, rep, session="", customer=CUSTOMER.id, **known)
        return self

    def talk(self) -> "Life":
        """Let the customer come and Ana accept."""
        if self.session.state == "new":
            self.start()
        if self.session.state == "identity":
            self.lapse_code().ask(r.ConfirmCode, CUSTOMER, code=DIGEST)
        if self.session.state == "agreement":
            self.ask(r.AcceptAgreement, CUSTOMER, digest=self.session.rules.agreement_digest)
        if self.session.state == "recording":
            digest = self.session.rules.recording_digest
            self.ask(r.AnswerRecording, CUSTOMER, allowed=True, digest=digest)
        self.ask(r.Accept, ANA)
        return self

    def join(self, *reps: Party) -> "Life":
        """Let the owner invite `reps`, and them join, one after the other."""
        for rep in reps:
            self.ask(r.Invite, ANA, rep=rep.id)
            self.ask(r.Join, rep)
        return self

    def grant(self, *tools: str, rep: Party = ANA, scope: str = "session") -> "Life":
        """Let `rep` ask for `tools` and the customer allow them."""
        self.ask(r.RequestGrants, rep, tools=tools)
        self.ask(r.AnswerGrants, CUSTOMER, allowed=True, scope=scope)
        return self
