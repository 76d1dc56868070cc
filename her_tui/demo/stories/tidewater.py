"""tidewater, the booking service: holds, a migration, a rate limit."""

from __future__ import annotations

from her_tui.demo.incidents import compact, lose_telemetry, retry, rewind
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import HAIKU, TIDEWATER, TIDEWATER_OAUTH, Shelf

STORIES = Shelf(TIDEWATER)

_HOLDS = """_held: dict[int, Hold] = {}


def hold(berth: int, boat: str) -> bool:
    if berth in _held:
        return False
    _held[berth] = Hold(berth, boat)
    return True
"""


@STORIES.story(day=1, hour=13.2, title="Berth holds survive a restart", branch="holds")
def berth_holds(t: Transcript) -> None:
    """A design talk, a migration, a rewind."""
    _move_holds(t)
    _race_for_a_berth(t)


def _move_holds(t: Transcript) -> None:
    t.prompt("TIDE-397: holds vanish when we deploy. Where do they live, and where should they?")
    t.read("tidewater/berths/holds.py", _HOLDS)
    t.say(
        "In a dict in memory. They should be rows with an expiry:\n\n"
        "1. `holds(berth, boat, until)` with `UNIQUE(berth)`\n"
        "2. taking a hold is one `INSERT … ON CONFLICT DO UPDATE … WHERE until < now()`\n"
        "3. no sweeper: an expired row is overwritten by the next hold"
    )
    t.end_turn()
    point = t.head
    t.prompt("Use Redis, we may need it for sessions anyway.")
    t.say("Possible: `SET berth:7 boat NX EX 300`. That would be a new service to run and back up.")
    rewind(t, point)
    t.prompt(
        "Forget Redis. Go with the table, and write the migration so it can run while we serve."
    )
    t.write(
        "migrations/0031_holds.sql",
        "CREATE TABLE holds (\n    berth INTEGER PRIMARY KEY REFERENCES berths(id),\n"
        "    boat TEXT NOT NULL,\n    until TIMESTAMPTZ NOT NULL\n);\n",
    )
    t.edit(
        "tidewater/berths/holds.py",
        "    if berth in _held:\n        return False\n    _held[berth] = Hold(berth, boat)\n"
        "    return True\n",
        "    taken = db.execute(TAKE, berth=berth, boat=boat, until=now() + FIVE_MINUTES)\n"
        "    return taken.rowcount == 1\n",
    )
    t.bash("pytest -q tests/berths", "23 passed in 5.02s", seconds=5.6)
    t.commit("Keep berth holds in the database")
    t.say("Holds survive a deploy. The table is created empty, so nothing locks.")


def _race_for_a_berth(t: Transcript) -> None:
    t.prompt("What if two people take the same berth in the same millisecond?")
    t.say(
        "One `INSERT` wins, the other finds the row and its `WHERE until < now()` is "
        "false: zero rows, "
        "`hold` returns `False`. The database decides, not our clock."
    )
    t.prompt("Prove it. 50 threads, one berth.")
    t.write(
        "tests/berths/test_race.py",
        "def test_one_of_fifty_gets_the_berth(pool):\n"
        "    won = pool.map(lambda boat: hold(7, boat), range(50))\n"
        "    assert sum(won) == 1\n",
    )
    t.bash(
        "pytest -q tests/berths/test_race.py", "E   assert 50 == 1\n1 failed", seconds=3.1, code=1
    )
    t.think("All fifty won: the test fixture gives each thread its own transaction, rolled back.")
    t.say("All fifty won, because the fixture rolls each thread back. The test needs real commits.")
    t.edit("tests/berths/test_race.py", "(pool)", "(pool, committing)")
    t.bash("pytest -q tests/berths/test_race.py", "1 passed in 2.20s", seconds=2.9)
    t.commit("One of fifty gets the berth", "1 file changed, 3 insertions(+)")


@STORIES.story(
    day=2,
    hour=9.4,
    title="",
    name="oauth in its own worktree",
    branch="oauth-state",
    project=TIDEWATER_OAUTH,
)
def worktree_spike(t: Transcript) -> None:
    """A spike in a worktree."""
    t.prompt("Spike: how much of auth/ would change if we let the provider keep the sessions?")
    t.glob("tidewater/auth/*.py", "tidewater/auth/oauth.py", "tidewater/auth/session.py")
    t.bash("wc -l tidewater/auth/*.py", "  38 oauth.py\n  17 session.py\n  55 total", seconds=0.2)
    t.say("Little: 55 lines, 20 of which would go. The tests are the bigger part.")
    t.prompt("Write that down in docs/decisions, one page at most.")
    t.write(
        "docs/decisions/0012-sessions.md",
        "# Who keeps the sessions?\n\n**We do, for now.** The provider could, and 20 lines would "
        "go. But then a harbour without network could not work at all.\n",
    )
    t.commit("Decision 12: we keep the sessions")


@STORIES.story(day=3, hour=10.1, title="Add tide column without locking", branch="tide-column")
def tide_migration(t: Transcript) -> None:
    """A migration that must not lock a large table, with a compaction in between."""
    _write_backfill(t)
    _resume_backfill(t)
    _try_backfill(t)


def _write_backfill(t: Transcript) -> None:
    t.prompt(
        "bookings has 41 million rows. I need tide_at_arrival in it. Walk me through it first."
    )
    t.think("Adding a nullable column is instant; a default would rewrite. Backfill in batches.")
    t.say(
        "Three deployments, none of which locks for long:\n\n"
        "1. `ADD COLUMN tide_at_arrival SMALLINT` – nullable, instant\n"
        "2. backfill in batches of 10,000 by primary key, newest first\n"
        "3. `SET NOT NULL` through a `CHECK … NOT VALID` that is validated later"
    )
    t.prompt("Write 1 and 2. The backfill must be stoppable and go on where it stopped.")
    t.write(
        "migrations/0030_tide_at_arrival.sql",
        "ALTER TABLE bookings ADD COLUMN tide_at_arrival SMALLINT;\n",
    )
    t.write(
        "scripts/backfill_tides.py",
        '"""Fill in tide_at_arrival, newest bookings first."""\n\n\n'
        "def batches(start: int, size: int = 10_000):\n"
        '    """Ranges of ids, downwards from ``start``."""\n'
        "    while start > 0:\n        yield max(0, start - size), start\n        start -= size\n",
    )
    t.bash("python scripts/backfill_tides.py --dry-run", "4,102 batches, about 3 h", seconds=7.5)
    t.weigh(138_000)
    t.say("4,102 batches. At the pace of the staging copy that is three hours.")
    compact(
        t,
        "We add tide_at_arrival to bookings in three steps. Steps 1 and 2 are written, the dry run "
        "counted 4,102 batches. Next: remember the last finished batch in a file.",
    )


def _resume_backfill(t: Transcript) -> None:
    t.prompt("Now the 'go on where it stopped' part.")
    t.edit(
        "scripts/backfill_tides.py",
        "    while start > 0:\n",
        "    start = min(start, read_mark() or start)\n    while start > 0:\n",
    )
    t.bash(
        "pytest -q tests/scripts",
        "E   NameError: name 'read_mark' is not defined\n1 failed in 0.81s",
        seconds=1.4,
        code=1,
    )
    t.edit(
        "scripts/backfill_tides.py",
        "def batches(",
        "def read_mark() -> int | None:\n"
        '    """Where the last run stopped."""\n'
        "    return int(MARK.read_text()) if MARK.exists() else None\n\n\ndef batches(",
    )
    t.bash("pytest -q tests/scripts", "4 passed in 0.90s", seconds=1.5)
    t.commit("Backfill of tides, stoppable")


def _try_backfill(t: Transcript) -> None:
    t.prompt("Run it on staging for ten minutes and tell me how replication likes it.")
    t.bash(
        "timeout 600 python scripts/backfill_tides.py --pause 0.1",
        "212 batches, replica lag 0.4 s (max 1.9 s)",
        seconds=600,
    )
    t.say("212 batches in ten minutes, lag 0.4 s on average, 1.9 s at worst. I'd keep the pause.")
    t.prompt("Good. Write the runbook: start, stop, resume, how to see that it is done.")
    t.write(
        "docs/runbooks/tides.md",
        "# Backfill of tides\n\n- start: `python scripts/backfill_tides.py`\n"
        "- stop: Ctrl+C, any time\n"
        "- resume: start it again\n"
        "- done: `SELECT 1 FROM bookings WHERE tide_at_arrival IS NULL LIMIT 1`"
        " finds nothing\n",
    )
    t.commit("Runbook for the backfill", "1 file changed, 6 insertions(+)")


@STORIES.story(day=8, hour=11.0, title="Rate limit for the public tide API", branch="rate-limit")
def rate_limit(t: Transcript) -> None:
    """A feature with a retry and a rejected command."""
    t.prompt("The tide API is public and somebody polls it 30 times a second. Rate limit, per key.")
    t.tasks("Token bucket per API key", "429 with Retry-After", "Docs")
    t.write(
        "tidewater/web/limit.py",
        '"""Token buckets, one per API key."""\n\nRATE = 5.0  # requests per second\nBURST = 20\n',
    )
    retry(t, 529, "Overloaded")
    lose_telemetry(t, 4)
    t.bash("pytest -q tests/web", "31 passed in 6.3s", seconds=6.8)
    t.prompt("What happens to the buckets with four workers?")
    t.say(
        "Each worker has its own, so the limit is up to four times as high. For a brake that is "
        "fine; for a bill it would not be. I'd write that next to `RATE`."
    )
    t.commit("Rate limit for the public tide API")
    t.prompt("Who is the one with 30 requests a second? Look at yesterday's access log.")
    t.bash(
        "zcat logs/access.gz | cut -d' ' -f3 | sort | uniq -c | sort -rn | head -3",
        "2591881 key=thornwick-web\n  41022 key=petrel-app\n  12987 key=demo",
        seconds=34,
    )
    t.say("`thornwick-web`: 2.6 million requests, all for the same table. They have no cache.")
    t.prompt("Then let's help them: ETag and Cache-Control on tide tables, they change once a day.")
    t.edit(
        "tidewater/web/limit.py",
        "BURST = 20\n",
        "BURST = 20\nTABLE_MAX_AGE = 3600  # tide tables change once a day\n",
    )
    t.bash("pytest -q tests/web", "34 passed in 6.6s", seconds=7.1)
    t.commit("Tide tables may be cached for an hour")


@STORIES.story(day=11, hour=9.1, title="Upgrade to Python 3.13", branch="py313")
def python_upgrade(t: Transcript) -> None:
    """An upgrade with two failures."""
    t.prompt("Move us to Python 3.13. Small commits, tests green after each.")
    t.bash(
        "pytest -q",
        "ModuleNotFoundError: No module named 'cgi'\n1 error in 0.40s",
        seconds=2.0,
        code=2,
    )
    t.grep("import cgi", "tidewater/web/upload.py:3:import cgi")
    t.read(
        "tidewater/web/upload.py",
        '"""Uploads."""\n\nimport cgi\n\n\ndef parse(header):\n'
        "    return cgi.parse_header(header)\n",
    )
    t.edit(
        "tidewater/web/upload.py",
        "    return cgi.parse_header(header)\n",
        "    message = Message()\n    message['content-type'] = header\n"
        "    return message.get_content_type(), dict(message.get_params()[1:])\n",
    )
    t.edit("tidewater/web/upload.py", "import cgi\n", "from email.message import Message\n")
    t.bash("pytest -q", "318 passed in 40.8s", seconds=42)
    t.commit("upload: parse headers without cgi")
    t.prompt("Nice. Deprecation warnings too.")
    t.bash("pytest -q -W error", "311 passed, 7 failed in 39.9s", seconds=41, code=1)
    t.say("Seven, all `datetime.utcnow()`. A sweep:")
    t.bash("grep -rl utcnow tidewater | xargs sed -i 's/utcnow()/now(UTC)/'", seconds=0.3)
    t.bash("pytest -q -W error", "318 passed in 40.1s", seconds=41)
    t.commit("Aware datetimes everywhere")


@STORIES.story(day=14, hour=16.0, model=HAIKU, title="", branch="main")
def one_liner(t: Transcript) -> None:
    """One question, one answer."""
    t.prompt("regex for berth codes like A-07 or K-113, nothing else")
    t.say("```\n^[A-Z]-\\d{2,3}$\n```")


@STORIES.story(day=20, hour=10.5, title="Mail goes out twice", branch="outbox")
def outbox(t: Transcript) -> None:
    """Near deletion."""
    t.prompt("Two harbours got the invoice mail twice last night. Same minute, same content.")
    t.read(
        "tidewater/mail/outbox.py",
        "_sent: set[str] = set()\n\n\ndef flush() -> None:\n    for mail in db.unsent():\n"
        "        smtp.send(mail)\n        db.mark_sent(mail)\n",
    )
    t.say("`send` before `mark_sent`: a timeout after the send makes the next run send it again.")
    t.prompt("So mark first? Then we lose mails instead.")
    t.say(
        "Neither. Claim the row (`SELECT … FOR UPDATE SKIP LOCKED`), send with a stable "
        "`Message-ID`, then mark. If we die in between, the provider drops the duplicate by its id."
    )
    t.edit(
        "tidewater/mail/outbox.py",
        "        smtp.send(mail)\n",
        '        smtp.send(mail, message_id=f"<{mail.id}@tidewater>")\n',
    )
    t.commit("A mail keeps its Message-ID when it is sent again", "1 file changed, 1 insertion(+)")


@STORIES.story(day=25, hour=14.4, title="Tide tables per pier", branch="pier-tides")
def pier_tides(t: Transcript) -> None:
    """Gone from the client's folder."""
    t.prompt("Tides differ by up to 20 minutes between the piers. Give each pier its own table.")
    t.read(
        "tidewater/tides/cache.py",
        "_tables: dict[str, Table] = {}\n\n\ndef table(harbour: str) -> Table:\n"
        "    return _tables[harbour]\n",
    )
    t.edit(
        "tidewater/tides/cache.py",
        "def table(harbour: str) -> Table:\n    return _tables[harbour]\n",
        "def table(harbour: str, pier: str) -> Table:\n"
        '    """The tide table of ``pier``, or the harbour\'s if it has none."""\n'
        '    return _tables.get(f"{harbour}/{pier}") or _tables[harbour]\n',
    )
    t.bash("pytest -q tests/tides", "18 passed in 1.1s", seconds=1.6)
    t.commit("Tide tables per pier")
    t.say("Piers without a table of their own use the harbour's, so nothing has to be migrated.")
