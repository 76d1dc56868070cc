"""Everything a key can do: the one table behind key bindings, footer, help screen and palette.

An action that is not in `ACTIONS` has no key, and a key shown anywhere comes from here. Pure data
and functions; the handlers are the ``action_…`` methods of the widget or screen an action names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from textual.binding import Binding, BindingType

from her_tui.errors import UsageError
from her_tui.ui.action import COMPARE as COMPARE
from her_tui.ui.action import DETAIL as DETAIL
from her_tui.ui.action import LIST as LIST
from her_tui.ui.action import PROMPTS as PROMPTS
from her_tui.ui.action import TIMELINE as TIMELINE
from her_tui.ui.action import Action as Action
from her_tui.ui.action import Region as Region


def _move(name: str, how: str, description: str, keys: str, **more: object) -> Action:
    rank = more.get("rank", 0)
    return Action(
        f"cursor.{name}",
        "Move",
        description,
        keys,
        f"move('{how}')",
        (LIST, DETAIL, PROMPTS, COMPARE),
        rank=rank if isinstance(rank, int) else 0,
        pair=str(more.get("pair", "")),
        palette=False,
    )


ACTIONS: tuple[Action, ...] = (
    # Moving a cursor
    _move("down", "down", "Next line", "j,down", rank=20, pair="cursor.up"),
    _move("up", "up", "Previous line", "k,up"),
    _move("half_page_down", "half_down", "Half a page down", "ctrl+d"),
    _move("half_page_up", "half_up", "Half a page up", "ctrl+u"),
    _move("page_down", "page_down", "A page down", "pagedown"),
    _move("page_up", "page_up", "A page up", "pageup"),
    _move("first", "home", "To the first line", "g,home"),
    _move("last", "end", "To the last line", "G,end"),
    # The list
    Action("list.open", "Open", "Read the session", "enter", "screen.open_session",
           (LIST, TIMELINE), rank=1),
    Action("list.filter", "Filter", "Filter: words, project:, is:error, after:7d …", "/",
           "screen.filter", (LIST, TIMELINE), rank=2),
    Action("list.sort", "Sort", "Sort by the next column", "s", "sort", (LIST,), rank=4),
    Action("list.reverse", "Reverse", "Reverse the order", "S", "reverse", (LIST,)),
    Action("list.group", "Group", "Group by project, by day, or not", "b", "group", (LIST,),
           rank=5),
    Action("list.hidden", "Hidden", "Show or hide one-shot and empty sessions", "h", "hidden",
           (LIST,), rank=6),
    Action("list.project", "Project", "Only this project, or all", "p", "project", (LIST,), rank=7),
    Action("list.views", "Views", "Saved views: open, save, delete", "v", "screen.views", (LIST,),
           rank=8),
    Action("list.view", "View", "Open the saved view of this number", "1,2,3,4,5,6,7,8,9",
           "screen.apply_view({key})", (LIST,), palette=False),
    Action("list.expand", "Subagents", "Show the subagents of the session", "right", "expand(True)",
           (LIST,)),
    Action("list.collapse", "Subagents", "Hide the subagents, or go to their session", "left",
           "expand(False)", (LIST,), rank=12, pair="list.expand"),
    Action("list.toggle", "Subagents", "Show or hide the subagents", "", "fold", (LIST,)),
    # The detail
    Action("detail.toggle", "Unfold", "Unfold or fold what is under the cursor", "enter",
           "toggle", (DETAIL,), rank=1),
    Action("detail.thinking", "Thinking", "Show or fold the thinking", "t", "thinking", (DETAIL,),
           rank=7),
    Action("detail.all", "All", "Unfold or fold everything", "x", "toggle_all", (DETAIL,), rank=8),
    Action("detail.panel", "Panel", "To the next panel", "p", "next_panel(1)", (DETAIL,), rank=4),
    Action("detail.previous_panel", "Panel", "To the panel before", "P", "next_panel(-1)",
           (DETAIL,)),
    Action("detail.prompt", "Prompt", "To the prompt", "f2", "panel('prompt')"),
    Action("detail.response", "Response", "To the response", "f3", "panel('response')"),
    Action("detail.action", "Action", "To the action at the playhead", "f4", "panel('action')"),
    Action("detail.files", "Files", "To the files: what was changed so far", "f5",
           "panel('files')"),
    Action("detail.state", "State", "To the state: context, tokens, tasks, what is under way",
           "f6", "panel('state')"),
    Action("detail.request", "Request", "To the request: what the model was sent", "f7",
           "panel('request')"),
    Action("detail.timing", "Timing", "To the timing: how the answer came", "f8",
           "panel('timing')"),
    Action("detail.side", "Side", "To the side requests: titles, checks, summaries", "f9",
           "panel('side')"),
    Action("detail.subagent", "Subagent", "Open the subagent launched here", "s", "open_subagent",
           (DETAIL,), rank=5),
    Action("detail.find", "Find", "Find in the text", "/", "screen.find", (DETAIL,), rank=2),
    Action("detail.find_next", "Next", "Next match", "n", "screen.find_next(1)", (DETAIL,), rank=9,
           pair="detail.find_previous"),
    Action("detail.find_previous", "Previous", "Previous match", "N", "screen.find_next(-1)",
           (DETAIL,)),
    # Files
    Action("files.text", "Text", "The text of the file as of the playhead, or its history", "v",
           "files_text", (DETAIL,), rank=2),
    Action("files.diff", "Diff", "What changed in the file in the loop, else up to the playhead",
           "=", "screen.files_between", (DETAIL,), rank=3),
    Action("files.restore", "Restore", "Restore the file as of the playhead, to where you say", "R",
           "screen.restore_file", (DETAIL,), rank=4),
    # The deck
    Action("deck.play", "Play", "Play or pause; in the list, the session under the cursor", "space",
           "play", rank=2),
    Action("deck.slower", "Speed", "Play slower", "<", "speed(-1)", rank=14, pair="deck.faster"),
    Action("deck.faster", "Faster", "Play faster", ">", "speed(1)"),
    Action("deck.idle", "Idle", "Idle stretches: skip, shorten, or real time", "i", "idle",
           rank=16),
    Action("deck.loop", "Loop", "Loop: its start, then its end, then none", "l", "loop", rank=16),
    Action("deck.follow", "Follow", "Follow the end as more comes in, or let go", "L", "follow"),
    Action("deck.tenth", "Tenths", "To a tenth of the session", "0,1,2,3,4,5,6,7,8,9",
           "screen.tenth({key})", (DETAIL, TIMELINE), palette=False),
    # The playhead
    Action("playhead.forward", "Scrub", "Scrub forward", "right", "screen.scrub(1)",
           (DETAIL, TIMELINE)),
    Action("playhead.back", "Scrub", "Scrub back", "left", "screen.scrub(-1)", (DETAIL, TIMELINE),
           rank=8, pair="playhead.forward"),
    Action("playhead.next_prompt", "Prompt", "Next prompt", "},shift+right", "seek('next_prompt')"),
    Action("playhead.previous_prompt", "Prompt", "Previous prompt", "{,shift+left",
           "seek('previous_prompt')", rank=3, pair="playhead.next_prompt"),
    Action("playhead.next_event", "Event", "Next event", "]", "seek('next_event')"),
    Action("playhead.previous_event", "Event", "Previous event", "[", "seek('previous_event')",
           rank=14, pair="playhead.next_event"),
    Action("playhead.next_block", "Block", "Next block of a response", "full_stop",
           "seek('next_block')"),
    Action("playhead.previous_block", "Block", "Previous block of a response", "comma",
           "seek('previous_block')", rank=15, pair="playhead.next_block"),
    Action("mark.next", "Mark", "Next mark: error, commit, correction …", "m", "mark(1)", rank=10,
           pair="mark.previous"),
    Action("mark.previous", "Mark", "Previous mark", "M", "mark(-1)"),
    Action("playhead.next_error", "Error", "Next error", "e", "seek('next_error')", rank=10,
           pair="playhead.previous_error"),
    Action("playhead.previous_error", "Error", "Previous error", "E", "seek('previous_error')"),
    Action("playhead.start", "Start", "To the start of the session", "g,home",
           "screen.seek('start')", (TIMELINE,), rank=16, pair="playhead.end"),
    Action("playhead.end", "End", "To the end of the session", "G,end", "screen.seek('end')",
           (TIMELINE,)),
    Action("timeline.closer", "Zoom", "Zoom the timeline in", "z", "zoom(1)", rank=13,
           pair="timeline.wider"),
    Action("timeline.zoom", "Zoom to", "All, ten minutes, or the turn at the playhead", "w",
           "next_zoom"),
    Action("timeline.wider", "Zoom out", "Zoom the timeline out", "Z", "zoom(-1)"),
    # The session
    Action("session.copy_prompt", "Copy", "Copy the prompt", "y", "copy_prompt", rank=6),
    Action("session.copy_response", "Copy response", "Copy the response", "Y", "copy_response"),
    Action("session.copy_menu", "Copy…", "Copy a path, id, command, diff …", "c", "copy_menu",
           rank=11),
    Action("session.star", "Star", "Make session or prompt a favourite, or no more", "*",
           "star", rank=13),
    Action("session.annotate", "Note", "Tag session or prompt, and write a note", "a",
           "annotate", rank=14),
    Action("moment.bookmark", "Bookmark", "Bookmark the moment with a note, or change its bookmark",
           "b", "screen.bookmark", (DETAIL, TIMELINE), rank=11),
    Action("moment.list", "Marks", "Bookmarks and marks of the session, to jump to", "B",
           "bookmarks", rank=15),
    Action("moment.jump", "Jump", "Jump to a time, +offset, turn, #event or uuid", ":", "jump",
           rank=12),
    Action("moment.link", "Link", "Copy a command that opens this moment", "@", "copy_link"),
    Action("session.open_external", "Pager", "Open in the editor or the pager", "o",
           "open_external", rank=12),
    Action("session.resume", "Resume", "Resume the session in its client", "r", "resume", rank=9),
    Action("session.delete", "Delete", "Delete the session from the library", "D",
           "screen.delete", (LIST,)),
    # Searching prompts
    Action("prompts.search", "Prompts", "Search what you asked, by words and by meaning",
           "f,ctrl+f", "search_prompts", rank=3),
    Action("prompts.similar", "Similar", "Prompts like the one at the playhead", "F",
           "similar_prompts"),
    Action("prompts.open", "Open", "Open the prompt at its moment", "enter", "open", (PROMPTS,),
           rank=1, palette=False),
    Action("prompts.copy", "Copy", "Copy the prompt", "ctrl+y,y", "copy", (PROMPTS,), rank=2,
           palette=False),
    Action("prompts.star", "Star", "Make the prompt a favourite, or no more", "ctrl+s,*", "star",
           (PROMPTS,), rank=3, palette=False),
    Action("prompts.like", "Similar", "Prompts like this one", "ctrl+l,F", "like_this", (PROMPTS,),
           rank=4, palette=False),
    Action("prompts.next_part", "Switch", "To the next of query, list and preview", "tab",
           "next_part(1)", (PROMPTS,), rank=6, palette=False),
    Action("prompts.previous_part", "Switch", "To the one before", "shift+tab", "next_part(-1)",
           (PROMPTS,), palette=False),
    Action("prompts.query", "Query", "To the query", "/", "to_query", (PROMPTS,), palette=False),
    Action("prompts.back", "Back", "Clear the query, then go back", "escape", "back", (PROMPTS,),
           rank=5, palette=False),
    # Two sessions side by side
    Action("compare.with", "Compare", "Compare with another session or branch, as they are now",
           "C", "compare"),
    Action("compare.open", "Open", "Open the moment at the playhead", "enter", "open", (COMPARE,),
           rank=1, palette=False),
    Action("compare.parting", "Difference", "To where the two part first", "d", "parting",
           (COMPARE,), rank=2, palette=False),
    Action("compare.fold", "Steps", "Show or hide the steps of the turn", "x", "fold", (COMPARE,),
           rank=3, palette=False),
    Action("compare.lock", "Lock", "Playheads locked to each other, or free", "l", "lock",
           (COMPARE,), rank=4, palette=False),
    Action("compare.side", "Side", "Move the playhead of the other side", "tab", "side", (COMPARE,),
           rank=5, palette=False),
    Action("compare.back_columns", "Scrub", "Scrub back", "left", "scrub(-1)", (COMPARE,), rank=6,
           pair="compare.forward", palette=False),
    Action("compare.forward", "Scrub", "Scrub forward", "right", "scrub(1)", (COMPARE,),
           palette=False),
    Action("compare.previous_turn", "Prompt", "Previous prompt", "{,shift+left", "turn(-1)",
           (COMPARE,), rank=8, pair="compare.next_turn", palette=False),
    Action("compare.next_turn", "Prompt", "Next prompt", "},shift+right", "turn(1)", (COMPARE,),
           palette=False),
    Action("compare.tenth", "Tenths", "To a tenth of the side", "0,1,2,3,4,5,6,7,8,9",
           "tenth({key})", (COMPARE,), palette=False),
    Action("compare.play", "Play", "Play or pause both", "space", "play", (COMPARE,), rank=7,
           palette=False),
    Action("compare.slower", "Slower", "Play slower", "<", "speed(-1)", (COMPARE,), rank=9,
           pair="compare.faster", palette=False),
    Action("compare.faster", "Faster", "Play faster", ">", "speed(1)", (COMPARE,), palette=False),
    Action("compare.back", "Back", "Stop playing, then go back", "escape,q", "back", (COMPARE,),
           rank=4, palette=False),
    # Searching by meaning
    Action("meaning.enable", "Meaning", "Find by what is meant, too", "", "enable_meaning"),
    Action("meaning.off", "Words", "Find by words alone", "", "disable_meaning"),
    Action("meaning.pause", "Pause", "Pause learning what texts mean", "", "pause_encoding"),
    Action("meaning.resume", "Resume", "Go on learning what texts mean", "", "resume_encoding"),
    # The application
    Action("view.next", "Switch", "To the next of list, detail and timeline", "tab",
           "next_region(1)", rank=15, palette=False),
    Action("view.previous", "Switch", "To the previous of them", "shift+tab", "next_region(-1)",
           palette=False),
    Action("view.back", "Back", "Clear a search or a filter, then go back", "escape", "back",
           rank=3, palette=False),
    Action("app.theme", "Theme", "Switch between dark and light", "T", "app.switch_theme"),
    Action("app.help", "Help", "Show all keys", "?,f1", "app.help", rank=3),
    Action("app.palette", "Palette", "Find a command or a session", "ctrl+p",
           "app.command_palette", rank=17, priority=True, palette=False),
    Action("app.quit", "Quit", "Quit", "q", "app.quit", rank=18),
    Action("app.interrupt", "Quit", "Copy the selected text, or quit", "ctrl+c", "app.interrupt",
           priority=True, palette=False),
    Action("app.demo", "Demo", "Open the demo sessions", "d", "demo", rank=2),
)  # fmt: skip

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}


def bindings_for(region: Region) -> list[BindingType]:
    """The Textual bindings of the actions that belong to ``region``."""
    return [
        Binding(
            keys,
            action.called(keys),
            action.label,
            id=None if action.numbered else action.name,
            priority=action.priority,
            show=action.rank > 0,
        )
        for action in ACTIONS
        if action.keys and (region in action.regions or _borrowed(region, action))
        for keys in (action.keys.split(",") if action.numbered else [action.keys])
    ]


def _borrowed(region: Region, action: Action) -> bool:
    """A screen beside the main one has these of its keys, too."""
    return region in (PROMPTS, COMPARE) and action.name in ("app.help", "app.interrupt")


def split_keys(keys: str) -> tuple[str, ...]:
    """The single keys of a comma separated list, as Textual names them (``?`` is
    ``question_mark``)."""
    parts = ",".join(part.strip() for part in keys.split(",") if part.strip())
    return (
        tuple(bound.key for bound in Binding.make_bindings([Binding(parts, "")])) if parts else ()
    )


def check_keymap(keys: Mapping[str, str]) -> dict[str, str]:
    """The user's ``keys`` as a Textual keymap.

    Raises `UsageError` on an action that does not exist, an empty key, or a key that would mean two
    things in the same place.
    """
    for name, value in keys.items():
        if name not in BY_NAME:
            raise UsageError(
                f"There is no action {name!r} to set a key for", "Press ? for all actions."
            )
        if BY_NAME[name].numbered:
            raise UsageError(f"The keys of {name} are numbers", "They cannot be set.")
        if not BY_NAME[name].keys:
            raise UsageError(f"{name} has no key", "It is in the palette: press ctrl+p.")
        if not split_keys(value):
            raise UsageError(f"No key is given for {name}", f'Write "{name}" = "ctrl+y".')
    for region in (LIST, DETAIL, TIMELINE, PROMPTS, COMPARE):
        taken: dict[str, str] = {}
        for action in in_region(region):
            for key in split_keys(keys.get(action.name, action.keys)):
                if key in taken:
                    raise UsageError(
                        f"The key {key_name(key)!r} is set for {taken[key]} and for {action.name}",
                        "Give one of them another key under [keys] in the configuration.",
                    )
                taken[key] = action.name
    return {name: ",".join(split_keys(value)) for name, value in keys.items()}


def in_region(region: Region) -> list[Action]:
    """The actions whose keys work while ``region`` has the focus."""
    if region in (PROMPTS, COMPARE):
        return [each for each in ACTIONS if region in each.regions or _borrowed(region, each)]
    return [action for action in ACTIONS if action.everywhere or region in action.regions]


_KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "asterisk": "*",
    "at": "@",
    "equals_sign": "=",
    "colon": ":",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
}


def key_name(key: str) -> str:
    """``key`` as printed on a keyboard: ``^p``, ``⇧→``, ``?``."""
    *modifiers, last = split_keys(key)[0].split("+") if key else [""]
    shown = _KEY_NAMES.get(last, last.upper() if re.fullmatch(r"f\d+", last) else last)
    for modifier in reversed(modifiers):
        shown = {"ctrl": "^", "shift": "⇧"}.get(modifier, modifier + "+") + shown
    return shown


def keys_of(action: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of ``action`` as shown, the user's own if set."""
    if action.numbered:
        return (f"{action.keys[0]} … {action.keys[-1]}",)
    return tuple(key_name(key) for key in split_keys(keymap.get(action.name, action.keys)))
