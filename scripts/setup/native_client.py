"""Builds the native client beside the server, which need not wait for it."""

import os
import subprocess

from scripts.setup.virtual_environment import program
from scripts.setup.workspace import ROOT, TOOLS


def build_beside() -> None:
    """Build what `/download` offers, if it is not there yet, at the lowest priority.

    It ends with the terminal's Ctrl-C, like the server, and goes on where it is started again: what is
    half built is never offered. `SKIP_CLIENT_BUILD=1` leaves it out.
    """
    if os.environ.get("SKIP_CLIENT_BUILD"):
        return
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "client.log").open("wb") as log:
        subprocess.Popen(
            ["nice", "-n", "19", program("deskside"), "client", "build"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
