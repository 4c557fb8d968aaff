"""The commands behind scripts/run, test, check, bench and lock.

Only the standard library: this runs before anything is installed. What is up to date is skipped, so
that the second start costs a walk over the pages' sources and nothing else.
"""

import os
import sys

from scripts.setup import checks, locks, native_client, pages, system, tests, virtual_environment
from scripts.setup.workspace import ROOT, Failed, alone


def run(arguments: list[str]) -> int:
    """Start Deskside with a demo team, `arguments` going to `deskside up`."""
    with alone():
        virtual_environment.install("runtime")
        pages.build()
    os.environ.setdefault("DESKSIDE_DEMO", "1")
    native_client.build_beside()
    os.execv(virtual_environment.program("deskside"), ["deskside", "up", *arguments])


def test(arguments: list[str]) -> int:
    """Run Vitest, then pytest with `arguments`."""
    system.offer(system.FOR_TESTS)
    with alone():
        virtual_environment.install("dev")
        pages.build()
    return tests.run(arguments)


def check(_: list[str]) -> int:
    """Run every check, and say which failed."""
    with alone():
        virtual_environment.install("dev")
        pages.install()
    return checks.run()


def bench(arguments: list[str]) -> int:
    """Run the benchmark named first, with the other arguments."""
    if not arguments:
        names = sorted(path.stem for path in (ROOT / "bench").glob("[!_]*.py"))
        raise Failed("Usage: scripts/bench NAME [ARGS]\nNames: " + (", ".join(names) or "none yet"))
    with alone():
        virtual_environment.install("dev")
        pages.build()
    name, *rest = arguments
    python = virtual_environment.program("python")
    os.execv(python, [python, "-m", f"bench.{name}", *rest])


def lock(arguments: list[str]) -> int:
    """Renew every lock file; `--upgrade` takes the newest versions."""
    with alone():
        virtual_environment.install("dev")
        locks.renew(upgrade="--upgrade" in arguments)
    return 0


COMMANDS = {"run": run, "test": test, "check": check, "bench": bench, "lock": lock}


def main() -> int:
    """Carry out the command named on the command line."""
    name, *arguments = sys.argv[1:]
    os.chdir(ROOT)
    try:
        return COMMANDS[name](arguments)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
