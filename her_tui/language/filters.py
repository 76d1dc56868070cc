"""The filters there are: one table behind parser, completion, documentation and SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from her_tui.language.tree import Operator


class Values(StrEnum):
    """What a filter's value can be."""

    TEXT = "text"
    """Any text; it matches a part of the field. With a star (``auth*``) it is the whole field, and
    the star stands for anything."""
    CHOICE = "choice"
    """One of `FilterSpec.choices`."""
    COUNT = "count"
    """A number, with k or M (``100k``)."""
    MONEY = "money"
    """US dollars (``0.5``)."""
    DURATION = "duration"
    """A time span (``500ms``, ``30s``, ``5m``, ``2h``)."""
    MOMENT = "moment"
    """A day or time (``2026-10-01``, ``2026-10-01T14:30``), or how long ago (``7d``)."""


#: Values that are compared, so that an operator may stand before them.
MEASURES = frozenset({Values.COUNT, Values.MONEY, Values.DURATION})


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """One filter."""

    name: str
    values: Values
    description: str
    """For the documentation and completion: what it keeps."""
    example: str
    choices: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """Choices whose analysis does not exist yet: the user is told, and nothing is left out."""
    bare: Operator = Operator.LEAST
    """How a measure compares where no operator is typed."""


CHOICES = {
    "error": "something failed",
    "correction": "the user corrected the agent",
    "commit": "a commit was made",
    "subagent": "a subagent took part",
    "live": "going on now",
    "favourite": "starred, or with a starred prompt",
    "bookmarked": "a moment of it has a bookmark of yours",
    "slow": "a prompt waited longer than 30 s for the start of its answer",
    "thinking": "the model's thinking was recorded",
    "image": "a picture was shown to the model",
    "diff": "an edit with its lines",
    "note": "with a note of yours",
    "tag": "with a tag of yours",
}
"""What each choice of a filter keeps."""

_IS = ("error", "correction", "commit", "subagent", "live", "favourite", "bookmarked", "slow")
_HAS = ("thinking", "image", "diff", "note", "tag")

FILTERS: tuple[FilterSpec, ...] = (
    FilterSpec("project", Values.TEXT, "of this project: its name, or part of its folder if there"
               " is a / in it", "project:tidewater"),
    FilterSpec("agent", Values.TEXT, "recorded from this client", "agent:claude"),
    FilterSpec("model", Values.TEXT, "answered by this model", "model:opus"),
    FilterSpec("branch", Values.TEXT, "on this git branch", "branch:main"),
    FilterSpec("tool", Values.TEXT, "with this tool, or this kind of tool (edit, read, command,"
               " search, web, mcp, subagent)", "tool:bash"),
    FilterSpec("file", Values.TEXT, "a file with this in its path was read or edited",
               "file:*.py"),
    FilterSpec("command", Values.TEXT, "a shell command with this in it was run",
               "command:pytest"),
    FilterSpec("is", Values.CHOICE, "what happened in it, or what it is", "is:error", _IS,
               later=("correction",)),
    FilterSpec("latency", Values.DURATION, "a prompt waited this long for the start of its answer",
               "latency:>30s"),
    FilterSpec("ttft", Values.DURATION, "the first request of a prompt waited this long for its"
               " first token, where that was recorded",
               "ttft:>5s"),
    FilterSpec("tokens", Values.COUNT, "took this many tokens, cached ones among them",
               "tokens:>100k"),
    FilterSpec("cost", Values.MONEY, "cost this many US dollars", "cost:>0.5"),
    FilterSpec("after", Values.MOMENT, "on or after this day, or in this last while",
               "after:2026-10-01"),
    FilterSpec("before", Values.MOMENT, "before this day, or longer ago than this", "before:7d"),
    FilterSpec("prompts", Values.COUNT, "of a session with this many prompts", "prompts:>20",
               bare=Operator.IS),
    FilterSpec("has", Values.CHOICE, "what there is in it, or about it", "has:diff", _HAS),
    FilterSpec("tag", Values.TEXT, "with this tag of yours", "tag:keep"),
    FilterSpec("session", Values.TEXT, "of the session whose id starts so", "session:f27ac6ac"),
)  # fmt: skip

BY_NAME = {spec.name: spec for spec in FILTERS}

#: What one tries where there is another filter for it; the filters, the likeliest first.
INSTEAD: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("date", "day", "days", "on", "when", "time", "since", "started", "until", "during",
         "newer", "older"),
        ("after", "before"),
    ),
    **dict.fromkeys(("repo", "dir", "folder", "cwd", "proj", "workspace"), ("project",)),
    **dict.fromkeys(("client", "harness"), ("agent",)),
    **dict.fromkeys(("cmd", "bash", "shell", "ran"), ("command",)),
    **dict.fromkeys(("path", "edited", "filename"), ("file",)),
    **dict.fromkeys(("price", "usd", "dollars", "spent"), ("cost",)),
    **dict.fromkeys(("duration", "took", "wait", "slower"), ("latency",)),
    **dict.fromkeys(("turns", "asks"), ("prompts",)),
    **dict.fromkeys(("label", "tagged"), ("tag",)),
    **dict.fromkeys(("uuid", "ident"), ("session",)),
}  # fmt: skip
