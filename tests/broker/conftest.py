"""What the broker's tests share: the same desk on SQLite and on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from broker.migrate import migrate
from tests.broker.desks import Counter, counter_at
from tests.broker.picture_scene import Scene, sharing_scene
from tests.broker.servers import Server, serving
from tests.postgres import Cluster


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with empty tables: copying it is quicker than making them for each test."""
    path = tmp_path_factory.mktemp("migrated") / "deskside.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def data_folder(tmp_path: Path, migrated: Path) -> Path:
    """A data folder whose SQLite database has empty tables."""
    shutil.copy(migrated, tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def postgres_migrated(postgres_cluster: Cluster) -> str:
    """The name of a PostgreSQL database with empty tables, to copy."""
    migrate(postgres_cluster.create_database("migrated"))
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with empty tables; a test that uses it runs once on each kind."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        with cluster.database(template=request.getfixturevalue("postgres_migrated")) as url:
            yield url
    else:
        yield f"sqlite:///{request.getfixturevalue('data_folder')}/deskside.db"


@pytest.fixture
async def counter(database_url: str) -> AsyncIterator[Counter]:
    async with counter_at(database_url) as counter:
        yield counter


@pytest.fixture
async def server(data_folder: Path) -> AsyncIterator[Server]:
    """A whole broker with the demo's site and no accounts."""
    async with serving(data_folder) as server:
        yield server


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[Scene]:
    """Max and Ana talk, and Max may share his screen."""
    async with sharing_scene(data_folder) as scene:
        yield scene
