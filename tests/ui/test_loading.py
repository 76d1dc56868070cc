"""What is read in worker threads, and how often."""

from __future__ import annotations

import threading

from textual.app import App
from textual.message import Message

from her_tui.ui.loading import Newest


class Done(Message):
    """A job ran."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


async def test_of_those_that_wait_only_the_newest_runs_and_the_same_is_not_asked_twice() -> None:
    app: App[None] = App()
    ran: list[str] = []
    gate = threading.Event()

    def job(name: str) -> Done:
        gate.wait(5)
        ran.append(name)
        return Done(name)

    async with app.run_test() as pilot:
        newest = Newest(app, "thing")
        for name in ("one", "one", "two", "three", "three"):
            newest.ask(lambda name=name: job(name), name)  # type: ignore[misc]
        gate.set()
        while len(ran) < 2:
            await pilot.pause(0.01)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert ran == ["one", "three"]
        newest.ask(lambda: job("three"), "three")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert ran == ["one", "three", "three"], "it is done: it may be asked for again"
