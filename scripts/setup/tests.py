"""Runs Vitest, then pytest, whose last line is the last."""

import subprocess
from collections.abc import Sequence

from scripts.setup import pages, virtual_environment
from scripts.setup.workspace import ROOT, say

# As many processes as there are cores; whoever has nothing left takes from the other's.
SPREAD = ("-n", "auto", "--dist", "worksteal")


def run(arguments: Sequence[str]) -> int:
    """Run both, pytest on every core and with `arguments`; return 0 only when both passed."""
    environment = pages.environment()
    vitest = subprocess.run(["npm", "test", "--silent"], cwd=ROOT, env=environment, check=False)
    if vitest.returncode:
        say("Vitest failed: whatever pytest says below, this run has failed.")
    pytest = [virtual_environment.program("python"), "-m", "pytest", *SPREAD, *arguments]
    return subprocess.run(pytest, cwd=ROOT, check=False).returncode or vitest.returncode
