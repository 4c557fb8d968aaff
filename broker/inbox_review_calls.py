"""The calls of the officers' inbox: what waits, who looks at it, the rules that bring it, and the trail."""

from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from broker.http import Call, Nothing
from broker.inbox_reviews import Inbox, Preview, Rule, RuleKind, WantedRule
from broker.parts import Parts
from broker.recording_calls import OneRecording, found_recording
from broker.review_calls import OneOf, noted, refused
from broker.reviews import Refusal, State
from broker.trails import Trail, trail_of
from protocol.fields import Count, Id

Percent = Annotated[int, Meta(ge=0, le=100)]


class AskReviews(Struct, frozen=True, kw_only=True):
    """The inbox: what is in `state`, or all that is not done; with `mine`, what the caller looks at."""

    state: State | None = None
    mine: bool = False


class Assign(Struct, frozen=True, kw_only=True):
    """Who is to look at a recording; nobody in particular where `officer` is empty."""

    recording: Id
    officer: Id = ""


class MakeRule(Struct, frozen=True, kw_only=True):
    """A rule: a share of all, or all of a kind, of one team or of every one. With `second`, two
    officers have to look.
    """

    kind: RuleKind
    percent: Percent = 100
    team: Id = ""
    second: bool = False


class ChangeRule(MakeRule, frozen=True, kw_only=True):
    """The rule with the id, as it is to be from now on."""

    id: Id


class Rules(Struct, frozen=True, kw_only=True):
    """The rules that hold."""

    rules: tuple[Rule, ...]


class AskTrail(Struct, frozen=True, kw_only=True):
    """Who did what with recordings before `before` (ms; 0: now), the newest first; of `who` alone, if
    that is given.
    """

    who: Id = ""
    before: Count = 0


async def show_reviews(parts: Parts, call: Call, asked: AskReviews) -> Inbox:
    """Return the inbox of officers."""
    return await parts.sampler.inbox(call.known.party.id, asked.state, mine=asked.mine)


async def assign_review(parts: Parts, call: Call, asked: Assign) -> Nothing:
    """Have an officer look at a recording, or give it back to all."""
    await found_recording(parts, asked.recording)
    try:
        await parts.reviews.assign(asked.recording, asked.officer)
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "assigned", asked.recording, asked.officer)
    return Nothing()


async def show_rules(parts: Parts, _call: Call, _: Nothing) -> Rules:
    """Return the rules by which recordings come into the inbox."""
    return Rules(rules=tuple(await parts.sampler.rules()))


async def preview_rule(parts: Parts, _call: Call, asked: MakeRule) -> Preview:
    """Return how much such a rule would have brought lately; nothing is changed."""
    return await parts.sampler.preview(_wanted(asked))


async def make_rule(parts: Parts, call: Call, asked: MakeRule) -> Nothing:
    """Make a rule; it holds for what ends from now on."""
    await noted(parts, call, "rule_made", asked.kind, _told(asked))
    await parts.sampler.make(_wanted(asked), call.known.party.id)
    return Nothing()


async def change_rule(parts: Parts, call: Call, asked: ChangeRule) -> Nothing:
    """Change a rule for what ends from now on; what it has brought stays in the inbox."""
    try:
        await parts.sampler.change(asked.id, _wanted(asked))
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "rule_changed", asked.id, _told(asked))
    return Nothing()


async def end_rule(parts: Parts, call: Call, asked: OneOf) -> Nothing:
    """End a rule; what it has brought stays in the inbox."""
    try:
        await parts.sampler.end(asked.id)
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "rule_ended", asked.id)
    return Nothing()


async def show_trail(parts: Parts, _call: Call, asked: OneRecording) -> Trail:
    """Return who did what with a recording, the newest first."""
    await found_recording(parts, asked.id)
    find = partial(trail_of, site=parts.config.site, recording=asked.id)
    return await parts.database.read(find)


async def show_all_trails(parts: Parts, _call: Call, asked: AskTrail) -> Trail:
    """Return who did what with recordings, and with rules."""
    find = partial(trail_of, site=parts.config.site, who=asked.who, before=asked.before)
    return await parts.database.read(find)


def _wanted(asked: MakeRule) -> WantedRule:
    return WantedRule(kind=asked.kind, percent=asked.percent, team=asked.team, second=asked.second)


def _told(asked: MakeRule) -> str:
    """Return a rule as the audit has it."""
    fields = {name: getattr(asked, name) for name in MakeRule.__struct_fields__}
    return msgspec.json.encode(fields).decode()
