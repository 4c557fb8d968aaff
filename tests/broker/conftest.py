"""What the broker's tests share: the same desk on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.broker.desks import Counter, counter_at


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database; a test that uses it runs once on each kind."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path}/deskside.db"


@pytest.fixture
async def counter(database_url: str) -> AsyncIterator[Counter]:
    async with counter_at(database_url) as counter:
        yield counter
