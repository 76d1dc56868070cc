"""The main screen: sessions, the detail of one, and its timeline; what each says is wired here.

Widgets post what the user wants, worker threads post what was read, and this screen passes both
on. The list is kept by `browse`, the playhead by `replay`, and what can be done with the open
session is in `session_actions`; here is how the parts are laid out, and where keys go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from her_tui.plaintext import one_line
from her_tui.ui import actions, loading, messages
from her_tui.ui.actions import DETAIL, LIST, Action, Region
from her_tui.ui.hints import hints
from her_tui.ui.screens.comparing import Comparing
from her_tui.ui.state import State
from her_tui.ui.text import cells
from her_tui.ui.widgets.board import Board
from her_tui.ui.widgets.list_heading import ListHeading
from her_tui.ui.widgets.query_line import QueryNote
from her_tui.ui.widgets.search_line import SearchLine
from her_tui.ui.widgets.session_list import SessionList
from her_tui.ui.widgets.status_line import PROBLEM_SECONDS, StatusLine
from her_tui.ui.widgets.top_line import TopLine

#: From which width and height on the screen is laid out in which way (`main.tcss`).
_WIDTHS = [(0, "-narrow"), (100, "-wide")]
_HEIGHTS = [(0, "-tiny"), (7, "-flat"), (15, "-short"), (20, "-tall"), (30, "-high"), (50, "-huge")]

#: Panels in which Enter leads on from every row.
_WITH_ROWS = ("files", "state", "request")


class MainScreen(Comparing):
    """List, detail, timeline."""

    BINDINGS: ClassVar[list[BindingType]] = actions.bindings_for(Region.EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    def __init__(
        self, home: Path, state: State, keys: Mapping[str, str], *, demo: bool, session: str
    ) -> None:
        super().__init__(home, state, demo, session)
        self.keys = keys

    def compose(self) -> ComposeResult:
        """The three regions between the two lines."""
        self._lay_out_for(self.app.size)
        yield TopLine(self._query, self._demo)
        yield Board("whole")
        with Horizontal(id="body"):
            with Vertical(id="sessions"):
                note = QueryNote(1)
                yield SearchLine("words, or project: is:error after:7d …", "filter", note)
                yield note
                yield ListHeading(self._query)
                yield Board("no-rows")
                yield SessionList(self._query)
            with Vertical(id="reading"):
                yield SearchLine("find in this session", "find")
                yield self.detail
        yield self.state_line
        yield self.bar
        yield StatusLine(self._demo)
        yield Static("Her needs a window of 7 lines or more.", id="too-small", markup=False)

    def _lay_out_for(self, size: Size) -> None:
        """Set the breakpoints' classes before the first paint, which comes before any resize."""
        for value, breakpoints in ((size.width, _WIDTHS), (size.height, _HEIGHTS)):
            reached = [name for least, name in breakpoints if value >= least][-1]
            for _, name in breakpoints:
                self.set_class(name == reached, name)

    def on_mount(self) -> None:
        """Start looking at the library; nothing is read before the first paint."""
        self.list.focus()
        self.watch(self, "focused", self._focus_changed, init=False)
        self.bindings_updated_signal.subscribe(self, lambda _: self.show_hints())
        self.call_after_refresh(self.start_watching)
        self.call_after_refresh(self.read_offered)

    # Parts

    @property
    def region_in_focus(self) -> Region:
        """The region that keys go to."""
        node: Widget | None = self.focused
        if node is not None and (node is self.detail or self.detail in node.ancestors):
            return Region.DETAIL
        if node is not None and (node is self.bar or self.bar in node.ancestors):
            return Region.TIMELINE
        return Region.LIST

    # Searching

    def action_filter(self) -> None:
        """Type a filter for the list."""
        self.remove_class("-reading-now")
        line = self.query_one("#filter", SearchLine)
        line.values = self.known_values
        line.open(self.list.wanted.text)
        self.read_vocabulary()

    def action_find(self) -> None:
        """Type a text to find in the detail."""
        self.query_one("#find", SearchLine).open(self.found)

    def action_find_next(self, step: int) -> None:
        """To the next or previous place of the text."""
        self.detail.find_next(step)

    def on_search_line_typed(self, event: SearchLine.Typed) -> None:
        """A pause in the typing: apply what there is."""
        if event.line.id == "filter":
            self._filter(event.text.strip())
        else:
            self.found = event.text
            self.detail.find(event.text)
            self.refresh_bindings()

    def on_search_line_left(self, event: SearchLine.Left) -> None:
        """The typing is over."""
        event.line.close()
        if event.line.id == "filter":
            if not event.keep:
                self._filter("")
            self.list.focus()
        else:
            if not event.keep:
                self._clear_find()
            self.detail.focus()

    def _filter(self, text: str) -> None:
        if text != self.list.wanted.text:
            self.list.wanted = replace(self.list.wanted, text=text)
            self.refresh_list()

    def _clear_find(self) -> None:
        self.found = ""
        self.detail.find("")
        self.refresh_bindings()

    # Regions

    def action_open_session(self) -> None:
        """Read the session: the detail takes the focus, and in a narrow window the room."""
        if self.session is not None or self.list.current is not None:
            self.read_now()

    def read_now(self) -> None:
        """The detail takes the focus, as soon as there is one."""
        self.add_class("-reading-now")
        self.focus_soon(self.detail)

    def action_next_region(self, step: int) -> None:
        """To the next panel."""
        regions = [Region.LIST, Region.DETAIL, Region.TIMELINE]
        at = (regions.index(self.region_in_focus) + step) % len(regions)
        if regions[at] is Region.TIMELINE and not self.bar.display:
            at = (at + step) % len(regions)
        {Region.LIST: self._to_list, Region.DETAIL: self.action_open_session}.get(
            regions[at], self.bar.focus
        )()

    def _to_list(self) -> None:
        self.remove_class("-reading-now")
        self.focus_soon(self.list)

    def action_back(self) -> None:
        """Show the whole turn again, clear what is searched for here, else go back to where we came
        from; never leave."""
        region = self.region_in_focus
        if self.leave_moment():
            return
        if region is Region.DETAIL and self.found:
            self._clear_find()
        elif region is Region.DETAIL and self.detail.leave_file():
            self.show_hints()
        elif region is not Region.LIST:
            if not self.go_back():
                self._to_list()
        elif self.list.wanted.narrowed:
            text, project = self.list.wanted.text, self.list.wanted.project
            wanted = replace(self.list.wanted, text="", project="" if not text else project)
            self.list.wanted = wanted
            self.refresh_list()
        else:
            self.clear_selection()
            self.status.quiet()

    def _focus_changed(self) -> None:
        """Another widget has the focus: other keys work."""
        if self.region_in_focus is Region.DETAIL:
            self.add_class("-reading-now")
        self.show_hints()

    def show_hints(self) -> None:
        """Offer the keys that do something here and now."""
        answers = {action.name: self._answer(action) for action in actions.ACTIONS}
        if not self.player.playing:
            answers["deck.slower"] = False  # it works, and is not what one wants
        enabled = [name for name, answer in answers.items() if answer]
        idle = [name for name, answer in answers.items() if answer is None]
        labels = {"detail.toggle": self.detail.toggle_label}
        if self.space_pauses:
            labels["deck.play"] = "Pause"
        first = ("detail.toggle",) if self.detail.panel in _WITH_ROWS else ()
        region = self.region_in_focus
        self.status.show_hints(hints(region, self.keys, enabled, idle, labels, first))

    def offers(self, action: Action) -> bool:
        """Whether ``action`` would do anything now."""
        return self._answer(action) is True

    def _answer(self, action: Action) -> bool | None:
        """Whether ``action`` does anything now; None: not where the cursor is."""
        if self._nothing and not action.everywhere:
            return False
        if action.handler == "back":
            in_list = self.region_in_focus is Region.LIST
            return not in_list or self.list.wanted.narrowed or self.deck.playing
        _, handler, parameters = parse(action.called(action.keys[:1]))
        node = {LIST: self.list, DETAIL: self.detail}.get(action.regions[0], self.bar)
        answer = self.check_action(handler, parameters)
        return node.check_action(handler, parameters) if answer else answer

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The demo is offered where there is nothing to show, and nothing to filter."""
        if action == "demo":
            return self._offers_demo
        if action == "filter":
            return not self._nothing
        if action == "find_next":
            return bool(self.found)
        return super().check_action(action, parameters)

    async def run(self, action: Action) -> None:
        """Do ``action`` as if its key had been pressed where it applies."""
        node: Widget = self
        if not action.everywhere and self.region_in_focus not in action.regions:
            if action.regions[0] is Region.LIST:
                self._to_list()
            else:
                self.action_open_session()
        if not action.everywhere:
            node = self.list if Region.LIST in action.regions else self.detail
        await self.app.run_action(action.run, node)

    async def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        """A key in the footer was clicked."""
        await self.run(event.action)

    def action_demo(self) -> None:
        """Show the demo sessions instead of the empty library."""
        self.post_message(messages.DemoWanted())

    # Saying

    def on_key(self, event: events.Key) -> None:
        """Whoever types goes on: what was said before was read."""
        if self.status.read():
            self.app.clear_notifications()
        if self.focused in (self.list, self.detail, self.bar):
            self.say_where_files_are(event.key, self.region_in_focus)

    def session_shown(self) -> None:
        """Other actions make sense now."""
        super().session_shown()
        self.show_hints()

    def say_problem(self, title: str, hint: str = "") -> None:
        """In the last row; where that is too narrow, in full above it as well."""
        title, hint = one_line(title), one_line(hint)
        self.status.problem(title, hint)
        if cells(title) + cells(hint) + 6 > self.size.width:
            text = f"{title}.\n{hint}" if hint else title
            self.notify(text, severity="error", timeout=PROBLEM_SECONDS, markup=False)

    def on_problem(self, event: messages.Problem) -> None:
        """Something went wrong elsewhere."""
        self.say_problem(event.title, event.hint)

    def on_notice(self, event: messages.Notice) -> None:
        """Something is done."""
        self.status.notice(event.text, event.sign)

    def on_load_failed(self, event: loading.LoadFailed) -> None:
        """Something could not be read."""
        self.say_problem(event.error.title, event.error.hint)
