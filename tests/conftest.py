"""The option `--long`, which everything that takes minutes waits for, and as long as it wants."""

import pytest

pytest_plugins = ["tests.postgres"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run what takes minutes, at full counts")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if config.getoption("--long"):
            item.add_marker(pytest.mark.timeout(0))
        elif item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="runs with --long"))
