"""Long work in slices: order, cancelling, errors."""

from __future__ import annotations

from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from fitcheck.gui.tasks import Tasks


def test_a_task_runs_to_its_end_in_slices(qtbot: QtBot) -> None:
    tasks = Tasks()
    seen: list[int] = []
    task = tasks.start("sum", iter(range(1000)), seen.append)
    assert seen == []
    with qtbot.waitSignal(task.finished):
        pass
    assert seen == list(range(1000))
    assert not tasks.running("sum")


def test_a_newer_task_of_the_same_name_replaces_the_older(qtbot: QtBot) -> None:
    tasks = Tasks()
    old: list[int] = []
    tasks.start("fill", iter(range(10)), old.append)
    newer = tasks.start("fill", iter(()))
    with qtbot.waitSignal(newer.finished):
        pass
    assert old == []


def test_a_cancelled_generator_is_closed(qtbot: QtBot) -> None:
    closed = []

    def steps() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.append(True)

    tasks = Tasks()
    first: list[int] = []
    tasks.start("endless", steps(), first.append)
    qtbot.waitUntil(lambda: bool(first))
    tasks.cancel_all()
    assert closed == [True]


def test_an_error_in_a_task_reaches_who_started_it(qtbot: QtBot) -> None:
    def steps() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    tasks = Tasks()
    task = tasks.start("bad", steps())
    with qtbot.waitSignal(task.failed) as failed:
        pass
    assert str(failed.args[0]) == "broken"
    assert not tasks.running("bad")
