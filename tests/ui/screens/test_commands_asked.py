"""A session in which the human asks by slash commands: which of them led to what."""

from __future__ import annotations

from pathlib import Path

from her_tui.recorder.ingest import import_roots
from tests.support.claude import ANSWERED, Script, add_commands, busy_session
from tests.ui.conftest import Opened


def recorded(tmp_path: Path) -> tuple[Path, Script]:
    """A library with one session, and its script."""
    script = add_commands(busy_session(1, turns=1))
    script.write(tmp_path / "claude")
    import_roots(tmp_path / "her", [tmp_path / "claude"])
    return tmp_path / "her", script


async def test_the_error_of_a_command_is_followed_back_to_it(
    opened: Opened, tmp_path: Path
) -> None:
    home, script = recorded(tmp_path)
    async with opened(home=home, session=script.session) as her:
        await her.press("enter", "home")
        her.main.move_playhead(0)
        await her.press("e", "e")
        assert "turn 2/6" in her.text()
        assert f"{ANSWERED[0]}" in her.main.detail.prompt.blocks[0].lines[0].text
        await her.press("y")
        assert her.app.clipboard == ANSWERED[0]
        await her.press("}")
        assert her.main.detail.prompt_text() == ANSWERED[1]
        await her.press("}", "y")
        assert her.app.clipboard == ANSWERED[2]
        await her.press("{", "{", "@")
        assert f"{script.session}#turn=2" in her.app.clipboard
        await her.press("*")
        await her.until(lambda: any(each.starred for each in her.main.annotations.values()))
        assert her.main.detail.prompt_key() in her.main.annotations
        assert len(her.main.timeline.prompts if her.main.timeline else ()) == 6
