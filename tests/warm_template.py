"""A process that has imported all of `deskside`, and forks a command whenever it is asked to.

Its one argument is the descriptor of a socket. Each message in is JSON, `[arguments, environment]`
with two descriptors beside it, standard output and standard error; each message out is `[number,
null]` once process `number` runs, and `[number, code]` once it has ended. It ends when the socket
is closed at the other end.
"""

import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

IMPORTED = ("broker.cli", "broker.up", "broker.office", "broker.migrate", "uvloop")
LARGEST = 1 << 20


def serve(asked: socket.socket) -> None:
    """Fork what is asked for and report what has ended, until nobody asks any more."""
    heard, rung = os.pipe()
    os.set_blocking(rung, False)
    signal.set_wakeup_fd(rung)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([asked.fileno(), heard], [], [])
        if heard in ready:
            os.read(heard, LARGEST)
            for number, code in ended():
                tell(asked, number, code)
        if asked.fileno() in ready:
            message, descriptors, _, _ = socket.recv_fds(asked, LARGEST, 2)
            if not message:
                return
            arguments, environment = json.loads(message)
            number = os.fork()
            if not number:
                asked.close()
                become(arguments, environment, *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            tell(asked, number, None)


def ended() -> list[tuple[int, int]]:
    """Return the number and exit code of each child that has ended."""
    found = []
    with suppress(ChildProcessError):
        while (waited := os.waitpid(-1, os.WNOHANG))[0]:
            found.append((waited[0], os.waitstatus_to_exitcode(waited[1])))
    return found


def tell(asked: socket.socket, number: int, code: int | None) -> None:
    asked.send(json.dumps([number, code]).encode())


def become(arguments: Sequence[str], environment: dict[str, str], out: int, err: int) -> None:
    """Be the command `deskside`, as if it had just been started."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.environ.clear()
        os.environ.update(environment)
        random.seed()
        sys.argv = ["deskside", *arguments]
        from broker import cli  # noqa: PLC0415 - imported long before

        code = cli.main(arguments)
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001 - what a program of its own would print
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    for module in IMPORTED:
        importlib.import_module(module)
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        serve(asked)
