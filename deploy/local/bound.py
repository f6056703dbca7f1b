"""Become another program that the kernel kills as soon as the parent is gone.

Run as a script: `python -I -S bound.py PARENT_PID PROGRAM ARGUMENT…`. The process id stays the same, and the
kernel's promise survives the `exec`. Asking for it here instead of between fork and exec keeps Python code out
of a forked process that may have been multi-threaded.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused PR_SET_PDEATHSIG")
    if os.getppid() != int(sys.argv[1]):
        sys.exit("The parent ended before this program began.")
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - to become the program is the point


if __name__ == "__main__":
    main()
