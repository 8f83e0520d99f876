"""Starts a program that cannot outlive the process that asked for it, kill -9 included.

`python -m copydesk.child MODE PARENT -- COMMAND…` prepares its own death, checks that PARENT is
still its parent, and becomes COMMAND; the process id stays the same.

- `signal` (Linux): the kernel sends SIGKILL when the parent *thread* that started us ends, so a
  supervisor starts its children from its main thread.
- `pipe` (elsewhere): standard input is a pipe that only the parent holds open; a watcher process
  beside COMMAND kills it when the pipe closes.

Only the standard library, and little of it: this runs before every start and restart.
"""

import ctypes
import os
import select
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""

WATCH_STEP_S = 1.0
"""How long a watcher may outlive its command."""

ORPHANED = 3
"""The exit code when the parent is gone before COMMAND could start."""

BY_SIGNAL = sys.platform == "linux"


def guarded(command: Sequence[str]) -> tuple[str, ...]:
    """The command line that runs `command` as a child which dies with this process."""
    mode = "signal" if BY_SIGNAL else "pipe"
    return (sys.executable, "-m", "copydesk.child", mode, str(os.getpid()), "--", *command)


def main(arguments: Sequence[str]) -> None:
    mode, parent, _, *command = arguments
    if mode == "signal":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        _watch_pipe()
    # A parent that died before the line above took effect will never be noticed any more.
    if os.getppid() != int(parent):
        sys.exit(ORPHANED)
    os.execvp(command[0], command)  # noqa: S606  # the supervisor's own command line


def _watch_pipe() -> None:
    """Fork the watcher; return in the process that is to become the command."""
    command = os.getpid()
    nothing = os.open(os.devnull, os.O_RDWR)
    if os.fork():
        os.dup2(nothing, sys.stdin.fileno())
        return
    # The watcher must not keep the log's pipe open after the command has ended.
    os.dup2(nothing, sys.stdout.fileno())
    os.dup2(nothing, sys.stderr.fileno())
    pipe = sys.stdin.fileno()
    while os.getppid() == command:
        readable, _, _ = select.select([pipe], [], [], WATCH_STEP_S)
        if readable and not os.read(pipe, 1):
            if os.getppid() == command:
                os.kill(command, signal.SIGKILL)
            break
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
