"""The application: themes, keys, palette and the main screen, put together. No logic of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from her_tui.config import Config
from her_tui.plaintext import sanitise
from her_tui.ui import actions, loading, messages, plain, state, theme
from her_tui.ui.screens.main import MainScreen
from her_tui.ui.start import Start

if TYPE_CHECKING:
    from textual.command import Provider

    from her_tui.ui.palette.screen import Copied

_FOLDER = Path(__file__).parent
#: Each sheet lies beside what it styles; screens come last, as they arrange the widgets.
_SHEETS = [*sorted(_FOLDER.glob("widgets/*.tcss")), *sorted(_FOLDER.glob("screens/*.tcss"))]


def _provider(module: str, name: str) -> Callable[[], type[Provider]]:
    """A palette provider, imported when the palette is first opened."""

    def load() -> type[Provider]:
        found: type[Provider] = getattr(import_module(f"her_tui.ui.palette.{module}"), name)
        return found

    return load


class DemoBuilt(Message):
    """The demo library is below ``folder``."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder


class HerApp(App[None], inherit_bindings=False):
    """The screen of the library below ``home``."""

    TITLE = "Her"
    CSS_PATH: ClassVar[list[str | PurePath]] = [*_SHEETS]
    BINDINGS: ClassVar[list[BindingType]] = []
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        _provider("providers", "OfferProvider"),
        _provider("providers", "ActionProvider"),
        _provider("providers", "ThemeProvider"),
        _provider("found", "SessionProvider"),
        _provider("found", "PromptProvider"),
        _provider("found", "CommitProvider"),
        _provider("found", "FileProvider"),
    }

    #: One for all widgets: what was drawn is kept by filter.
    _plain = plain.Plain()

    def __init__(
        self,
        home: Path,
        config: Config,
        demo: bool = False,
        session: str = "",
        start: Start | None = None,
    ) -> None:
        """``session`` is the id of a session to open at once; ``start`` a moment of one.

        Raises `UsageError` if the configuration sets keys that cannot be.
        """
        self.keys = dict(config.keys)
        """The user's own keys, by action."""
        keymap = actions.check_keymap(self.keys)
        super().__init__()
        self.home = home
        self.config = config
        self.demo = demo
        self.state = state.load(home)
        self.main = MainScreen(home, self.state, self.keys, demo=demo, session=session)
        self.main.start = start
        for ours in theme.THEMES:
            self.register_theme(ours)
        if self.no_color:
            self.register_theme(plain.PLAIN)
        self.theme = plain.PLAIN.name if self.no_color else self._first_theme()
        self.set_keymap(keymap)

    def _first_theme(self) -> str:
        for name in (self.config.theme, self.state.theme):
            if name and name in self.available_themes:
                return name
        return theme.DARK_NAME

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours' names in themes that do not know them."""
        return theme.fallback_variables(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With ``NO_COLOR`` no colour leaves this program."""
        return (self._plain,) if self.no_color else super().get_line_filters()

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return self.main

    async def on_event(self, event: events.Event) -> None:
        """What is pasted is no safer than what was captured."""
        if isinstance(event, events.Paste):
            event.text = sanitise(event.text)
        await super().on_event(event)

    def on_unmount(self) -> None:
        """Remember what the user left."""
        if not self.demo:
            state.save(self.home, self.state)

    def use_theme(self, name: str) -> None:
        """Change the theme, now and for the next run; without colours there is but one."""
        if self.no_color:
            self.main.say_problem("There are no colours: NO_COLOR is set", "Unset it for themes.")
            return
        self.theme = name
        self.state.theme = name

    def action_switch_theme(self) -> None:
        """Between our dark and our light theme."""
        self.use_theme(theme.LIGHT_NAME if self.current_theme.dark else theme.DARK_NAME)

    def action_command_palette(self) -> None:
        """Actions, sessions, prompts, commits, files and themes, together."""
        if not isinstance(self.screen, CommandPalette):
            from her_tui.ui.palette.screen import Palette  # deferred: not for the first paint

            self.push_screen(Palette(), lambda _: self.main.offer_made())

    def action_help(self) -> None:
        """All keys."""
        from her_tui.ui.screens.help import Help

        here = getattr(self.screen, "region_in_focus", self.main.region_in_focus)
        self.push_screen(Help(self.keys, here))

    def action_interrupt(self) -> None:
        """Copy what is selected with the mouse; if nothing is, quit."""
        selected = self.screen.get_selected_text()
        if selected:
            self.main.post_message(messages.CopyRequested("selection", selected))
            self.screen.clear_selection()
        else:
            self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the palette offers our own table of actions."""
        return ()

    def on_copied(self, event: Copied) -> None:
        """The palette wants something copied."""
        label = "session id" if event.kind.name == "SESSION" else event.kind.name.lower()
        self.main.copy_soon(label, event.text)

    def on_demo_wanted(self) -> None:
        """Build the demo library beside the user's own, and show it."""

        def build() -> Message:
            from her_tui import demo

            folder = self.home / "demo"
            demo.build(folder)
            return DemoBuilt(folder)

        loading.run_job(self, "demo", build)

    def on_load_failed(self, event: loading.LoadFailed) -> None:
        """The demo could not be built."""
        self.main.say_problem(event.error.title, event.error.hint)

    def on_demo_built(self, event: DemoBuilt) -> None:
        """Show the demo in place of the empty library."""
        self.main.stop_watching()
        self.demo = True
        self.main = MainScreen(event.folder, state.State(), self.keys, demo=True, session="")
        self.push_screen(self.main)
