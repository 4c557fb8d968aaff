"""Runs every check, shows what the failing ones said, and lists which passed."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from scripts.setup import pages
from scripts.setup.virtual_environment import program
from scripts.setup.workspace import ROOT


def run() -> int:
    """Run all of them, two at a time; return 0 only when all passed."""
    environment = pages.environment()
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_passes, *check, environment) for check in _checks().items()]
        # Not `all(...)` over the tasks: it would stop reading at the first that failed.
        failed = [check for check in running if not check.result()]
    return 1 if failed else 0


def _checks() -> dict[str, Sequence[str]]:
    python = program("python")
    checks: dict[str, Sequence[str]] = {
        "pages": ["npm", "run", "check", "--silent"],
        "types": [python, "-m", "mypy"],
        "format": [program("ruff"), "format", "--check"],
        "lint": [program("ruff"), "check"],
        "imports": [program("lint-imports"), "--no-cache"],
    }
    if (ROOT / "scripts/generate").exists():
        checks["generated files"] = [python, "scripts/generate", "--check"]
    return checks


def _passes(name: str, command: Sequence[str], environment: Mapping[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace"))
    outcome = "failed" if done.returncode else "passed"
    print(f"{name}: {outcome} in {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode == 0
