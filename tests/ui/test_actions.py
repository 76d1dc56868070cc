"""The table of actions: keys, footer, help and configuration all agree with it."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from her_tui.errors import UsageError
from her_tui.ui import actions
from her_tui.ui.actions import ACTIONS, BY_NAME, Action, Region
from her_tui.ui.renderers import signs
from her_tui.ui.screens.compare import Compare
from her_tui.ui.screens.help import sections
from her_tui.ui.screens.main import MainScreen
from her_tui.ui.screens.prompts import PromptSearch
from her_tui.ui.widgets.detail import Detail
from her_tui.ui.widgets.session_list import SessionList
from her_tui.ui.widgets.timeline import TimelineBar

REGIONS = (Region.LIST, Region.DETAIL, Region.TIMELINE, Region.PROMPTS, Region.COMPARE)
WIDGETS: dict[Region, type] = {
    Region.LIST: SessionList, Region.DETAIL: Detail, Region.TIMELINE: TimelineBar,
    Region.EVERYWHERE: MainScreen, Region.PROMPTS: PromptSearch,
    Region.COMPARE: Compare,
}  # fmt: skip


def test_names_are_unique_and_have_a_noun() -> None:
    assert len(BY_NAME) == len(ACTIONS)
    assert all(len(action.name.split(".")) == 2 for action in ACTIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_no_key_means_two_things_in_one_place(region: Region) -> None:
    keys = [key for action in actions.in_region(region) for key in actions.split_keys(action.keys)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_has_a_handler_where_it_applies(action: Action) -> None:
    from her_tui.ui.app import HerApp

    target, _, _ = action.run.partition("(")[0].rpartition(".")
    owners: list[type] = [WIDGETS[region] for region in action.regions]
    if target:
        owners = [{"screen": MainScreen, "app": HerApp}[target]]
    for owner in owners:
        assert hasattr(owner, f"action_{action.handler}"), f"{owner.__name__}: {action.name}"


def test_every_action_is_in_the_help_once() -> None:
    shown = [what for _, lines in sections({}) for _, what in lines]
    for action in ACTIONS:
        found = [what for what in shown if what.startswith(action.description)]
        assert found, action.name


def test_the_help_says_where_a_key_does_something_else() -> None:
    shown = dict(line for _, lines in sections({}) for line in lines if "(" in line[1])
    assert [what for _, lines in sections({}) for keys, what in lines if keys == "b"] == [
        "Group by project, by day, or not (elsewhere: Bookmark)",
        "Bookmark the moment with a note, or change its bookmark (in the list: Group)",
    ]
    assert shown["1 … 9"].endswith("(elsewhere: Tenths)")
    assert shown["0 … 9"].endswith("(in the list: View)")
    others = sections({"list.group": "G"})
    own = [what for _, lines in others for keys, what in lines if keys == "b"]
    assert own == ["Bookmark the moment with a note, or change its bookmark"]


def test_the_help_tells_every_sign_and_none_means_two_things() -> None:
    told: dict[str, set[str]] = {}
    for heading, lines in sections({}):
        if heading.startswith("Signs"):
            for glyph, meaning in lines:
                told.setdefault(glyph, set()).add(meaning)
    for sign in (*signs.SIGNS.values(), signs.LIVE, signs.ONLY_HERE, signs.PAUSED, signs.PLAYING):
        assert sign.noun in told[sign.glyph], sign
    letters = dict(next(lines for heading, lines in sections({}) if "without colours" in heading))
    assert set(letters) == {sign.glyph for sign in signs.ACTIONS.values()}
    single = {glyph: of for glyph, of in told.items() if len(glyph) == 1}
    shared = (signs.WAITING.glyph, signs.ERRORS.glyph, signs.LAST_COMMIT.glyph)  # marks they are
    assert [glyph for glyph, of in single.items() if len(of) > 1 and glyph not in shared] == []


def test_pairs_exist_and_share_their_place() -> None:
    for action in ACTIONS:
        if action.pair:
            assert set(action.regions) == set(BY_NAME[action.pair].regions), action.name


def test_bindings_carry_the_actions_name() -> None:
    bindings = [item for item in actions.bindings_for(Region.LIST) if isinstance(item, Binding)]
    assert {binding.id for binding in bindings} == {
        None if action.numbered else action.name
        for action in ACTIONS
        if Region.LIST in action.regions and action.keys
    }


def test_each_key_of_a_numbered_action_means_its_number() -> None:
    bindings = [item for item in actions.bindings_for(Region.LIST) if isinstance(item, Binding)]
    views = [binding for binding in bindings if "apply_view" in binding.action]
    assert [(binding.key, binding.action) for binding in views] == [
        (str(number), f"screen.apply_view({number})") for number in range(1, 10)
    ]
    assert actions.keys_of(BY_NAME["list.view"], {}) == ("1 … 9",)


def test_own_keys_become_a_keymap() -> None:
    assert actions.check_keymap({"session.copy_prompt": "ctrl+y, !"}) == {
        "session.copy_prompt": "ctrl+y,exclamation_mark"
    }


def test_keys_may_be_swapped() -> None:
    swapped = {"session.copy_prompt": "Y", "session.copy_response": "y"}
    assert set(actions.check_keymap(swapped)) == set(swapped)


@pytest.mark.parametrize(
    ("keys", "said"),
    [({"session.cpoy": "y"}, "session.cpoy"), ({"list.view": "x"}, "list.view"),
     ({"app.help": ""}, "app.help"), ({"meaning.off": "x"}, "meaning.off"),
     ({"prompts.copy": "ctrl+s"}, "prompts.star"),
     ({"app.help": "y"}, "session.copy_prompt"), ({"list.sort": "q"}, "app.quit")],
)  # fmt: skip
def test_impossible_keys_are_refused_with_their_name(keys: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said.replace(".", r"\.")) as refused:
        actions.check_keymap(keys)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("key", "shown"),
    [("ctrl+p", "^p"), ("shift+right", "⇧→"), ("{", "{"), ("question_mark", "?"), ("G", "G"),
     ("escape", "Esc"), ("slash", "/"), ("asterisk", "*"), ("f1", "F1")],
)  # fmt: skip
def test_keys_are_named_as_printed(key: str, shown: str) -> None:
    assert actions.key_name(key) == shown
