"""The session the pictures show: a sign-in that loops, from the first suspicion to the release."""

from __future__ import annotations

from her_tui.demo.incidents import break_off, queue, retry
from her_tui.demo.stories import hero_files as files
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import OPUS, SONNET, TIDEWATER, Shelf

STORIES = Shelf(TIDEWATER)

_PLAN = (
    "Write a test with two workers",
    "Keep the state where all workers see it",
    "Log unknown states",
    "Check who else imports _pending",
    "Release 2.14.1",
)


@STORIES.story(
    minutes_ago=118,
    model=OPUS,
    title="Sign-in loops back to the login page",
    branch="fix/oauth-state",
    wire=True,
)
def sign_in_loop(t: Transcript) -> None:
    """Twelve turns: investigate, prove, fix, argue, review, release."""
    _investigate(t)
    _prove(t)
    _fix(t)
    _two_tabs(t)
    _argue(t)
    _audit(t)
    _release(t)


def _investigate(t: Transcript) -> None:
    t.prompt(
        "Harbour masters report that sign-in sends them back to the login page, about one time in "
        "five, only since Tuesday. Nothing in the logs. Find out why before you change anything.",
        after=2,
    )
    t.think(
        "One in five smells like a race or like several workers. Tuesday is when we went from one "
        "web worker to four. The OAuth state could live in process memory."
    )
    t.say("I'll start with what happens between the redirect and the callback.")
    with t.together():
        t.read("tidewater/auth/oauth.py", files.OAUTH)
        t.read("tidewater/auth/session.py", files.SESSION)
    t.grep(
        "_pending",
        "tidewater/auth/oauth.py:14:_pending: dict[str, float] = {}",
        "tidewater/auth/oauth.py:22:    _pending[state] = time.time()",
        "tidewater/auth/oauth.py:33:    started = _pending.pop(state, None)",
    )
    t.bash(
        "git log --oneline --since='last monday' -- deploy/",
        "8c1f0aa deploy: four web workers\n41d7be2 deploy: pin the base image",
        seconds=0.3,
    )
    t.say(files.FINDING)
    t.prompt("Convincing. Why does nothing show up in the logs?")
    t.think(
        "callback() returns a redirect to /login when the state is unknown, without a log line."
    )
    t.say(
        "Because an unknown state is treated as *the user took too long*: `callback` redirects to "
        "`/login` without a word. The one branch that matters is the silent one.\n\n"
        "I'd make it a warning with the age of the state, **never** the state itself."
    )


def _prove(t: Transcript) -> None:
    t.prompt("First a test that fails for the right reason. Two workers, one sign-in.")
    t.todo(*_PLAN)
    t.write("tests/auth/test_two_workers.py", files.TEST)
    t.bash(
        "pytest -q tests/auth/test_two_workers.py",
        files.FAILING,
        seconds=4.6,
        code=1,
    )
    t.say(
        "It fails for the right reason: the second worker has never heard of the state, so the "
        "callback answers with a redirect to `/login` instead of `/berths`."
    )


def _fix(t: Transcript) -> None:
    t.prompt("Good. Now fix it. No new infrastructure, please: we have the signed cookie already.")
    t.think(
        "A signed, short-lived cookie that carries the state and its start. No server-side store. "
        "It must be HttpOnly, SameSite=Lax: Strict would not be sent on the provider's redirect."
    )
    t.say(
        "The state goes into a **signed cookie**: any worker can read it, nobody else can "
        "write it. "
        "No store, no clean-up."
    )
    t.todo(*_PLAN, done=1)
    t.edit("tidewater/auth/oauth.py", files.BEGIN_OLD, files.BEGIN_NEW, asked=34)
    t.allow("acceptEdits")
    t.edit("tidewater/auth/oauth.py", files.CALLBACK_OLD, files.CALLBACK_NEW)
    t.edit("tidewater/auth/oauth.py", files.IMPORT_OLD, files.IMPORT_NEW)
    t.bash(
        "pytest -q tests/auth",
        "F...........                                                  [100%]\n"
        "FAILED tests/auth/test_two_workers.py::test_any_worker_finishes_a_sign_in\n"
        "E   itsdangerous.exc.BadSignature: Signature b'kZ3x' does not match\n"
        "1 failed, 11 passed in 3.91s",
        seconds=4.4,
        code=1,
    )
    t.think(
        "The two apps of the test have different secrets. That is the test's mistake, not ours."
    )
    t.edit(
        "tests/auth/test_two_workers.py",
        "    return create_app(testing=True)",
        '    return create_app(testing=True, secret="one for all workers")',
    )
    t.bash("pytest -q tests/auth", "............     [100%]\n12 passed in 3.74s", seconds=4.1)
    t.say(
        "Green. The cookie is `HttpOnly`, `Secure` and `SameSite=Lax`, not `Strict`, or "
        "the browser "
        "would not send it back from the provider. It lives ten minutes."
    )


def _two_tabs(t: Transcript) -> None:
    t.prompt("Does it survive someone opening two tabs? If not, make it.")
    t.say(
        "Not yet: the second tab overwrites the first one's cookie, so the first tab ends at "
        "`/login`. One cookie per attempt solves it, named after a hash of the state:\n\n"
        '```python\nname = f"oauth_{sha256(state.encode()).hexdigest()[:12]}"\n```\n\n'
        "Old ones expire by themselves."
    )
    t.edit("tidewater/auth/oauth.py", files.NAME_OLD, files.NAME_NEW)
    t.bash("pytest -q tests/auth", "..............   [100%]\n14 passed in 4.02s", seconds=4.3)
    t.todo(*_PLAN, done=2)
    t.commit(
        "Keep the OAuth state in a signed cookie, not in one worker's memory",
        "3 files changed, 94 insertions(+), 17 deletions(-)",
    )


def _argue(t: Transcript) -> None:
    t.allow("default")
    t.prompt("Add the warning we talked about.")
    t.refuse_edit(
        "tidewater/auth/oauth.py",
        '        return redirect("/login")',
        '        log.warning("unknown state %s", state)\n        return redirect("/login")',
        "Not the state itself! You said so yourself. Its age and the worker's pid are enough.",
    )
    break_off(
        t,
        "You're right: the state must not be in the log, that was the whole point of turn two. "
        "I'll log its age and the pid of the worker, nothing",
    )
    t.say("You're right, and I had even said so. Age and pid only.")
    t.edit("tidewater/auth/oauth.py", files.WARN_OLD, files.WARN_NEW)
    retry(t, 529, "Overloaded", attempts=2)
    t.bash("pytest -q tests/auth", "...............  [100%]\n15 passed in 4.11s", seconds=4.2)
    t.commit("Log sign-ins that lost their state, without the state")
    t.todo(*_PLAN, done=3)


def _audit(t: Transcript) -> None:
    t.prompt(
        "Is there more module-level state like this? Have someone look through the whole code "
        "base, I don't want to find the next one on a Friday."
    )
    with t.subagent(
        "general-purpose",
        "Find per-process state",
        "List every module-level mutable object in tidewater/ that is written during a request. "
        "Ignore constants and caches that may be lost. Report file, line, and what breaks.",
        SONNET,
    ) as scout:
        scout.grep(
            r"^_?[a-z_]+: (dict|list|set)\[",
            "tidewater/berths/holds.py:11:_held: dict[int, Hold] = {}",
            "tidewater/mail/outbox.py:8:_sent: set[str] = set()",
            "tidewater/tides/cache.py:5:_tables: dict[str, Table] = {}",
        )
        scout.read("tidewater/berths/holds.py", files.HOLDS)
        with scout.subagent(
            "Explore",
            "Who writes _held",
            "Find every caller that adds to or removes from holds._held.",
        ) as helper:
            helper.grep(
                "holds\\.(hold|release)",
                "tidewater/api/berths.py:57:    holds.hold(berth, boat)",
                "tidewater/api/berths.py:83:    holds.release(berth)",
            )
            helper.say("Two callers, both in `api/berths.py`, both inside a request.")
        scout.say(files.AUDIT)
    t.say(
        "One more of the same kind, and it's worse than the sign-in: **a berth held by one worker "
        "looks free to the other three**, so it can be booked twice.\n\n" + files.AUDIT
    )
    t.prompt("Oh no. Issue for the holds, don't fix it in this branch.")
    t.mcp(
        "tracker",
        "create_issue",
        {"project": "TIDE", "title": "Berth holds are per worker: double bookings", "priority": 1},
        "Created TIDE-412",
    )
    t.todo(*_PLAN, done=4)
    t.say("TIDE-412, priority 1, with the audit attached.")


def _release(t: Transcript) -> None:
    t.prompt("Does the provider still recommend state next to PKCE? Check, don't remember.")
    t.search(
        "OAuth 2.1 state parameter PKCE required",
        ("Security considerations for browser sign-in", "https://docs.example.org/oauth/security"),
        ("State or PKCE?", "https://blog.example.com/state-or-pkce"),
    )
    t.fetch(
        "https://docs.example.org/oauth/security",
        "Is the state parameter still recommended when PKCE is used?",
        "PKCE protects the code; state still ties the callback to the browser that started.",
    )
    t.say("Yes: PKCE protects the *code*, `state` ties the callback to the *browser*. Keep both.")
    t.prompt("Then let's ship 2.14.1.")
    t.bash("pytest -q", "." * 60 + "  [100%]\n318 passed, 2 skipped in 41.20s", seconds=42.3)
    t.read("CHANGELOG.md", files.CHANGELOG)
    queue(t, "and name TIDE-398 in the changelog, people will look for it")
    t.edit("CHANGELOG.md", "## Unreleased\n", files.CHANGES)
    t.commit("Release 2.14.1", "2 files changed, 9 insertions(+), 1 deletion(-)")
    t.bash("git tag v2.14.1 && git push --follow-tags", " * [new tag]  v2.14.1", seconds=2.8)
    t.todo(*_PLAN, done=5)
    t.say(
        "Shipped.\n\n| check | before | now |\n|---|---|---|\n| sign-ins that loop | 1 in 5 | 0 of "
        "2,000 |\n| tests in `auth` | 11 | 15 |\n| words in the log when it fails | 0 | 9 |"
    )
    t.prompt("Lovely. Write me two sentences for the harbour masters, no jargon.")
    t.say(
        "> Since Tuesday, signing in sometimes brought you back to the login page. That was our "
        "mistake, it is mended, and you do not have to do anything."
    )
