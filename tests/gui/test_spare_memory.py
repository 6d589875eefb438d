"""What the window frees does not stay with it."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from fitcheck.gui import spare_memory
from fitcheck.gui.spare_memory import SpareMemory, give_back


class Work(QObject):
    ended = Signal()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc has to be told")
def test_what_is_free_between_other_things_goes_back() -> None:
    import psutil

    # Given 40 MB that are free in 2,000 places, whole pages between what is still held
    pieces = [bytearray(b"x" * 20_000) for _ in range(4_000)]
    del pieces[::2]
    held = psutil.Process().memory_info().rss

    assert give_back()

    assert psutil.Process().memory_info().rss < held - 10_000_000


def test_it_happens_once_after_the_last_work(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_memory, "AFTER_MS", 30)
    times: list[int] = []
    monkeypatch.setattr(spare_memory, "give_back", lambda: times.append(1))
    work, owner = Work(), QObject()
    SpareMemory(owner, work.ended)

    work.ended.emit()
    work.ended.emit()
    qtbot.waitUntil(lambda: bool(times))
    qtbot.wait(60)

    assert times == [1]
