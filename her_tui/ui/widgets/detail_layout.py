"""The panels of the detail: which there are, where they stand, and which one keys go to."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from her_tui.ui.actions import ACTIONS, BY_NAME, Region
from her_tui.ui.renderers.tabs import PANELS
from her_tui.ui.widgets.detail_panels import (
    ActionPanel,
    FlowPanel,
    Panel,
    PromptPanel,
    RequestPanel,
    StatePanel,
    TextPanel,
)
from her_tui.ui.widgets.files_panel import FilesPanel
from her_tui.ui.widgets.painting import Inked
from her_tui.ui.widgets.panel_tabs import PanelTabs

#: Panels that share one place: the one that keys went to last is shown there.
ASIDE = PANELS[2:]

#: Actions of the detail that mean something only where the cursor is.
_HANDLERS = tuple(
    dict.fromkeys(
        action.handler
        for action in ACTIONS
        if Region.DETAIL in action.regions and "." not in action.run.partition("(")[0]
    )
)

#: From this width on the action stands beside the flow, from this height on below it.
_WIDE = 150
_TALL = 24


class PanelledDetail(Inked):
    """Prompt and response, and beside or below them one of the other panels."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.tabs = PanelTabs()
        self.prompt = PromptPanel(self, id="prompt")
        self.response = FlowPanel(self, id="response")
        self.action = ActionPanel(self, id="action")
        self.files = FilesPanel(self, id="files")
        self.state = StatePanel(self, id="state")
        self.request = RequestPanel(self, id="request")
        self.timing = TextPanel(self, id="timing")
        self.side = TextPanel(self, id="side")
        self.panels: dict[str, Panel] = {
            "prompt": self.prompt,
            "response": self.response,
            "action": self.action,
            "files": self.files,
            "state": self.state,
            "request": self.request,
            "timing": self.timing,
            "side": self.side,
        }
        """The panels by name."""
        self.panel = "response"
        """The panel that keys go to, and the one shown where there is room for one."""
        self.aside = "action"
        """Which of the panels that share a place is shown there."""
        self._answers: object = None
        """Which keys meant something when they were last offered."""

    def compose(self) -> ComposeResult:
        """Tabs and panels; the style sheet lays them out."""
        yield self.tabs
        with Container(id="turn-panels"):
            with Vertical(id="turn-text"):
                yield self.prompt
                yield self.response
            with Vertical(id="turn-aside"):
                for name in ASIDE:
                    yield self.panels[name]

    def on_resize(self, event: events.Resize) -> None:
        """As many panels at once as there is room for."""
        wide = event.size.width >= _WIDE
        tabs = not wide and event.size.height < _TALL
        changed = tabs != self.has_class("-tabs")
        self.set_class(wide, "-wide")
        self.set_class(tabs, "-tabs")
        if changed:
            self.follow()

    def in_sight(self, name: str) -> bool:
        """Whether the panel ``name`` has a place on the screen now."""
        if self.has_class("-tabs"):
            return name == self.panel
        return name not in ASIDE or name == self.aside

    def activate(self, name: str) -> None:
        """Keys go to the panel ``name`` from now on; one that was not in sight catches up."""
        self.panel = name
        if name in ASIDE:
            self.aside = name
        for other, panel in self.panels.items():
            panel.set_class(other == name, "-active")
            panel.set_class(other == self.aside, "-shown")
        self.set_class(name in ASIDE, "-on-aside")
        self.set_class(name == "response", "-on-response")
        self.set_class(name == "state", "-on-state")
        self.tabs.active = name
        self._caption()
        self._keys_changed()
        self.follow()

    def next_panel(self, step: int) -> None:
        """To the next panel."""
        self.activate(PANELS[(PANELS.index(self.panel) + step) % len(PANELS)])

    def follow(self) -> None:
        """Bring the panels in sight to the playhead; a subclass knows where that is."""

    def _title(self, name: str, *parts: str) -> None:
        self.panels[name].set_title(name, *parts)
        self._caption()

    def _caption(self) -> None:
        title = self.panels[self.panel].border_title or ""
        self.tabs.caption = str(title).removeprefix(self.panel).removeprefix(" · ")

    @property
    def toggle_label(self) -> str:
        """What Enter does, in a word or two, for the footer."""
        return BY_NAME["detail.toggle"].label

    def _keys_changed(self) -> None:
        """Other keys may mean something here: offer them, if they do."""
        answers = [self.check_action(name, ()) for name in _HANDLERS], self.toggle_label, self.panel
        # what can be done with a file, the screen knows
        if self.is_attached and (answers != self._answers or self.panel == "files"):
            self._answers = answers
            self.screen.refresh_bindings()
