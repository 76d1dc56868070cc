"""What of the reference can be held to without it; `tests.parity` has the rest."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.errors import HerError
from her_tui.search import reference
from her_tui.search.encoder import open_reference
from tests.search.conftest import TINY


@given(st.lists(st.integers(2, 256), max_size=200))
def test_a_batch_holds_so_much_padding_included(sizes: list[int]) -> None:
    batches = list(reference._batches(sizes))
    assert sorted(place for batch in batches for place in batch) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) * max(sizes[place] for place in batch) <= reference._BATCH


def test_without_it_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "_ENVIRONMENT", {})
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(HerError, match="sentence-transformers") as caught:
        open_reference(TINY)
    assert "pip install 'her-tui[semantic]'" in caught.value.hint


def test_whether_it_is_there_is_known_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"sentence_transformers": object(), "torch": object()}
    monkeypatch.setattr(reference, "find_spec", there.get)
    assert reference.available()
    del there["torch"]
    assert not reference.available()
