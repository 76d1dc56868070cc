"""Renders the pictures of the README from the demo library: ``python scripts/screenshots.py``.

The clock is frozen and animations are off, so a picture changes only when the screen does. Text is
drawn with a monospaced font found on this machine, or the one named by ``HER_FONT``; nothing is
fetched.

    python scripts/screenshots.py            all pictures
    python scripts/screenshots.py main diff  only these
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

#: A Friday, late in the morning.
NOW = 1_795_174_972_000
TARGET = Path(__file__).resolve().parent.parent / "screenshots"
THEMES = ("her-dark", "her-light")

FAMILIES = ("FiraCode", "DejaVuSansMono", "JetBrainsMono", "LiberationMono", "Menlo")
FONT_FOLDERS = (
    "~/.local/share/fonts",
    "~/.fonts",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/Library/Fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)


#: The session the pictures show.
HERO = "loops back to the login page"


@dataclass(frozen=True)
class Shot:
    """One picture: how large the terminal is, and which keys lead to what it shows."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    opened: str = HERO
    """Words of the title of the session that is open; none: the cursor is on top of the list."""
    played: float = 0.0
    """Seconds that it plays then."""
    themes: tuple[str, ...] = THEMES
    zoom: int = 1
    """Pixels per unit of the SVG."""


#: It is the second in the list, below the one that is going on.
TO_THE_HERO = ("j", "enter")
TO_THE_FIX = ("}",) * 3
TO_THE_EDIT = ("]",) * 4
TO_THE_RETRY = (*("}",) * 5, *("]",) * 8)
TO_THE_WARNING = (*("}",) * 2, *("]",) * 4)
SHOTS = (
    Shot("main", (120, 36), (*TO_THE_HERO, *TO_THE_FIX, *TO_THE_EDIT), opened="", zoom=2),
    Shot("wide", (200, 60), (*TO_THE_HERO, *TO_THE_FIX, *TO_THE_EDIT), opened=""),
    Shot("detail", (120, 36)),
    Shot("diff", (120, 36), (*TO_THE_FIX, *TO_THE_WARNING), themes=("her-dark",)),
    Shot("request", (120, 36), (*TO_THE_FIX, *TO_THE_EDIT, "f7"), themes=("her-dark",)),
    Shot("timing", (120, 36), (*TO_THE_RETRY, "f8"), themes=("her-dark",)),
    Shot("deck", (120, 36), (*"5>>>", "space"), played=1.5, themes=("her-dark",)),
    Shot("files", (120, 36), ("7", "f5"), themes=("her-dark",)),
    Shot("state", (120, 36), ("7", "f6"), themes=("her-light",)),
    Shot(
        "compare", (120, 36), ("C", "enter", "d"), opened="test_hold_expires", themes=("her-dark",)
    ),
    Shot("prompts", (120, 36), ("f", *"test"), opened=""),
    Shot("palette", (120, 36), ("ctrl+p", *"holds"), opened="", themes=("her-dark",)),
    Shot("narrow", (80, 24), ("j",), opened="", themes=("her-dark",)),
)


def main(names: Iterable[str]) -> int:
    """Render the shots with these names, or all."""
    wanted = set(names) or {shot.name for shot in SHOTS}
    fonts = find_fonts()
    if not fonts:
        print(
            "No monospaced font was found. Install one (Debian: fonts-dejavu-core, or "
            "pip install matplotlib, which brings one), or name a .ttf file in HER_FONT.",
            file=sys.stderr,
        )
        return 1
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="her-shots-") as folder:
        home = Path(folder) / "her"
        _isolate(home)
        from her_tui.demo import build

        build(home, NOW)
        pristine = set(home.iterdir())
        for shot in SHOTS:
            for theme in shot.themes if shot.name in wanted else ():
                svg = asyncio.run(_capture(home, shot, theme))
                for left in set(home.iterdir()) - pristine:
                    left.unlink()  # where the last picture's reader was
                _save(shot, theme, svg, fonts)
    return 0


def _isolate(home: Path) -> None:
    """Nothing of this machine's may be in a picture."""
    os.environ.update(
        HER_HOME=str(home),
        HER_CONFIG=str(home / "config.toml"),
        HER_NOW=str(NOW),
        CLAUDE_CONFIG_DIR=str(home / "claude"),
        HOME="/home/mira",
        TZ="UTC",
        TEXTUAL_ANIMATIONS="none",
        COLORTERM="truecolor",
    )
    for name in ("NO_COLOR", "TMUX", "SSH_TTY", "SSH_CONNECTION"):
        os.environ.pop(name, None)


async def _capture(home: Path, shot: Shot, theme: str) -> str:
    """The screen after the shot's keys, as SVG."""
    from her_tui.config import Config
    from her_tui.queries import sessions
    from her_tui.queries.library import Library
    from her_tui.queries.sessions import ListQuery
    from her_tui.ui.app import HerApp

    session = ""
    if shot.opened:
        library = Library.open(home)
        query = ListQuery(text=f'"{shot.opened}"')
        found = sessions.rows(library, sessions.listing(library, query).entries).values()
        (session,) = (row.session_id for row in found if shot.opened in row.title)
        library.close()
    app = HerApp(home, Config(theme=theme), demo=True, session=session)
    app.main.hand_driven = True
    async with app.run_test(size=shot.size) as pilot:
        await _settle(app, pilot)
        for key in shot.keys:
            await pilot.press(key)
            await _settle(app, pilot)
        app.main.advance(shot.played)
        await _settle(app, pilot)
        return app.export_screenshot(title="her-tui")


async def _settle(app: object, pilot: object) -> None:
    """Wait until the workers are done and what they brought is drawn."""
    from textual.app import App
    from textual.pilot import Pilot

    assert isinstance(app, App)
    assert isinstance(pilot, Pilot)
    for _ in range(3):
        await asyncio.sleep(0.15)
        await pilot.pause()


def _save(shot: Shot, theme: str, svg: str, fonts: list[Path]) -> None:
    """Write the picture as SVG and as PNG."""
    import resvg_py

    name = f"{shot.name}-{theme.removeprefix('her-')}"
    plain = localise(svg)
    (TARGET / f"{name}.svg").write_text(plain, encoding="utf-8")
    family = _family(fonts[0])
    png = resvg_py.svg_to_bytes(
        svg_string=plain.replace("Fira Code", family),
        zoom=shot.zoom,
        font_files=[str(font) for font in fonts],
        font_family=family,
        monospace_family=family,
        skip_system_fonts=True,
    )
    (TARGET / f"{name}.png").write_bytes(bytes(png))
    print(f"screenshots/{name}.svg, .png")


def localise(svg: str) -> str:
    """``svg`` without references to fonts on other people's servers."""
    svg = re.sub(r"@font-face\s*{[^}]*}\s*", "", svg)
    svg = svg.replace("font-family: arial", "font-family: Fira Code, monospace")
    return re.sub(
        r"font-family: Fira Code(, monospace)?;", "font-family: Fira Code, monospace;", svg
    )


def find_fonts() -> list[Path]:
    """The font files to draw with: those of the best family this machine has come first, the others
    lend the signs it lacks."""
    named = os.environ.get("HER_FONT")
    files = sorted(_font_files())
    found = [Path(named)] if named and Path(named).is_file() else []
    for family in FAMILIES:
        wanted = (f"{family}-Regular", family, f"{family}-Bold")
        found += sorted(
            {file.stem: file for file in files if file.stem in wanted}.values(),
            key=lambda file: file.stem.endswith("-Bold"),
        )
    return found


def _font_files() -> Iterator[Path]:
    for folder in FONT_FOLDERS:
        yield from Path(folder).expanduser().rglob("*.ttf")
    plotting = find_spec("matplotlib")
    if plotting and plotting.origin:
        yield from Path(plotting.origin).parent.glob("mpl-data/fonts/ttf/*.ttf")


def _family(file: Path) -> str:
    """``DejaVuSansMono-Bold.ttf`` -> ``DejaVu Sans Mono``."""
    name = file.stem.partition("-")[0]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("Deja Vu", "DejaVu")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
