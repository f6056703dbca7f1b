"""The program that `test_prefork` forks."""

import os
import sys
import time


def main() -> None:
    match sys.argv[1:]:
        case ["fail"]:
            raise ValueError("on purpose")
        case ["sleep"]:
            sleep()
        case [name, *code]:
            print(name, os.environ["SAID"], os.getpid(), os.getsid(0))
            sys.exit(int(code[0]) if code else 0)


def sleep() -> None:
    time.sleep(60)
