"""One broker, packed: every part is made once, here, and handed to those who need it.

Read the list from top to bottom and you know what the broker consists of. There is no other place
where a part is made, and nothing is kept in a module.
"""

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial

from aiohttp import web

from broker.accounts import Accounts
from broker.admission import Admission
from broker.audit import Audit
from broker.bulletins import Bulletins
from broker.canned import CannedMessages
from broker.circumstances import SiteCircumstances
from broker.clock import Clock, steady_clock
from broker.codes import Codes
from broker.config import Config, is_loopback
from broker.database import open_database
from broker.desk import Desk
from broker.doorbell import InProcess
from broker.feeds import Feeds
from broker.first_site import first_settings
from broker.forecast import Forecast
from broker.gate import Gate
from broker.handout import HandOut
from broker.headers import Origins
from broker.identity import Identity
from broker.inbox import Inbox
from broker.links import Links
from broker.mail import Mail
from broker.marks import Marks
from broker.metrics import Metrics
from broker.notices import Notices
from broker.orphans import Orphans
from broker.own_security import OwnSecurity
from broker.pages import Pages
from broker.parts import PARTS, Parts
from broker.passkeys import Passkeys
from broker.passwords import Passwords
from broker.photo_maker import PhotoMaker
from broker.photos import Photos
from broker.pictures import Pictures
from broker.presence import Presence
from broker.queues import Queues
from broker.rates import Rates
from broker.relay.keys import open_keys
from broker.relay_places import RelayAt, RelayPlaces
from broker.routes import ROUTES
from broker.sealing import Sealing
from broker.second_factors import SecondFactors
from broker.serving import make_application
from broker.sign_in import SignIns
from broker.site import Site
from broker.sweeper import Sweeper
from broker.tasks import Tasks
from broker.tls import Tls
from broker.transcript_mail import TranscriptMail
from broker.upkeep import Upkeep, keep_running


def build_app(
    config: Config,
    tls: Tls | None = None,
    clock: Clock | None = None,
    relays: Sequence[RelayAt] = (),
) -> web.Application:
    """Return a broker that is opened when the application starts and closed when it ends.

    `relays` are those that were started with it.
    """
    app = make_application(ROUTES)
    app.cleanup_ctx.append(
        partial(_opened, config=config, tls=tls, clock=clock or steady_clock(), relays=relays)
    )
    app.on_shutdown.append(_drained)
    return app


async def _opened(
    app: web.Application,
    config: Config,
    tls: Tls | None,
    clock: Clock,
    relays: Sequence[RelayAt],
) -> AsyncIterator[None]:
    name, broker_id = config.site, secrets.token_hex(8)

    # --- what is kept, and who tells whom that it changed
    database = await open_database(config.database_url)
    doorbell = InProcess()
    tasks = Tasks()
    site = Site(database, name, first_settings(config), clock, mails=config.smtp != "")
    await site.load()

    # --- people
    accounts = Accounts(database, name, clock)
    passwords = Passwords()
    factors = SecondFactors(name, clock, Sealing(config.data_folder))
    passkeys = Passkeys(database, name, clock, lambda: site.settings.organisation)
    sign_ins = SignIns(
        database=database,
        site=name,
        clock=clock,
        passwords=passwords,
        factors=factors,
        demands=site.demands_second_factor,
    )
    own_security = OwnSecurity(database, name, factors, passkeys, site.demands_second_factor)
    admission = Admission(database, name, clock)

    maker = PhotoMaker()
    photos = Photos(database, name, clock, maker)

    # --- sessions
    forecast = Forecast(database, name, clock)
    circumstances = SiteCircumstances(database, name, clock, site, forecast)
    identity = Identity(database, name, clock, site)
    desk = Desk(database, name, clock, doorbell, circumstances, identity)
    feeds = Feeds(database, name, tasks)
    marks = Marks(database, name, clock, doorbell)
    presence = Presence(database, name, clock, doorbell, desk, broker_id)
    queues = Queues(
        database, name, clock, site.teams, site.issues, forecast, lambda: site.settings.choose_rep
    )
    hand_out = HandOut(database, name, clock, desk, site.handed_out)
    orphans = Orphans(database, name, clock, desk)
    canned = CannedMessages(database, name, clock)
    bulletins = Bulletins(database, name, clock, canned)
    notices = Notices(database, name, site, desk)
    sweeper = Sweeper(database, name, clock, desk, marks, feeds)
    mail = Mail(database, name, clock, config.mail_server, config.mail_sender)
    links = Links(
        database=database,
        site=name,
        clock=clock,
        doorbell=doorbell,
        desk=desk,
        feeds=feeds,
        marks=marks,
        presence=presence,
        queues=queues,
        bulletins=bulletins,
        tasks=tasks,
        idle_seconds=lambda: site.settings.idle_seconds,
        beat_seconds=config.beat_seconds,
    )
    pictures = Pictures(
        places=RelayPlaces(database, name, clock),
        clock=clock,
        desk=desk,
        sign_ins=sign_ins,
        keys=open_keys(config.data_folder),
        own=relays,
        tls=tls,
        is_recorded=config.journal != "",
        tasks=tasks,
    )
    upkeep = Upkeep(
        database=database,
        name=name,
        clock=clock,
        site=site,
        sign_ins=sign_ins,
        links=links,
        tls=tls,
    )

    # --- calls
    origins = Origins(config.public_url, config.host, config.scheme)
    gate = Gate(
        origins=origins,
        rates=Rates(_limits(config), time.monotonic),
        proxies=config.proxy_networks,
        sign_ins=sign_ins,
        admission=admission,
        clock=clock,
        metrics_token=config.metrics_token,
        only_here=is_loopback(config.public_url.host or ""),
    )
    app[PARTS] = Parts(
        config=config,
        database=database,
        site=site,
        accounts=accounts,
        passwords=passwords,
        factors=factors,
        passkeys=passkeys,
        sign_ins=sign_ins,
        own_security=own_security,
        admission=admission,
        desk=desk,
        inbox=Inbox(database, name, clock, doorbell, site),
        transcripts=TranscriptMail(database, name, clock, site, desk),
        canned=canned,
        codes=Codes(database, name, clock),
        audit=Audit(database, name, clock),
        clock=clock,
        links=links,
        queues=queues,
        gate=gate,
        origins=origins,
        pages=Pages(),
        photos=photos,
        pictures=pictures,
        metrics=Metrics(lambda: links.count, forecast.records, mail),
        tls=tls,
    )

    # --- life
    desk.hear = feeds.hear
    listening = [doorbell.listen(part.hear) for part in (links, hand_out, pictures)]
    maker.start()
    await presence.begin()
    await pictures.begin()
    await queues.look()
    for part in (
        presence,
        queues,
        hand_out,
        bulletins,
        orphans,
        notices,
        sweeper,
        marks,
        links,
        mail,
        pictures,
        upkeep,
    ):
        tasks.start(keep_running(part.run), type(part).__name__)
    yield
    for stop_listening in listening:
        stop_listening()
    await tasks.stop()
    await marks.flush()
    await maker.stop()
    await pictures.close()
    await database.close()


async def _drained(app: web.Application) -> None:
    app[PARTS].queues.release()
    await app[PARTS].links.drain()


def _limits(config: Config) -> dict[str, int]:
    return {
        "calls": config.rate_calls,
        "visitors": config.rate_visitors,
        "passwords": config.rate_passwords,
        "messages": config.rate_messages,
        "buttons": config.rate_calls,
    }
