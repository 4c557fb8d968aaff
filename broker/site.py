"""What a site's administrators decide: teams, issues, languages, texts and timeouts.

It is one JSON document in the database, the same for all brokers, and looked at again every few
seconds. A session keeps the rules of the moment it was opened: nothing here changes under it.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec import Meta, Struct
from msgspec.structs import replace

from broker import schema
from broker.accounts import Role
from broker.clock import Clock, now
from broker.database import Database, put
from broker.estimate import Estimate
from broker.site_texts import GREETING, HOLD, ORPHANED, PRIVACY, wait_sentence, wait_text
from protocol.facts import Rules
from protocol.fields import Id, Language, Name, Seconds, Text, Time
from protocol.watermark import Watermark

T = TypeVar("T")

ROW = "site"

MACRO = re.compile(r"{(\w+)}")

MOST_ACTIVE = 10
"""Notices at a time: nobody reads more before asking for help."""

Key = Annotated[Id, Meta(min_length=1)]
Label = Annotated[Name, Meta(min_length=1)]
Notable = Annotated[str, Meta(min_length=1, max_length=1020, pattern=r"^[^\x00]*$")]
Https = Annotated[str, Meta(max_length=2000, pattern=r"^(https://[^\s\x00]+)?$(?!\n)")]
HostOrigin = Annotated[str, Meta(max_length=300, pattern=r"^https?://[a-z0-9.\[\]:-]+$(?!\n)")]


class BadSite(Exception):
    """The settings cannot be used; the message says why."""


class Team(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reps who share a queue."""

    id: Key
    name: Label
    hand_out: Literal["pull", "least_busy"] = "pull"
    """Whether reps take sessions from the queue, or are offered them by load as well."""


class Issue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of problem that a customer picks; it leads to `team`."""

    id: Key
    team: Key
    names: dict[Language, Label]


class Consent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text to be agreed to."""

    title: Label
    text: Text

    @property
    def digest(self) -> str:
        """What proves later which text was shown."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class Notice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What customers are told about a problem that is known already."""

    id: Key
    text: dict[Language, Notable]
    until: Time = 0
    """When it ends by itself, in ms; 0 is never."""

    def is_active(self, now: int) -> bool:
        """Say whether it is to be shown at `now`."""
        return not self.until or now < self.until


class Widget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The chat button on other web sites.

    Pages of `origins`, as in `https://www.example.org`, may carry it.
    """

    origins: Annotated[tuple[HostOrigin, ...], Meta(max_length=100)] = ()


Days = Annotated[int, Meta(ge=1, le=36_500)]


class Keep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days after a session its recording and its transcript are kept."""

    recordings: Days = 90
    transcripts: Days = 365


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be set. A text that is missing in a language is shown in the first one.

    `greeting` and `hold` may contain the macros of docs/wait.md, such as `{position}`. `orphaned` is
    what a customer reads when nobody is left who could help, and `orphaned_url` where the page then
    sends them. `privacy` is what they read before they have their own words erased.
    """

    organisation: Label
    languages: Annotated[tuple[Language, ...], Meta(min_length=1)] = ("en",)
    teams: tuple[Team, ...] = ()
    issues: tuple[Issue, ...] = ()
    chat: bool = False
    ask_name: bool = True
    ask_email: bool = False
    offline: Literal["hide", "form"] = "hide"
    transcript: bool = True
    agreement: dict[Language, Consent] = {}
    recording: dict[Language, Consent] = {}
    greeting: dict[Language, Text] = {}
    hold: dict[Language, Text] = {}
    orphaned: dict[Language, Text] = {}
    orphaned_url: Https = ""
    second_factor_for_all: bool = False
    """Whether reps and leads, too, need a second factor; all others always do."""
    privacy: dict[Language, Text] = {}
    direct: Literal["off", "on", "turn"] = "off"
    """Whether pictures that are not recorded may go directly between the two, and over a TURN
    server where nothing else works."""
    notices: Annotated[tuple[Notice, ...], Meta(max_length=100)] = ()
    idle_seconds: Seconds = 600
    choose_rep: bool = False
    """Whether customers may ask for a rep by name."""
    rules: Rules = Rules()
    keep: Keep = Keep()
    keep_of_teams: dict[str, Keep] = {}
    """What is otherwise for teams, by their ids."""
    widget: Widget = Widget()
    watermark: Watermark = Watermark()

    def __post_init__(self) -> None:
        """Refuse what does not hang together."""
        teams = {team.id for team in self.teams}
        if len(teams) != len(self.teams) or len({i.id for i in self.issues}) != len(self.issues):
            raise ValueError("each team and each issue needs an id of its own")
        named = {issue.team for issue in self.issues} | {self.rules.fallback_team} - {""}
        named |= self.keep_of_teams.keys()
        if unknown := sorted(named - teams):
            raise ValueError(f"there is no team {unknown[0]!r}")
        first = self.languages[0]
        texts: list[Mapping[str, object]] = [self.agreement, self.recording, self.greeting]
        texts += [self.hold, self.orphaned, self.privacy, *(issue.names for issue in self.issues)]
        if len({notice.id for notice in self.notices}) != len(self.notices):
            raise ValueError("each notice needs an id of its own")
        if any(not notice.text for notice in self.notices):
            raise ValueError("a notice needs a text")
        texts += [notice.text for notice in self.notices]
        if any(text and first not in text for text in texts):
            raise ValueError(f"every text is needed in {first!r}, the first language")
        if self.rules.recording_asked and not self.recording:
            raise ValueError("recording_asked needs a text in `recording`")


class Queued(Struct, frozen=True, kw_only=True):
    """Who waits in the queue of `team` as number `position`, and for about how long, if known."""

    team: str
    issue: str
    position: int
    wait: Estimate | None


class Choice(Struct, frozen=True, kw_only=True):
    """Something to pick, as a page shows it."""

    id: str
    name: str


class IssueShown(Struct, frozen=True, kw_only=True):
    """An issue to pick, and the team whose reps may be asked for about it."""

    id: str
    name: str
    team: str


class ConsentText(Struct, frozen=True, kw_only=True):
    """A text to be agreed to, as a page shows it; `digest` goes back with the answer."""

    title: str
    text: str
    digest: str


class NoticeText(Struct, frozen=True, kw_only=True):
    """A notice, as a page shows it; `id` goes back with `leave_on_notice`."""

    id: str
    text: str


class Shown(Struct, frozen=True, kw_only=True):
    """What a customer's page knows of the site before it says anything."""

    organisation: str
    language: str
    languages: tuple[str, ...]
    issues: tuple[IssueShown, ...]
    agreement: ConsentText | None
    recording: ConsentText | None
    chat: bool
    ask_name: bool
    ask_email: bool
    identity: bool
    offline: Literal["hide", "form"]
    transcript: bool
    mails: bool
    orphaned: str
    orphaned_url: str
    privacy: str
    notices: tuple[NoticeText, ...]
    app: str = ""
    """The system for which there is an app."""


class Site:
    """The settings in force. `default` holds until somebody sets others; `mails`: we can send any."""

    def __init__(
        self,
        database: Database,
        name: str,
        default: Settings,
        clock: Clock = now,
        *,
        mails: bool = False,
    ) -> None:
        self._database = database
        self._name = name
        self._default = default
        self._clock = clock
        self.mails = mails
        self.settings = default

    async def load(self) -> None:
        """Look into the database for what is in force now."""
        c = schema.site_settings.c
        row = sa.select(c.value).where(c.site == self._name, c.name == ROW)
        stored = await self._database.read(lambda conn: conn.scalar(row))
        self.settings = parse(stored) if stored else self._default

    async def save(self, settings: Settings) -> None:
        """Put `settings` in force here at once and everywhere within seconds, or raise `BadSite`."""
        if sum(notice.is_active(self._clock()) for notice in settings.notices) > MOST_ACTIVE:
            raise BadSite(f"at most {MOST_ACTIVE} notices can be active at a time")
        value = msgspec.json.encode(settings).decode()
        await self._database.write(
            lambda conn: put(conn, schema.site_settings, site=self._name, name=ROW, value=value)
        )
        self.settings = settings

    def demands_second_factor(self, role: Role) -> bool:
        """Say whether an account with `role` may do nothing without a second factor."""
        return role in {"admin", "compliance"} or self.settings.second_factor_for_all

    def teams(self) -> Sequence[str]:
        """Return the ids of all teams."""
        return [team.id for team in self.settings.teams]

    def handed_out(self) -> Sequence[str]:
        """Return the teams whose sessions are offered to reps by load."""
        return [team.id for team in self.settings.teams if team.hand_out == "least_busy"]

    def issues(self) -> Mapping[str, str]:
        """Return the team of each issue that customers may pick; none while chat is off."""
        return {issue.id: issue.team for issue in self.settings.issues if self.settings.chat}

    def team_of(self, issue: str) -> str | None:
        """Return the team that takes `issue`, or None where customers may not pick it."""
        return self.issues().get(issue)

    def rules_for(self, language: str) -> Rules:
        """Return the rules that a session in `language` is to keep."""
        agreement, recording = self._consents(language)
        return replace(
            self.settings.rules,
            agreement_digest=agreement.digest if agreement else "",
            recording_digest=recording.digest if recording else "",
        )

    def greeting(self, language: str, queued: Queued) -> str:
        """Return what a customer reads who comes into the queue."""
        return self._filled(language, self.settings.greeting or GREETING, queued)

    def hold_text(self, language: str, queued: Queued) -> str:
        """Return what a customer reads now and then who waits."""
        return self._filled(language, self.settings.hold or HOLD, queued)

    def _filled(self, language: str, texts: Mapping[str, str], queued: Queued) -> str:
        # Words and numbers in one language: that of the text, where the customer's has none.
        if language not in texts:
            language = self.settings.languages[0]
        text = texts.get(language) or texts["en"]
        issues = {issue.id: self._in(language, issue.names) for issue in self.settings.issues}
        values = {
            "position": str(queued.position),
            "wait": wait_text(language, queued.wait),
            "wait_sentence": wait_sentence(language, queued.wait),
            "organisation": self.settings.organisation,
            "team": self.choices([queued.team])[0].name,
            "issue": issues.get(queued.issue) or queued.issue,
        }
        # In one go: braces in a name are a name's. What we do not know stays as it was written.
        return MACRO.sub(lambda found: values.get(found[1], found[0]), text)

    def notices(self) -> list[Notice]:
        """Return the notices that are active now."""
        now = self._clock()
        return [notice for notice in self.settings.notices if notice.is_active(now)]

    def words(self, language: str, notice: Notice) -> str:
        """Return the text of `notice` in `language`, or in the first one."""
        return self._in(language, notice.text) or ""

    def choices(self, teams: Sequence[str]) -> tuple[Choice, ...]:
        """Return `teams` with their names."""
        names = {team.id: team.name for team in self.settings.teams}
        return tuple(Choice(id=team, name=names.get(team, team)) for team in teams)

    def shown(self, language: str) -> Shown:
        """Return what a page in `language` shows, in the first language if we lack that one."""
        settings = self.settings
        if language not in settings.languages:
            language = settings.languages[0]
        agreement, recording = self._consents(language)
        issues = settings.issues if settings.chat else ()
        return Shown(
            organisation=settings.organisation,
            language=language,
            languages=settings.languages,
            issues=tuple(
                IssueShown(
                    id=issue.id,
                    name=self._in(language, issue.names) or issue.id,
                    team=issue.team,
                )
                for issue in issues
            ),
            agreement=agreement,
            recording=recording,
            chat=settings.chat,
            ask_name=settings.ask_name,
            ask_email=settings.ask_email,
            identity=settings.rules.identity_asked,
            offline=settings.offline,
            transcript=settings.transcript,
            mails=self.mails,
            orphaned=self._in(language, settings.orphaned or ORPHANED) or ORPHANED["en"],
            orphaned_url=settings.orphaned_url,
            privacy=self._in(language, settings.privacy or PRIVACY) or PRIVACY["en"],
            notices=tuple(
                NoticeText(id=notice.id, text=self.words(language, notice))
                for notice in self.notices()
            ),
        )

    def _consents(self, language: str) -> tuple[ConsentText | None, ConsentText | None]:
        asked = self.settings.rules.recording_asked
        return (
            _consent(self._in(language, self.settings.agreement)),
            _consent(self._in(language, self.settings.recording)) if asked else None,
        )

    def _in(self, language: str, texts: Mapping[str, T]) -> T | None:
        return texts.get(language) or texts.get(self.settings.languages[0])


def parse(text: str) -> Settings:
    """Read settings from JSON, or raise `BadSite`."""
    try:
        return msgspec.json.decode(text, type=Settings)
    except msgspec.DecodeError as fault:
        raise BadSite(str(fault)) from None


def _consent(text: Consent | None) -> ConsentText | None:
    if text is None:
        return None
    return ConsentText(title=text.title, text=text.text, digest=text.digest)
