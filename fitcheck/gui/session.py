"""One run of the window: the application, the first paint, then everything that waited for it."""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from fitcheck.errors import FitCheckError, RequestError
from fitcheck.gui.inbox import Inbox
from fitcheck.gui.language import Language, chosen_language
from fitcheck.gui.shell import Shell
from fitcheck.gui.startup_faults import QtVoice
from fitcheck.gui.theme import Theme, ThemeMode, early_theme
from fitcheck.settings_file import MODELS_VARIABLE, peek, point_at_models, settings_path

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.gui.crash import CrashHook
    from fitcheck.gui.detector import Detector
    from fitcheck.gui.widgets.focus_ring import FocusRings
    from fitcheck.probe.client import ProbeClient
    from fitcheck.settings import Settings

BENCH = "FITCHECK_BENCH"
"""Set to 1: print milestones as JSON lines on standard output and quit when the matrix is full."""

SETTLE_MS = 200
"""What layouts get before a screenshot: each level of nested widgets takes a turn of the event loop."""

LATER_MS = 150
"""When icon, focus ring and crash dialog are made: after the answer, before a person can need them."""

SAVE_AFTER_MS = 300
"""A moving slider changes a setting 60 times a second; a crash loses no more than this."""

_MODES = ("light", "dark", "system")


def spare_collections() -> None:
    """Keep Python's search for cycles out of the way of the window."""
    # What is loaded now stays: later collections need not look at it.
    gc.enable()
    gc.freeze()
    # Each answer makes thousands of objects that go by themselves; looking for cycles among them takes long.
    gc.set_threshold(50_000, 20, 20)


class _Application(QApplication):
    """The application; ``file_wanted`` carries the path of a file that macOS asks the running program to open."""

    file_wanted = Signal(str)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_wanted.emit(event.file())
            return True
        return super().event(event)


class Session(QObject):
    """Owns the application, the window and what they need; ``run`` returns the exit code."""

    def __init__(self, options: argparse.Namespace, inbox: Inbox, client: ProbeClient | None) -> None:
        self._voice = QtVoice()
        qInstallMessageHandler(self._hear)
        self.app = _Application(["fitcheck"])
        super().__init__()
        self._options, self._inbox, self._client = options, inbox, client
        self._bench = os.environ.get(BENCH) == "1"
        self._unattended = self._bench or bool(options.screenshot)
        self._path = settings_path()
        self._models_folder = os.environ.get(MODELS_VARIABLE)
        self._settings: Settings | None = None
        self._detector: Detector | None = None
        self._recorded: Machine | None = None
        self._crash: CrashHook | None = None
        self._ring: FocusRings | None = None
        self._exit_code = 0
        self._unsaved = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._unsaved.timeout.connect(self._save)
        early = {} if options.screenshot else peek(self._path)
        chosen = options.theme or early.get("theme")
        mode: ThemeMode = chosen if chosen in _MODES else "system"
        self._theme = self._dress(mode)
        self._language = Language()
        self._language.use(chosen_language(options.language or early.get("language")))
        self.shell = Shell(self._theme, early.get("geometry"))
        if options.size:
            self.shell.resize(*options.size)
        self.shell.painted.connect(self._on_shell_painted)
        self.shell.closing.connect(self._on_closing)

    def run(self) -> int:
        """Show the window and process events until it closes."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.shell.appear()
        status = self.app.exec()
        if self._crash is not None:
            self._crash.remove()
        qInstallMessageHandler(None)
        return self._exit_code or status

    def _dress(self, mode: ThemeMode) -> Theme:
        self.app.setApplicationName("fitcheck")
        self.app.setApplicationDisplayName("FitCheck")
        self.app.setDesktopFileName("fitcheck")
        self.app.setStyle("Fusion")
        theme = early_theme(mode)
        self.app.setPalette(theme.palette())
        self.app.setFont(theme.font("body"))
        return theme

    def _on_shell_painted(self) -> None:
        self._milestone("shell_painted")
        if self._options.screenshot and self._options.after == "shell":
            self._save_screenshot()
            return
        self._steps = iter((self._load_settings, self._dress_fully, self._fill_window))
        self._next_step()

    def _next_step(self) -> None:
        """One step of what waited for the first paint, then the event loop, then the next one."""
        step = next(self._steps, None)
        if step is None:
            spare_collections()
            return
        try:
            step()
        except FitCheckError as error:
            sys.stderr.write(f"fitcheck: {error.message}\n")
            self._quit(error.exit_code)
            return
        QTimer.singleShot(0, self, self._next_step)

    def _load_settings(self) -> None:
        """Settings for this run: from disk, with the command line's choices over them."""
        from fitcheck.core.units import format_tokens, parse_tokens
        from fitcheck.settings import MAX_CONTEXT, Loaded, Settings, load

        self._loaded = Loaded(Settings()) if self._options.screenshot else load(self._path)
        self._kept = self._loaded.settings
        changes: dict[str, Any] = {}
        if self._options.context:
            tokens = parse_tokens(self._options.context)
            if tokens > MAX_CONTEXT:
                longest = format_tokens(MAX_CONTEXT)
                raise RequestError("context_over_limit", f"No model takes a context over {longest}.", (longest,))
            changes["context"] = tokens
        for name in ("theme", "language"):
            if getattr(self._options, name):
                changes[name] = getattr(self._options, name)
        self._settings = replace(self._kept, **changes)

    def _dress_fully(self) -> None:
        """Style and stylesheet: the first picture needs neither."""
        from fitcheck.gui.style import FitStyle

        self._style = FitStyle()
        self.app.setStyle(self._style)
        self.app.setStyleSheet(self._theme.stylesheet())

    def _fill_window(self) -> None:
        """The real widgets, in the picture's place, and at once what is known of the machine."""
        self.shell.clear()
        self._make_window(self._theme, self.shell.strip_width)
        self.app.styleHints().colorSchemeChanged.connect(lambda: self.window.follow_system())
        self._tell_of_bad_settings()
        self.app.file_wanted.connect(lambda path: self.window.own_files.open(path))
        self._begin_to_look()
        QTimer.singleShot(LATER_MS, self, self._finish)

    def _make_window(self, theme: Theme, strip_width: int) -> None:
        from fitcheck.gui.main_window import MainWindow
        from fitcheck.gui.pages.fit import FitPage

        assert self._settings is not None
        self.window = MainWindow(theme, self._settings, FitPage, strip_width, self.shell)
        self.window.others.set_recorded(self._options.machine is not None)
        self.window.answered.connect(self._on_answered)
        self.window.settings_changed.connect(self._keep)
        self.window.look_again.connect(self._look_again)
        self.shell.set_content(self.window)

    def _change_language(self) -> None:
        """Make the widgets anew in the language that was chosen; what they showed is what the new ones begin with.

        So that no widget has to know that a language can change.
        """
        assert self._settings is not None
        code, old = chosen_language(self._settings.language), self.window
        if code == self._language.code:
            return
        self._language.use(code)
        self._make_window(old.theme, old.strip.width())
        self.window.take_over(old)
        self._wire_ring()
        old.deleteLater()

    def _finish(self) -> None:
        """What nobody misses in the first moments."""
        from PySide6.QtGui import QIcon

        from fitcheck import resources
        from fitcheck.gui.crash import CrashHook
        from fitcheck.gui.widgets.focus_ring import FocusRings

        self.app.setWindowIcon(QIcon(str(resources.root() / "icons" / "fitcheck.svg")))
        self._ring = FocusRings(self.window.theme, self.app)
        self._wire_ring()
        if not self._unattended:
            self._crash = CrashHook(self.shell)
            self._crash.install()

    def _wire_ring(self) -> None:
        # There is none yet where the language changes in the first moments.
        if self._ring is not None:
            self.window.theme_changed.connect(self._ring.set_theme)

    def _tell_of_bad_settings(self) -> None:
        loaded = self._loaded
        if loaded.set_aside:
            self.window.notice.say(
                self.tr("The settings file could not be read and was set aside as {0}; defaults are in use.").format(
                    loaded.set_aside
                )
            )
        elif loaded.trouble:
            self.window.notice.say(self.tr("The settings could not be read: {0}.").format(loaded.trouble))

    def _begin_to_look(self) -> None:
        from fitcheck import service
        from fitcheck.gui.detector import Detector

        if self._options.machine:
            self._recorded = service.load_machine(self._options.machine)
            self.window.set_machine(self._recorded, True)
            return
        self._detector = Detector(self)
        # The window may be another one by the time they come.
        self._detector.machine_seen.connect(lambda machine, final: self.window.set_machine(machine, final))
        self._detector.live_seen.connect(lambda machine: self.window.follow_live(machine))
        self._detector.failed.connect(lambda reason: self.window.set_failed(reason))
        self._detector.adopt(self._client, self._inbox)
        if not self._unattended:
            self.shell.installEventFilter(self)
            self._detector.start_live()

    def _look_again(self) -> None:
        if self._detector is not None:
            self.window.set_looking()
            self._detector.look()
        elif self._recorded is not None:
            self.window.set_machine(self._recorded, True)

    def _keep(self, changes: dict[str, Any]) -> None:
        """Take what was just chosen; it is written when a person pauses, and what the command line said is not."""
        assert self._settings is not None
        self._settings = replace(self._settings, **changes)
        if "models_folder" in changes:
            point_at_models(changes["models_folder"], self._models_folder)
        if "language" in changes:
            # The widget that said so is about to go; let it return first.
            QTimer.singleShot(0, self, self._change_language)
        if not self._unattended:
            self._kept = replace(self._kept, **changes)
            self._unsaved.start()

    def _save(self) -> None:
        from fitcheck.settings import save

        self._unsaved.stop()
        try:
            save(self._kept, self._path)
        except OSError as error:
            self.window.notice.say(
                self.tr("The settings could not be saved: {0}.").format(error.strerror or str(error))
            )

    def _on_answered(self) -> None:
        file, self._options.file = self._options.file, None
        if file:
            # Everything is said once the file is, or why it is not.
            self.window.own_files.ended.connect(self._on_answered)
            self.window.own_files.open(file)
            return
        self._milestone("matrix_filled")
        if self._options.screenshot:
            if self._options.after == "choice":
                self.window.page.details.finished.connect(
                    lambda: QTimer.singleShot(SETTLE_MS, self, self._save_screenshot)
                )
                self.window.page.show_choice()
                return
            QTimer.singleShot(SETTLE_MS, self, self._save_screenshot)
        elif self._bench:
            self._quit(0)

    def _save_screenshot(self) -> None:
        path = self._options.screenshot
        if self.shell.grab().save(path):
            self._quit(0)
        else:
            sys.stderr.write(f"fitcheck: The picture could not be written to {path}.\n")
            self._quit(2)

    def _on_closing(self) -> None:
        if self.shell.content is not None:
            from fitcheck.settings import Geometry

            place = self.shell.geometry_to_keep()
            self._keep({"geometry": Geometry(**place, strip_width=self.window.strip.width())})
            if self._unsaved.isActive():
                self._save()
        if self._detector is not None:
            self._detector.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Readings are taken while the window can be seen, and only then."""
        kinds = (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange)
        if event.type() in kinds and self._detector is not None:
            seen = self.shell.isVisible() and not self.shell.isMinimized()
            (self._detector.start_live if seen else self._detector.pause_live)()
        return super().eventFilter(watched, event)

    def _milestone(self, name: str) -> None:
        if self._bench:
            moment = time.monotonic()
            loaded = sorted({module.partition(".")[0] for module in sys.modules})
            sys.stdout.write(json.dumps({"milestone": name, "monotonic": moment, "loaded": loaded}) + "\n")
            sys.stdout.flush()

    def _quit(self, code: int) -> None:
        self._exit_code = code
        self.shell.close()
        self.app.quit()

    def _hear(self, level: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        self._voice.hear(level.value, text)
