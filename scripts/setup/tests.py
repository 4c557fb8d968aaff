"""Runs Vitest, then pytest, whose last line is the last."""

import subprocess
from collections.abc import Sequence

from scripts.setup import pages, virtual_environment
from scripts.setup.workspace import ROOT, say


def run(arguments: Sequence[str]) -> int:
    """Run both, pytest with `arguments`; return 0 only when both passed."""
    environment = pages.environment()
    vitest = subprocess.run(["npm", "test", "--silent"], cwd=ROOT, env=environment, check=False)
    if vitest.returncode:
        say("Vitest failed: whatever pytest says below, this run has failed.")
    pytest = [virtual_environment.program("python"), "-m", "pytest", *arguments]
    return subprocess.run(pytest, cwd=ROOT, check=False).returncode or vitest.returncode
