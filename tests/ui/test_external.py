"""Which program would run, or why it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.errors import HerError
from her_tui.queries.sessions import Origin
from her_tui.ui import external
from tests.ui.rows import ROW, row


def found(name: str) -> str | None:
    """Every program is there."""
    return f"/bin/{name}"


def missing(name: str) -> str | None:
    """No program is there."""
    return None


def test_a_session_is_resumed_in_its_folder(tmp_path: Path) -> None:
    program = external.resume(row(cwd=str(tmp_path)), found)
    assert program.arguments == ("/bin/claude", "--resume", ROW.session_id)
    assert program.cwd == tmp_path


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"parent": 3}, "subagent"), ({"origin": Origin.ONLY_HERE}, "only Her"),
     ({"cwd": "/nowhere/at/all"}, "/nowhere/at/all"), ({"cwd": ""}, "folder"),
     ({"agent": "other"}, "other")],
)  # fmt: skip
def test_what_cannot_be_resumed_says_why(changes: dict[str, object], said: str) -> None:
    with pytest.raises(HerError, match=said):
        external.resume(row(**changes), found)


def test_resuming_needs_the_client(tmp_path: Path) -> None:
    with pytest.raises(HerError, match="claude is not on the PATH") as refused:
        external.resume(row(cwd=str(tmp_path)), missing)
    assert refused.value.hint


def test_the_resume_command_is_quoted() -> None:
    command = external.resume_command(row(cwd="/a b/$(x)"))
    assert command == f"cd '/a b/$(x)' && claude --resume {ROW.session_id}"


def test_the_pager_is_the_users() -> None:
    file = Path("/x")
    assert external.pager({"PAGER": "less -R"}, found, file).arguments == ("less", "-R", "/x")
    assert external.pager({}, found, file).arguments == ("less", "/x")
    with pytest.raises(HerError, match="less"):
        external.pager({}, missing, file)


def test_the_editor_opens_only_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    with pytest.raises(HerError, match="not there"):
        external.editor({}, found, file)
    file.write_text("")
    assert external.editor({"EDITOR": "code -w"}, found, file).arguments[:2] == ("code", "-w")
    assert external.editor({"VISUAL": "vi", "EDITOR": "ed"}, found, file).arguments[0] == "vi"


def test_the_pagers_file_is_private_clean_and_gone(tmp_path: Path) -> None:
    with external.private_file(tmp_path, "a\x1b]52;c;x\x07b\ud83d", ".md") as file:
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_text() == "a]52;c;xb"
        assert file.suffix == ".md"
    assert not file.exists()


def test_a_program_that_cannot_start_has_a_code() -> None:
    assert external.run(external.Program(("/nowhere/at/all",))) == 127
    assert external.run(external.Program(("true",), Path("/nowhere"))) == 127
