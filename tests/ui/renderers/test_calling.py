"""A call that is coming in says what it is about as soon as that is there, and never JSON."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.ui.renderers.calling import call_line
from tests.ui.hostile import HOSTILE

PROMPT = "Read src/a.py. " * 40

texts = st.text(max_size=20)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)


def shown(text: str) -> str:
    """Without the sign before it."""
    return call_line(text).text.removeprefix("▸ calls ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a tool"),
        ("Agent", "Agent"),
        ("Agent\n{", "Agent"),
        ('Agent\n{"descr', "Agent"),
        ('Agent\n{"description": "Find al', "Agent  Find al"),
        ('Agent\n{"description": "Find all", "prompt": "Re', "Agent  Find all"),
        ('Bash\n{"command": "echo \\"a\\" \\', 'Bash  echo "a"'),
        ('Bash\n{"command": "echo \\\\', "Bash  echo \\"),
        ('Bash\n{"command": "echo \\u00', "Bash  echo"),
        ('Edit\n{"replace_all": false, "old_string": "x", "file_path": "/w/a.py"', "Edit  /w/a.py"),
        ('Grep\n{"pattern": "def ", "path": "src"}', "Grep  def"),
        ('TodoWrite\n{"todos": [{"content": "Fix it"', "TodoWrite"),
        ('mcp__git__log\n{"revision": "HEAD"}', "git log  HEAD"),
        ('{"command": "ls', "a tool  ls"),
        ('Bash\n{"command": 7, "x": nonsense', "Bash"),
        ("Bash\n" + '{"a":' * 5_000, "Bash"),
        ("Bash\n[1, 2", "Bash"),
    ],
)  # fmt: skip
def test_what_it_says(text: str, told: str) -> None:
    assert shown(text).rstrip() == told


def test_paths_are_seen_from_where_the_session_is() -> None:
    said = call_line('Read\n{"file_path": "/w/app/src/a', "/w/app").text
    assert said == "▸ calls Read  src/a"


@given(st.dictionaries(texts, values, max_size=4), st.data())
def test_any_start_of_any_input_can_be_told(
    arguments: dict[str, object], data: st.DataObject
) -> None:
    whole = json.dumps(arguments)
    cut = data.draw(st.integers(0, len(whole)))
    said = shown(f"Tool\n{whole[:cut]}")
    assert said.startswith("Tool")
    assert not any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in said)


def test_one_that_grows_only_adds_to_what_it_says() -> None:
    whole = "Agent\n" + json.dumps({"description": "Read “a” and 😀", "prompt": PROMPT})
    said = [shown(whole[:end]) for end in range(len("Agent\n"), len(whole) + 1)]
    assert said[-1] == "Agent  Read “a” and 😀"
    assert all(later.startswith(sooner.rstrip("�?")) for sooner, later in pairwise(said))


@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_input_is_harmless(bad: str) -> None:
    for text in (
        bad,
        f"Bash\n{bad}",
        f'Bash\n{{"command": {json.dumps(bad)}',
        f'{bad}\n{{"{bad}":',
    ):
        assert call_line(text).text.isprintable()
