"""What the scripted API plays in these tests."""

from __future__ import annotations

from tests.support.answers import Step, refuse, say, text, thinking, use
from tests.support.api import Plays

LONG = "It goes on and on, and nobody reads it to the end. " * 20

PLAYS: Plays = {
    "hello": [say("Hello to you")],
    "retries": [
        refuse(529, "overloaded_error"),
        refuse(429, "rate_limit_error", retry_after="1"),
        say("Third time lucky"),
    ],
    "cut": [say("These words are kept although the network broke", cut=8), say("Whole now")],
    "fallback": [say("An error comes in between", fail=7), say("In one piece")],
    "packed": [say("Packed on its way", gzip=True, pause_ms=20)],
    "rejected": [refuse(400, "invalid_request_error", "too strange")] * 6,
    "slow": [say("Slowly, word after word", first_ms=60, pause_ms=20, piece=4)],
    "long": [say(LONG, pause_ms=5)],
    "work": [
        Step((thinking("First the file."), text("On it."), use("Read", file_path="/src/a.py"))),
        say("Read it"),
    ],
}
