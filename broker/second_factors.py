"""What somebody has besides their password: one-time codes, and recovery codes for a bad day.

Codes are those of RFC 6238 with its usual numbers, which every authenticator app knows. Each works
once, whatever broker sees it and however often that is restarted: the last step that was used
stands in the database. All here happens within the caller's transaction.
"""

import re
import secrets

import pyotp
import sqlalchemy as sa

from broker import schema
from broker.clock import Clock
from broker.database import insert_new, put
from broker.sealing import Sealing
from broker.tokens import digest_of

STEP_MS = 30_000
WINDOW = 1
"""Codes of so many steps before and after now are right too: clocks differ, and people type slowly."""

CODE = re.compile("[0-9]{6}")
RECOVERY_CODES = 10


class SecondFactors:
    """The one-time codes and recovery codes of one site."""

    def __init__(self, site: str, clock: Clock, sealing: Sealing) -> None:
        self._site = site
        self._clock = clock
        self._sealing = sealing

    # --- one-time codes

    def propose(self, conn: sa.Connection, account: str) -> str:
        """Return a new base32 secret for `account`, which counts from its first code on."""
        secret = pyotp.random_base32()
        self._put(conn, account, pending=self._sealing.seal(account, secret))
        return secret

    def confirm(self, conn: sa.Connection, account: str, code: str) -> bool:
        """Put the proposed secret in force if `code` is one of its codes now."""
        row = self._row(conn, account)
        if row is None or not row.pending:
            return False
        step = self._step_of(self._sealing.open(account, row.pending), tidied(code))
        if step is None:
            return False
        self._put(conn, account, secret=row.pending, pending="", used_step=step)
        return True

    def give(self, conn: sa.Connection, account: str, secret: str) -> None:
        """Put the base32 `secret` in force; a code that was used with it stays used."""
        row = self._row(conn, account)
        same = row is not None and row.secret and self._sealing.open(account, row.secret) == secret
        if not same:
            sealed = self._sealing.seal(account, secret)
            self._put(conn, account, secret=sealed, pending="", used_step=0)

    def has_codes(self, conn: sa.Connection, account: str) -> bool:
        """Say whether `account` has set up one-time codes."""
        row = self._row(conn, account)
        return row is not None and bool(row.secret)

    def use_code(self, conn: sa.Connection, account: str, code: str) -> bool:
        """Use up `code`, and say whether it was right and new."""
        row = self._row(conn, account)
        if row is None or not row.secret:
            return False
        step = self._step_of(self._sealing.open(account, row.secret), code)
        if step is None:
            return False
        t = schema.one_time_codes
        mine = sa.and_(t.c.site == self._site, t.c.account == account, t.c.used_step < step)
        return conn.execute(t.update().where(mine).values(used_step=step)).rowcount == 1

    def _step_of(self, secret: str, code: str) -> int | None:
        """Return the step near now whose code is `code`."""
        if not CODE.fullmatch(code):
            return None
        now = self._clock() // STEP_MS
        right = pyotp.TOTP(secret)
        # Each is compared, so that the time does not tell which one was near.
        steps = [
            step
            for step in range(now - WINDOW, now + WINDOW + 1)
            if secrets.compare_digest(right.generate_otp(step), code)
        ]
        return max(steps, default=None)

    def remove_codes(self, conn: sa.Connection, account: str) -> None:
        """Forget the one-time codes of `account`."""
        self._delete(conn, schema.one_time_codes, account)

    def _row(self, conn: sa.Connection, account: str) -> sa.Row[str, str, int] | None:
        c = schema.one_time_codes.c
        found = sa.select(c.secret, c.pending, c.used_step).where(
            c.site == self._site, c.account == account
        )
        return conn.execute(found).one_or_none()

    def _put(self, conn: sa.Connection, account: str, **values: str | int) -> None:
        put(conn, schema.one_time_codes, site=self._site, account=account, **values)

    # --- recovery codes

    def make_recovery_codes(self, conn: sa.Connection, account: str) -> tuple[str, ...]:
        """Return new recovery codes for `account`; those it had are worth nothing any more.

        Each has 80 random bits, so a quick hash is enough to keep them: nobody guesses those.
        """
        self._delete(conn, schema.recovery_codes, account)
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        for code in codes:
            kept = {"account": account, "digest": _recovery_digest(account, code)}
            insert_new(conn, schema.recovery_codes, site=self._site, **kept)
        return codes

    def use_recovery_code(self, conn: sa.Connection, account: str, code: str) -> bool:
        """Use up `code`, and say whether it was one of the recovery codes of `account`."""
        t = schema.recovery_codes
        one = t.c.digest == _recovery_digest(account, code)
        used = t.delete().where(t.c.site == self._site, t.c.account == account, one)
        return conn.execute(used).rowcount == 1

    def recovery_codes_left(self, conn: sa.Connection, account: str) -> int:
        """Count the recovery codes that `account` has not used."""
        c = schema.recovery_codes.c
        mine = sa.and_(c.site == self._site, c.account == account)
        return conn.scalar(sa.select(sa.func.count()).where(mine)) or 0

    # --- both

    def use(self, conn: sa.Connection, account: str, typed: str) -> bool:
        """Use up what somebody typed, a one-time code or a recovery code."""
        code = tidied(typed)
        if CODE.fullmatch(code):
            return self.use_code(conn, account, code)
        return self.use_recovery_code(conn, account, code)

    def has_any(self, conn: sa.Connection, account: str) -> bool:
        """Say whether `account` has one-time codes or a passkey."""
        return self.has_codes(conn, account) or self.has_passkey(conn, account)

    def kinds(self, conn: sa.Connection, account: str) -> list[str]:
        """Return which kinds of second factor `account` has, for who runs the server."""
        has = {"codes": self.has_codes, "passkey": self.has_passkey}
        return [kind for kind, asked in has.items() if asked(conn, account)]

    def has_passkey(self, conn: sa.Connection, account: str) -> bool:
        """Say whether `account` has a passkey."""
        c = schema.passkeys.c
        return bool(
            conn.scalar(
                sa.select(sa.func.count()).where(c.site == self._site, c.account == account)
            )
        )

    def forget(self, conn: sa.Connection, account: str) -> None:
        """Forget everything but the password of `account`."""
        for table in (schema.one_time_codes, schema.recovery_codes, schema.passkeys):
            self._delete(conn, table, account)

    def _delete(self, conn: sa.Connection, table: sa.Table, account: str) -> None:
        conn.execute(table.delete().where(table.c.site == self._site, table.c.account == account))


def tidied(typed: str) -> str:
    """Return a code as it was meant: people paste spaces and dashes, and type capitals."""
    return re.sub(r"[\s-]", "", typed).lower()


def _recovery_code() -> str:
    drawn = pyotp.random_base32(32)[:16].lower()
    return "-".join(drawn[start : start + 4] for start in range(0, 16, 4))


def _recovery_digest(account: str, code: str) -> str:
    return digest_of(f"recovery {account} {tidied(code)}")
