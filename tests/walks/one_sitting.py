"""One sitting at the real program in which everything goes wrong; told as JSON lines. Run by walk 11.

    python one_sitting.py FOLDER PICTURES BROKEN_PYTHON

``FOLDER`` has ``driver.txt``, which the stand-in driver reads, ``two-cards.txt`` and ``one-lost.txt`` to take its
place, and ``disk``, which is full while there is a file ``.full`` in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from fitcheck.gui import detector
from fitcheck.gui.app import _options, _start_probe
from fitcheck.gui.inbox import Inbox
from fitcheck.gui.session import Session

EVERY_MS = 40
LONGEST_MS = 60_000

Until = Callable[[], bool]


def words(part: QWidget) -> str:
    """All text that can be read in a part of the window."""
    return "\n".join(label.text() for label in part.findChildren(QLabel) if label.isVisible() and label.text())


class Sitting:
    """Acts step by step; each step says what it waits for."""

    def __init__(self, session: Session, folder: Path, pictures: Path, broken_python: str) -> None:
        self.session, self.folder, self.pictures, self.broken_python = session, folder, pictures, broken_python
        self.disk = folder / "disk"
        self.answers = 0
        self._steps = self.steps()
        self._until: Until = lambda: hasattr(session, "window")
        self._waited_ms = 0
        self._timer = QTimer(interval=EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        self._waited_ms += EVERY_MS
        if self._until():
            self._waited_ms = 0
            self._until = next(self._steps, lambda: False)
        elif self._waited_ms > LONGEST_MS:
            self.tell("gave up")
            sys.stdout.flush()
            self.session.shell.close()
            self._timer.stop()

    @property
    def window(self) -> Any:
        return self.session.window

    def tell(self, step: str, **facts: object) -> None:
        """What can be seen now, with a picture."""
        told = {"step": step, "notice": self.window.notice.text, "strip": words(self.window.strip), **facts}
        told["answer"] = self.window.page.answer.sentence.text()
        print(json.dumps(told), flush=True)
        self.session.shell.grab().save(str(self.pictures / f"11-trouble-{step.replace(' ', '-')}.png"))

    def driver(self, name: str) -> None:
        """Let the driver be another one."""
        (self.folder / "driver.txt").write_text((self.folder / name).read_text(encoding="utf-8"), encoding="utf-8")

    def press(self, keys: str) -> None:
        combination = QKeySequence(keys)[0]  # type: ignore[index]
        QTest.keyClick(self.session.shell, combination.key(), combination.keyboardModifiers())

    def answered_again(self) -> Until:
        """The page is full once more."""
        before = self.answers
        return lambda: self.answers > before

    def saving(self, name: str) -> Until:
        """Save the choice under a name on the disk."""
        target = str(self.disk / name)
        setattr(QFileDialog, "getSaveFileName", lambda *_args: (target, ""))  # noqa: B010
        self.press("Ctrl+S")
        # The notice may be one of settings that could not be kept, too.
        return lambda: target in self.window.notice.text

    def settings(self) -> str:
        """The settings file; nothing where there is none."""
        file = self.disk / "settings.json"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def kept(self) -> list[str]:
        """Files on the disk."""
        return sorted(path.name for path in self.disk.iterdir() if path.name != ".full")

    def _on_answered(self) -> None:
        self.answers += 1

    def steps(self) -> Iterator[Until]:
        # The settings were damaged, and the driver hangs.
        self.window.answered.connect(self._on_answered)
        yield self.answered_again()
        self.tell("driver hung", config=self.kept())

        # The driver is back.
        self.driver("two-cards.txt")
        self.press("F5")
        yield lambda: words(self.window.strip).count("RTX 3090") == 2
        yield lambda: "RTX 3090" in self.window.page.answer.sentence.text()
        self.tell("driver back")

        # One of its cards is lost while the window is open.
        self.driver("one-lost.txt")
        yield lambda: len(self.window.strip.planned_machine.plannable_gpus) == 1
        yield self.answered_again()
        self.tell("card lost")

        # The disk is full when a report is saved, and when a setting is.
        with_details = False

        def on_details() -> None:
            nonlocal with_details
            with_details = True

        self.window.page.details.finished.connect(on_details)
        self.window.page.show_cell("deepseek-r1-distill-qwen-14b", "Q4_K_M")
        yield lambda: with_details
        # The choice is kept by now: a notice that it cannot be would take the place of the report's.
        yield lambda: "deepseek-r1-distill-qwen-14b" in self.settings()
        (self.disk / ".full").touch()
        yield self.saving("report.html")
        self.tell("disk full", files=self.kept())
        self.window.show_page("fit")
        self.window.nav.units_clicked.emit()
        yield lambda: "settings" in self.window.notice.text
        self.tell("settings on a full disk", settings=self.settings())
        (self.disk / ".full").unlink()
        yield self.saving("second.html")
        self.tell("room again", files=self.kept())

        # The Python that was chosen has a broken torch.
        self.window.change(verify_python=self.broken_python)
        self.window.show_page("verify")
        page = self.window.others.page("verify")
        page.begin.click()
        yield lambda: page.verifier.running
        yield lambda: not page.verifier.running and "not verified" in page.title.text()
        self.tell("torch broken", page=words(page))
        self.session.shell.close()


def main() -> int:
    folder, pictures, broken_python = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    # Cards that come and go are looked for every ten seconds; nobody waits that long here.
    detector.BETWEEN_LOOKS_S = 0.5
    inbox = Inbox()
    session = Session(_options(["--theme", "light", "--language", "en"]), inbox, _start_probe(inbox))
    sitting = Sitting(session, folder, pictures, broken_python)
    code = session.run()
    assert sitting is not None
    return code


if __name__ == "__main__":
    sys.exit(main())
