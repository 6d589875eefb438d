"""What the walks share: a person at the window, the stand-in driver, and computers of the shelf as files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fitcheck.probe.machine_json import machine_to_object
from tests.probe.conftest import Driver, driver, standin_folder
from tests.probe.shelf import machines
from tests.probe.test_shelf import look_at

from .walker import Walker

__all__ = ["Driver", "driver", "standin_folder"]

PICTURES = "FITCHECK_WALK_PICTURES"
"""A folder that keeps the pictures of the walks, to be looked at."""

FromShelf = Callable[[str], Path]


def pictures_folder(otherwise: Path) -> Path:
    """Where pictures are written."""
    folder = Path(os.environ.get(PICTURES) or otherwise / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def walker(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Walker]:
    """A person; the application looks as before when they have gone."""
    folder = pictures_folder(tmp_path)
    name = request.path.stem.removeprefix("test_walk_").replace("_", "-")
    style, palette, font, sheet = qapp.style().objectName(), qapp.palette(), qapp.font(), qapp.styleSheet()
    made = Walker(qtbot, monkeypatch, folder, name)
    yield made
    if made.shell is not None:
        made.shell.close()
    made.language.use("en")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def from_shelf(standin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FromShelf:
    """Look at a computer of the shelf as a probe does; the file that ``scan --json`` would have written."""

    def look(name: str) -> Path:
        with monkeypatch.context() as there:
            machine = look_at(machines()[name], tmp_path / "root", standin_folder, there)
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(machine_to_object(machine)), encoding="utf-8")
        return path

    return look
