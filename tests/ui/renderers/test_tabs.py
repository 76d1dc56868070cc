"""The tabs: whole names where they fit, and never wider than the row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.ui.renderers.tabs import PANELS, tab_labels


@given(st.sampled_from(PANELS), st.integers(min_value=40, max_value=250))
def test_the_tab_in_sight_has_a_name_and_all_fit(active: str, width: int) -> None:
    labels = tab_labels(active, width)
    assert len(labels) == len(PANELS)
    assert sum(map(len, labels)) <= width
    assert active.startswith(labels[PANELS.index(active)].strip()[:3])
    assert len(labels[PANELS.index(active)].strip()) >= 3


@pytest.mark.parametrize("active", PANELS)
def test_at_80_columns_a_title_still_fits_beside_readable_tabs(active: str) -> None:
    labels = tab_labels(active, 80)
    assert sum(map(len, labels)) <= 80 - 22
    assert all(len(label.strip()) >= 3 for label in labels)
    assert all(
        name.startswith(label.strip()[:3]) for name, label in zip(PANELS, labels, strict=True)
    )


@pytest.mark.parametrize("width", [*range(50, 130, 5)])
def test_another_tab_in_sight_renames_none(width: int) -> None:
    assert len({tuple(tab_labels(active, width)) for active in PANELS}) == 1


def test_a_wide_row_has_whole_names() -> None:
    assert [label.strip() for label in tab_labels("state", 120)] == list(PANELS)
