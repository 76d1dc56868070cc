"""The state as rows: all that is known, each with where it comes from."""

from __future__ import annotations

import pytest

from her_tui.analysis.state import Commit, Context, FileState, State, Todo
from her_tui.ui.renderers.state import ErrorWords, StateView, lay_out, title
from tests.ui.hostile import HOSTILE
from tests.ui.renderers.states import BUSY, FRESH, NOW, busy, pending
from tests.ui.replay_values import START

TIMES = [START + position * 30_000 for position in range(5)]


def view_of(state: State, error: ErrorWords | None = None) -> StateView:
    return lay_out(state, NOW, TIMES, "/work/app", error)


def said(view: StateView) -> list[str]:
    return [
        "".join(span.text for span in (*line.prefix, *line.spans, *line.after)).rstrip()
        + "".join(f" | {span.text}" for span in line.tail)
        for row in view.rows
        for line in row.lines
        if line.text
    ]


def place_of(view: StateView, text: str) -> int | None:
    return next(
        place
        for row, place in zip(view.rows, view.places, strict=True)
        if any(text in line.text for line in row.lines)
    )


def test_all_of_it_is_told() -> None:
    waits = pending(2, asked_until=NOW + 5, target="rm -r build")
    error = ErrorWords(3, "Bash result", "E broken")
    assert said(view_of(busy(pending=(pending(), waits)), error)) == [
        "context  84.2k tokens of 200k",
        "  ▰▰▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 42%",
        "  system and tools  ▰▱▱▱▱▱▱▱▱▱  12.0k",
        "  prompts           ▰▱▱▱▱▱▱▱▱▱   3.0k",
        "  tool outputs      ▰▰▰▰▰▰▰▰▱▱  69.2k",
        "spent  $3.41 · 1.3M tokens",
        "  sent                1.0k",
        "  written to cache   40.0k",
        "  read from cache     1.2M",
        "  received           20.0k",
        "  model             opus-4-5",
        "  mode              plan mode",
        "under way",
        "  ▸ bash pytest -q | 12s",
        "  ? bash rm -r build  waits for you | 12s",
        "tasks  1/3",
        "  ☑ Look",
        "  ◐ Mend",
        "  ☐ Test",
        "changed  2 files  +121 −33",
        "  b.py  +1 −0 | 1 edit",
        "  a.py  +120 −33 | 4 edits",
        "last commit",
        "  ◆ a1b2c3d4e5 Fix the login for real | 1m ago",
        "last error  of 2",
        "  ✗ Bash result | 30s ago",
        "    E broken",
    ]


def test_rows_lead_to_where_they_come_from() -> None:
    view = view_of(busy(pending=(pending(),)))
    assert len(view.rows) == len(view.places)
    assert place_of(view, "pytest") == 3
    assert place_of(view, "Fix the login") == 2
    assert place_of(view, "✗") == 3
    assert place_of(view, "a.py") == 2
    assert place_of(view, "tasks") is None


def test_a_session_that_begins_has_little_to_tell() -> None:
    assert said(view_of(FRESH)) == ["context  0 tokens", "spent  $0.00 · 0 tokens"]
    assert title(FRESH, START).endswith("· turn 1")
    assert "before the first prompt" in title(busy(turn=0), START)


def test_who_works_is_told_with_its_task() -> None:
    launch = pending(5, subagent=50, name="Task", target="Explore the tests")
    inner = pending(6, agent=50, target="grep -r login")
    rows = said(view_of(busy(pending=(launch, inner), agents=(50, 51))))
    assert "under way  2 subagents" in rows
    assert "  ◉ agent Explore the tests | 12s" in rows
    assert "  ▸ bash grep -r login  ┊ Explore the tests | 12s" in rows
    assert "  ◉ a subagent is at work" in rows


def test_of_many_files_the_last_are_told() -> None:
    files = {f"{n}.py": FileState(f"{n}.py", 1, 0, 1, n % 5) for n in range(40)}
    rows = said(view_of(busy(files=files)))
    assert sum(".py" in row for row in rows) == 8
    assert "  … 32 more files in the panel of files" in rows


def test_an_error_of_another_moment_is_not_mixed_up() -> None:
    assert "  ✗ … | 30s ago" in said(view_of(BUSY, ErrorWords(1, "Read result", "old")))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless(text: str) -> None:
    state = busy(
        pending=(pending(target=text, name=text),),
        todo=(Todo(text, text),),
        files={text: FileState(text, 1, 1, 1, 1)},
        commit=Commit(1, text, text),
        model=text,
        mode=text,
        context=Context(10, None, {text: 10}),
    )
    view = view_of(state, ErrorWords(3, text, text))
    assert all(line.isprintable() for line in said(view))
