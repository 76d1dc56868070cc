"""What held and what did not, said as it is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

#: What was found is shown up to here: it may hold whole bodies.
_LONGEST = 600


class Report:
    """Counts what did not hold."""

    def __init__(self) -> None:
        self.passed = 0
        self.failures: list[str] = []

    def check(self, what: str, holds: object, found: object = "") -> None:
        """Say whether ``what`` holds; if not, with what was found instead."""
        if holds:
            self.passed += 1
            print(f"  ok    {what}", flush=True)
        else:
            self.failures.append(what)
            print(f"  FAIL  {what}  {str(found)[:_LONGEST]}", flush=True)

    def none(self, what: str, wrong: Iterable[object]) -> None:
        """``what`` holds if nothing is in ``wrong``."""
        found = list(wrong)
        more = f" … and {len(found) - 5} more" if len(found) > 5 else ""
        self.check(what, not found, "; ".join(str(each) for each in found[:5]) + more)

    def say(self, words: str) -> None:
        """Something to know that is neither right nor wrong."""
        print(f"        {words}", flush=True)

    @contextmanager
    def part(self, title: str) -> Iterator[None]:
        """A part of the run; what it cannot do is a failure, and the others go on."""
        print(f"\n{title}", flush=True)
        try:
            yield
        except Exception as error:
            self.check(title, False, repr(error))
