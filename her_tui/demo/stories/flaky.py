"""tidewater, one ticket tried twice: a test that fails once a day, with two models."""

from __future__ import annotations

from her_tui.demo.transcript import Transcript
from her_tui.demo.world import OPUS, SONNET, TIDEWATER, Shelf

STORIES = Shelf(TIDEWATER)

_HOLDS = """from datetime import timedelta
from time import monotonic

LIFE = timedelta(seconds=0.25)


def expired(since: float) -> bool:
    return monotonic() - since > LIFE.total_seconds()
"""


def _see_it_fail(t: Transcript) -> None:
    t.prompt("test_hold_expires fails on CI about once a day and never here. Don't add a retry.")
    t.read(
        "tests/berths/test_holds.py",
        "def test_hold_expires(clock):\n    hold(7, 'Kittiwake')\n    time.sleep(0.3)\n"
        "    assert hold(7, 'Gannet')\n",
    )
    t.bash(
        "for i in $(seq 40); do pytest -q -k expires || break; done",
        "FAILED tests/berths/test_holds.py::test_hold_expires - assert False",
        seconds=58,
        code=1,
    )


@STORIES.story(day=5, hour=15.6, model=SONNET, title="Flaky test: test_hold_expires", branch="main")
def flaky_hold(t: Transcript) -> None:
    """A test that fails on Mondays."""
    _see_it_fail(t)
    t.think("It sleeps 0.3 s for a hold of 0.25 s. A busy machine makes that a coin toss.")
    t.edit(
        "tests/berths/test_holds.py", "    time.sleep(0.3)\n", "    clock.advance(seconds=301)\n"
    )
    t.bash(
        "for i in $(seq 200); do pytest -q -k expires || break; done",
        "200 x 1 passed",
        seconds=96,
    )
    t.commit("test_hold_expires: use the test's clock, not the machine's")
    t.say("It waited for real time on a machine that had none to spare. Now it turns the clock.")
    t.prompt("Any other test that sleeps?")
    t.grep(
        "time\\.sleep",
        "tests/mail/test_outbox.py:22:    time.sleep(1)",
        "tests/web/test_limit.py:40:    time.sleep(0.21)",
    )
    t.say(
        "Two more. The one in `test_limit.py` is the same mistake; the outbox one waits "
        "for a thread."
    )
    t.prompt("Fix both the same way, then run everything ten times.")
    t.read("tests/web/test_limit.py", "def test_refills(clock):\n    time.sleep(0.21)\n")
    t.edit("tests/web/test_limit.py", "    time.sleep(0.21)\n", "    clock.advance(seconds=0.21)\n")
    t.bash("for i in $(seq 10); do pytest -q || break; done", "10 x 318 passed", seconds=402)
    t.commit("No test sleeps", "2 files changed, 3 insertions(+), 3 deletions(-)")


@STORIES.story(
    day=5, hour=17.1, model=OPUS, title="Flaky test: the clock is a parameter", branch="hold-clock"
)
def flaky_hold_again(t: Transcript) -> None:
    """The same ticket with another model, which mends the code rather than the test."""
    _see_it_fail(t)
    t.think(
        "0.3 s of sleep for a hold of 0.25 s is a coin toss on a busy machine. But why can a test "
        "not turn the clock? Because the code reads it itself. Look there first."
    )
    t.read("tidewater/berths/holds.py", _HOLDS)
    t.say("The test can only sleep because `expired` reads the machine's clock. I'd hand it in.")
    t.edit("tidewater/berths/holds.py", "def expired(since: float)", "def expired(since, clock)")
    t.edit("tidewater/berths/holds.py", "monotonic() - since", "clock() - since")
    t.bash(
        "pytest -q tests/berths",
        "E   TypeError: expired() missing 1 required positional argument: 'clock'\n"
        "3 failed, 20 passed in 4.90s",
        seconds=5.3,
        code=1,
    )
    t.edit(
        "tidewater/berths/holds.py",
        "def expired(since, clock)",
        "def expired(since: float, clock: Callable[[], float] = monotonic)",
    )
    t.edit(
        "tidewater/berths/holds.py",
        "from datetime import timedelta\n",
        "from collections.abc import Callable\nfrom datetime import timedelta\n",
    )
    t.edit(
        "tests/berths/test_holds.py", "    time.sleep(0.3)\n", "    clock.advance(seconds=301)\n"
    )
    t.bash(
        "for i in $(seq 200); do pytest -q -k expires || break; done", "200 x 1 passed", seconds=88
    )
    t.commit("Holds are told the time", "2 files changed, 5 insertions(+), 3 deletions(-)")
    t.say("Green 200 times. The code is told the time now, so no test has to wait for it.")
    t.prompt("Any other test that sleeps?")
    t.grep(
        "time\\.sleep",
        "tests/mail/test_outbox.py:22:    time.sleep(1)",
        "tests/web/test_limit.py:40:    time.sleep(0.21)",
    )
    t.say("Two. I'd hand them the clock the same way, each in a commit of its own.")
