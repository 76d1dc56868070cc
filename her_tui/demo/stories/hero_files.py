"""The files and longer texts of the session in `hero`."""

OAUTH = '''"""Sign-in through the harbour's identity provider."""

import logging
import os
import secrets
import time

from tidewater.auth.session import start_session
from tidewater.web import Request, Response, redirect

log = logging.getLogger(__name__)
MAX_AGE = 600

_pending: dict[str, float] = {}


def begin(request: Request) -> Response:
    """Send the browser to the provider."""
    state = secrets.token_urlsafe(24)
    provider = request.app.config["PROVIDER"]
    url = f"{provider}/authorize?state={state}"
    _pending[state] = time.time()
    return redirect(url)


def callback(request: Request) -> Response:
    """The browser is back from the provider."""
    state = request.args["state"]
    name = "oauth"
    started = _pending.pop(state, None)
    if started is None or time.time() - started > MAX_AGE:
        return redirect("/login")
    person = request.app.provider.exchange(request.args["code"])
    start_session(request, person)
    return redirect("/berths")
'''

SESSION = '''"""Who is signed in."""

from itsdangerous import URLSafeTimedSerializer


def signer(app) -> URLSafeTimedSerializer:
    """Signs what we hand to browsers."""
    return URLSafeTimedSerializer(app.config["SECRET"], salt="session")


def start_session(request, person) -> None:
    """Remember ``person`` in a signed cookie."""
    request.cookies_out["session"] = signer(request.app).dumps({"person": person.id})
'''

FINDING = """**Found it.** The state of a sign-in lives in a module-level dict:

```python
_pending: dict[str, float] = {}
```

Since Tuesday there are *four* web workers (`8c1f0aa`). The worker that starts a sign-in writes to
its own `_pending`; the provider's callback reaches whichever worker is free.

- same worker → signed in
- another worker → unknown state → silent redirect to `/login`

With four workers one would expect three failures in four. Keep-alive sends most callbacks back to
the same worker, which is why you see one in five."""

TEST = '''"""A sign-in may begin at one worker and end at another."""

from tidewater.app import create_app


def worker():
    return create_app(testing=True)


def test_any_worker_finishes_a_sign_in(browser):
    first, second = worker(), worker()
    leaving = browser.get(first, "/auth/begin")
    state = leaving.location.query["state"]

    back = browser.get(second, f"/auth/callback?state={state}&code=ok")

    assert back.location.path == "/berths"
'''

FAILING = """F                                                             [100%]
=============================== FAILURES ===============================
__________________ test_any_worker_finishes_a_sign_in __________________
tests/auth/test_two_workers.py:17: in test_any_worker_finishes_a_sign_in
    assert back.location.path == "/berths"
E   AssertionError: assert '/login' == '/berths'
E     - /berths
E     + /login
1 failed in 2.31s"""

BEGIN_OLD = """    _pending[state] = time.time()
    return redirect(url)
"""
BEGIN_NEW = """    response = redirect(url)
    response.set_cookie(
        "oauth",
        signer(request.app).dumps({"state": state, "started": time.time()}),
        max_age=MAX_AGE,
        httponly=True,
        secure=True,
        samesite="Lax",
    )
    return response
"""
CALLBACK_OLD = """    started = _pending.pop(state, None)
    if started is None or time.time() - started > MAX_AGE:
        return redirect("/login")
"""
CALLBACK_NEW = """    attempt = read_attempt(request, name)
    if attempt is None or attempt.state != state:
        return redirect("/login")
"""
IMPORT_OLD = """from tidewater.auth.session import start_session
"""
IMPORT_NEW = """from tidewater.auth.attempt import read_attempt
from tidewater.auth.session import signer, start_session
"""
NAME_OLD = """    name = "oauth"
"""
NAME_NEW = """    name = cookie_name(state)
"""
WARN_OLD = """    if attempt is None or attempt.state != state:
        return redirect("/login")
"""
WARN_NEW = """    if attempt is None or attempt.state != state:
        age = attempt.age() if attempt else "unknown"
        log.warning("state lost (age %s, pid %d)", age, os.getpid())
        return redirect("/login")
"""

HOLDS = '''"""Berths that someone is about to book."""

from dataclasses import dataclass


@dataclass
class Hold:
    berth: int
    boat: str


_held: dict[int, Hold] = {}


def hold(berth: int, boat: str) -> bool:
    """Keep a berth for five minutes; False if someone else has it."""
    if berth in _held:
        return False
    _held[berth] = Hold(berth, boat)
    return True
'''

AUDIT = """| where | what breaks with several workers |
|---|---|
| `berths/holds.py:11` `_held` | **double bookings** |
| `mail/outbox.py:8` `_sent` | a mail may go out twice after a retry |
| `tides/cache.py:5` `_tables` | nothing, a cache that may be lost |"""

CHANGELOG = """# Changelog

## Unreleased

## 2.14.0

- Tide tables per pier
"""

CHANGES = """## Unreleased

## 2.14.1

- Signing in no longer loops back to the login page (TIDE-398)
- Sign-ins that lost their state are logged
"""
