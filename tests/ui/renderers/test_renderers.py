"""What things look like: prose, code, diffs and each kind of action, as lines with roles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from her_tui.events.content import Hunk, Image, Patch
from her_tui.events.model import ActionKind, EventKind, Status
from her_tui.queries.turns import ActionDetail, ActionLine
from her_tui.ui.renderers.actions import renderer_for
from her_tui.ui.renderers.code import code_lines
from her_tui.ui.renderers.diff import diff_lines
from her_tui.ui.renderers.fields import OUTPUT_LIMIT
from her_tui.ui.renderers.flow import Flow
from her_tui.ui.renderers.items import foldable, item_lines
from her_tui.ui.renderers.line import Line
from her_tui.ui.renderers.prose import prose
from tests.ui.hostile import HOSTILE
from tests.ui.replay_values import action_line, detail_of, item, patch_of, turn_of


def shown(lines: list[Line]) -> list[str]:
    """Lines as one reads them."""
    return [
        "".join(span.text for span in (*line.prefix, *line.spans, *line.after)).rstrip()
        for line in lines
    ]


def roles(lines: list[Line], text: str) -> str:
    """The roles of the span that is ``text``."""
    return next(span.role for line in lines for span in line.spans if span.text == text)


def opened(detail: ActionDetail) -> list[str]:
    """An action opened, as one reads it."""
    return shown(list(renderer_for(detail.line).lines(detail)))


def summary(action: ActionLine) -> str:
    """An action's one row."""
    spans, after = renderer_for(action).summary(action, "/work/app")
    return "".join(span.text for span in (*spans, *after))


def test_prose_has_the_feel_of_markdown() -> None:
    lines = prose(
        "# Plan\nUse `git` and **be bold**, *gently*.\n\n- one\n- [x] two\n1. three\n> so\n---\n\n"
    )
    assert shown(lines) == [
        "Plan", "Use git and be bold, gently.", "", "• one", "☑ two", "1. three", "▎ so", "─" * 24,
    ]  # fmt: skip
    assert roles(lines, "Plan") == "heading"
    assert roles(lines, "git") == "inline"
    assert roles(lines, "be bold") == "strong"
    assert roles(lines, "gently") == "emph"


@pytest.mark.parametrize(
    "text", ["snake_case_name", "2 * 3 * 4", "a ** b", "| a | b |", "array[0](x", "#hashtag"]
)
def test_what_only_looks_like_markdown_stays(text: str) -> None:
    assert shown(prose(text)) == [text]


def test_fenced_code_is_coloured_and_may_lack_its_end() -> None:
    lines = prose("```python\ndef f():\n    return 1  # one\n")
    assert shown(lines) == ["▎ def f():", "▎     return 1  # one"]
    assert roles(lines, "def") == "keyword"
    assert all(line.fill == "code" for line in lines)


def test_code_in_an_unknown_language_is_plain() -> None:
    assert shown(code_lines("a\n\nb", "no-such-language")) == [" a", "", " b"]


def test_a_diff_numbers_its_lines_on_both_sides() -> None:
    lines = list(diff_lines(patch_of(" a", "-login(user)", "+logout(user)", " c")))
    assert shown(lines) == [
        "10 10   a", "11    − login(user)", "   11 + logout(user)", "12 12   c",
    ]  # fmt: skip
    assert "removed-word" in roles(lines, "login")
    assert "added-word" in roles(lines, "logout")
    assert lines[1].fill == "removed-row"


def test_a_diff_without_line_numbers_says_so() -> None:
    lines = list(diff_lines(patch_of("-a", "+b", exact=False)))
    assert shown(lines) == ["line numbers unknown: rebuilt from the call", "− a", "+ b"]


def test_a_diff_of_several_hunks_shows_the_break() -> None:
    hunks = (Hunk(1, 1, ("+a",)), Hunk(90, 91, ("-b",)))
    assert shown(list(diff_lines(Patch("x.py", hunks)))) == ["    1 + a", "  …", "90    − b"]


@pytest.mark.parametrize(
    ("action", "row"),
    [
        (action_line(1), "$ bash   make step-1"),
        (
            action_line(1, status=Status.FAILED, target="pytest -q"),
            "$ bash   pytest -q  ✗ failed",
        ),
        (
            action_line(
                1, ActionKind.EDIT, name="Edit", target="/work/app/src/app.py", added=12, removed=3
            ),
            "✎ edit   src/app.py  +12 −3",
        ),
        (
            action_line(1, ActionKind.READ, name="Read", target="/etc/hosts"),
            "▤ read   /etc/hosts",
        ),
        (
            action_line(1, name="Bash", sha="a1b2c3d", subject="Fix login"),
            "◆ commit a1b2c3d Fix login",
        ),
        (
            action_line(1, ActionKind.MCP, name="mcp__github__get_issue", target="412"),
            "◇ github get_issue 412",
        ),
        (
            action_line(1, ActionKind.SUBAGENT, name="Task", target="Explore the harbour"),
            "◉ agent  Explore the harbour",
        ),
        (
            action_line(1, ActionKind.SEARCH, name="Grep", target="TODO", status=Status.REJECTED),
            "⌕ grep   TODO  ✗ rejected by you",
        ),
        (
            action_line(1, ActionKind.OTHER, name="Skill", target="", status=Status.PENDING),
            "▸ skill    … no result",
        ),
    ],
)
def test_each_action_has_its_row(action: ActionLine, row: str) -> None:
    assert summary(action) == row


def test_a_long_output_shows_both_ends() -> None:
    lines = opened(detail_of(action_line(1), "\n".join(map(str, range(2_000)))))
    assert lines[0] == ""
    assert "output · 2,000 lines" in lines
    assert f"… {2_000 - OUTPUT_LIMIT:,} more lines, o opens all" in lines
    assert lines[-1] == "1999"


def test_a_command_is_repeated_only_if_its_row_may_cut_it() -> None:
    long = "make " + "everything " * 9
    assert opened(detail_of(action_line(1), input={"command": "make"}))[:1] == [""]
    assert opened(detail_of(action_line(1), input={"command": long}))[0] == " " + long.rstrip()
    assert opened(detail_of(action_line(1), input={"command": "a\nb"}))[:2] == [" a", " b"]


def test_a_failed_edit_says_why() -> None:
    line = action_line(1, ActionKind.EDIT, name="Edit", status=Status.INVALID)
    lines = opened(detail_of(line, "File has not been read yet", patch=patch_of("+a")))
    assert "File has not been read yet" in lines


def test_a_read_keeps_the_numbers_it_was_read_with() -> None:
    line = action_line(1, ActionKind.READ, name="Read", target="a.py")
    arrows = opened(detail_of(line, "     9→import os\n    10→", input={"file_path": "a.py"}))
    tabs = opened(detail_of(line, "     9\timport os\n    10\t", input={"file_path": "a.py"}))
    assert arrows == tabs == [" 9  import os", "10"]


def test_a_task_list_shows_its_marks() -> None:
    todos = [
        {"content": "a", "status": "completed"},
        {"content": "b", "status": "in_progress"},
        {"content": "c", "status": "pending"},
        "not a task",
    ]
    line = action_line(1, ActionKind.TODO, name="TodoWrite")
    assert opened(detail_of(line, input={"todos": todos})) == ["☑ a", "◐ b", "☐ c"]


def test_a_subagent_shows_task_and_answer() -> None:
    line = action_line(1, ActionKind.SUBAGENT, name="Task")
    task = {"subagent_type": "Explore", "prompt": "Look around"}
    lines = opened(detail_of(line, "**Nothing** here", input=task))
    assert lines == ["subagent_type: Explore", "task", "Look around", "", "answer", "Nothing here"]


def test_an_image_is_a_placeholder() -> None:
    detail = detail_of(action_line(1), "", images=(Image("image/png", 34_000),))
    assert "▣ image/png 34.0 kB" in opened(detail)


def test_thinking_is_one_row_until_it_is_opened() -> None:
    thought = item(1, EventKind.THINKING, "First the test.\nThen the fix.")
    folded = shown(item_lines(thought, False, None, 12_000, ""))
    assert folded == ["∴ thought for 12s (29 characters)  First the test. Then the fix."]
    assert shown(item_lines(thought, True, None, None, "")) == [
        "∴ thought (29 characters)", "  First the test.", "  Then the fix.",
    ]  # fmt: skip
    empty = shown(item_lines(item(1, EventKind.THINKING), False, None, None, ""))
    assert empty == ["∴ thought  its text was not kept"]


@pytest.mark.parametrize(
    ("kind", "detail", "text", "row"),
    [
        (EventKind.API_ERROR, "529", "Overloaded", "✗ API error 529  Overloaded"),
        (EventKind.RETRY, "529", "529 Overloaded", "↻ retried  529 Overloaded"),
        (EventKind.INTERRUPT, "", "", "■ you stopped the agent"),
        (EventKind.COMPACTION, "auto", "", "⌄ the context was compacted (auto)"),
        (EventKind.COMMAND, "/compact", "", "› /compact"),
        (EventKind.INJECTED, "skill_listing", "- pdf: reads", "· list of skills  - pdf: reads"),
        (EventKind.GAP, "disk full", "", "╌ not recorded disk full"),
    ],
)
def test_everything_else_is_a_note_on_one_row(
    kind: EventKind, detail: str, text: str, row: str
) -> None:
    assert shown(item_lines(item(1, kind, text, detail=detail), False, None, None, "")) == [row]


def test_the_columns_of_a_table_stand_below_each_other() -> None:
    text = "| file | what |\n|---:|---|\n| `a.py` | **bad** \\| worse |\n| 修复.py | ok |\nend"
    assert shown(prose(text)) == [
        "   file │ what", "────────┼────────────", "   a.py │ bad | worse", "修复.py │ ok", "end",
    ]  # fmt: skip
    assert shown(prose("| a |\n| b |")) == ["| a |", "| b |"]
    ragged = shown(prose("| a | b |\n|---|---|\n| c \\|\n| d | e | f |\n||"))
    assert ragged == ["a   │ b", "────┼───┼──", "c |", "d   │ e │ f"]


@pytest.mark.parametrize(
    ("kind", "detail", "text", "row"),
    [
        (EventKind.NOTICE, "turn_duration", "27.5 s", "· turn took  27.5 s"),
        (EventKind.NOTICE, "brand_new_kind", "hm", "· brand new kind  hm"),
        (EventKind.NOTICE, "", "hm", "· hm"),
        (EventKind.QUEUE, "enqueue", "and tests", "→ waits in the queue  and tests"),
    ],
)
def test_the_harness_is_put_into_words(kind: EventKind, detail: str, text: str, row: str) -> None:
    assert shown(item_lines(item(1, kind, text, detail=detail), False, None, None, "")) == [row]


def test_what_the_harness_notes_for_itself_takes_no_row() -> None:
    summary = item(2, EventKind.NOTICE, detail="stop_hook_summary")
    items = (item(1, EventKind.TEXT, "said"), summary, item(3, EventKind.TEXT, "more"))
    flow = Flow(turn_of(items, None), "")
    assert [each.event for each in flow.turn.items] == [1, 3]
    positions = [each.position for each in items]
    assert [flow.index_at(position) for position in positions] == [0, 0, 1]
    failed = replace(summary, error=True)
    assert len(Flow(turn_of((failed,), None), "").turn.items) == 1


def test_only_what_hides_something_can_be_opened() -> None:
    assert not foldable(item(1, EventKind.TEXT, "said"))
    assert not foldable(item(1, EventKind.INTERRUPT))
    assert foldable(item(1, EventKind.THINKING, "thought"))
    assert foldable(item(1, EventKind.TOOL_USE, action=action_line(1)))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_renderer_lets_a_control_character_through(text: str) -> None:
    """Whatever field the text is in, what is drawn is printable."""
    every = [ActionKind(kind) for kind in ActionKind]
    patch = Patch(text, (Hunk(1, 1, ("+" + text, "-" + text, text)),))
    lines: list[Line] = []
    for kind in every:
        line = action_line(1, kind, name=text, target=text, sha=text[:40], subject=text)
        lines += item_lines(item(1, EventKind.TOOL_USE, text, action=line), False, None, None, text)
        given = {"command": text, text[:100]: text, "prompt": text, "todos": [{"content": text}]}
        images = (Image(text, 1),)
        for change in (None, patch):
            detail = detail_of(line, text, stderr=text, input=given, patch=change, images=images)
            lines += renderer_for(line).lines(detail)
    for event in EventKind:
        each = item(1, event, text, detail=text, agent=text)
        lines += item_lines(each, True, None, None, "")
    drawn = "".join(
        span.text
        for line in lines
        for span in (*line.prefix, *(line.hang or ()), *line.spans, *line.after, *line.tail)
    )
    assert drawn.isprintable() or not {c for c in drawn if not c.isprintable()} - {"\u3000", "\xa0"}
    assert max(len(line.text) for line in lines) < 5_000
