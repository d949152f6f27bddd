"""Progress on a terminal for what takes longer than two seconds: a bar of steps, or the seconds gone by."""

import sys
import threading
import time
from argparse import Namespace
from typing import Any

# For so many seconds nothing is shown.
_QUIET = 2.0
_TICK = 1.0


def is_shown(arguments: Namespace) -> bool:
    """Whether anybody looks: a terminal, and nobody who asked for silence."""
    return not arguments.quiet and sys.stderr.isatty()


class Progress:
    """A bar of steps done: ``with Progress(arguments, "drawing") as progress`` gives what is called with them."""

    def __init__(self, arguments: Namespace, label: str):
        self.shown, self.label = is_shown(arguments), label
        self.bar: Any = None

    def __enter__(self) -> Any:
        return self.show

    def show(self, done: int, total: int, label: str = "") -> None:
        """Move the bar to so many steps done of a total."""
        if not self.shown:
            return
        from tqdm import tqdm

        if self.bar is None:
            self.bar = tqdm(total=total, desc=self.label, delay=_QUIET, leave=False, file=sys.stderr)
        self.bar.set_postfix_str(label[:40], refresh=False)
        self.bar.update(done - self.bar.n)

    def __exit__(self, *failure: object) -> None:
        if self.bar is not None:
            self.bar.close()


class Working:
    """The seconds gone by, for work whose steps nobody can count: ``with Working(arguments, "counting"):``."""

    def __init__(self, arguments: Namespace, label: str):
        self.label, self.done = label, threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True) if is_shown(arguments) else None

    def __enter__(self) -> "Working":
        if self.ticker:
            self.ticker.start()
        return self

    def _tick(self) -> None:
        start, wait, width = time.monotonic(), _QUIET, 0
        while not self.done.wait(wait):
            told = f"{self.label}: {time.monotonic() - start:.0f} s"
            print(f"\r{told}", end="", file=sys.stderr, flush=True)
            wait, width = _TICK, max(width, len(told))
        if width:
            print(f"\r{' ' * width}\r", end="", file=sys.stderr, flush=True)

    def __exit__(self, *failure: object) -> None:
        self.done.set()
        if self.ticker:
            self.ticker.join()
