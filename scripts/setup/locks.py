"""Renews the lock files: every version with its digests, and no address to fetch it from."""

from collections.abc import Sequence

from scripts.setup import pages
from scripts.setup.virtual_environment import program
from scripts.setup.workspace import quietly, say

COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-build", "--custom-compile-command=scripts/lock",
)  # fmt: skip
RUNTIME = ("pyproject.toml", "--extra=client", "--group=build")
DEV = (*RUNTIME, "--group=dev", "--constraint=requirements.lock")
NODE = ("--group=node",)


def renew(*, upgrade: bool) -> None:
    """Renew all, keeping the locked versions that still suit unless `upgrade` is wanted."""
    newest = ["--upgrade"] if upgrade else []
    _compile("requirements.lock", [*RUNTIME, *newest])
    _compile("requirements-dev.lock", [*DEV, *newest])
    _compile("requirements-node.lock", [*NODE, *newest])
    say("Renewing package-lock.json")
    pages.npm("update" if upgrade else "install", "--package-lock-only")


def _compile(lock: str, wanted: Sequence[str]) -> None:
    say(f"Renewing {lock}")
    quietly([program("uv"), *COMPILE, *wanted, "--output-file", lock])
