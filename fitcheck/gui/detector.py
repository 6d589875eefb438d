"""Turns the probe's lines into machines on the window's thread, asks for readings, and looks again when asked to."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fitcheck.gui.inbox import Inbox

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.probe.client import ProbeClient
    from fitcheck.probe.detect import Detection

LIVE_MS = 1000
"""Between two readings of what changes from second to second."""

BETWEEN_LOOKS_S = 10.0
"""Between two whole looks that a driver asks for: one that says all the time that cards changed costs no more."""


class Detector(QObject):
    """One probe at a time: its child processes, its inbox and what has been put together so far.

    ``machine_seen`` carries the machine and whether it is final (a late answer makes it final once more); ``failed``
    follows a final one that had to do without part of the answer, and says why in words. ``live_seen`` carries the
    machine with new readings, about once a second between ``start_live`` and ``pause_live``.
    """

    machine_seen = Signal(object, bool)
    live_seen = Signal(object)
    failed = Signal(str)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client: ProbeClient | None = None
        self._inbox: Inbox | None = None
        self._detection: Detection | None = None
        self._quiet = False
        self._looked_at = monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.timeout.connect(self._ask)
        # The reader thread emits; a queued connection brings the call over to this thread.
        self._woken.connect(self._read, Qt.ConnectionType.QueuedConnection)

    def adopt(self, client: ProbeClient | None, inbox: Inbox) -> None:
        """Go on with a probe that was started before Qt was there."""
        from fitcheck import service

        self._client, self._inbox = client, inbox
        self._detection = service.new_detection()
        inbox.attach(self._woken.emit)

    def look(self) -> None:
        """End a probe that is still running and start another."""
        self._look_anew(quiet=False)

    def start_live(self) -> None:
        """Ask for readings from now on: the window can be seen."""
        if not self._timer.isActive():
            self._timer.start()
            self._ask()

    def pause_live(self) -> None:
        """Ask for none: nobody sees the window."""
        self._timer.stop()

    def stop(self) -> None:
        """End the child processes; nothing is emitted for them any more."""
        client, self._client = self._client, None
        if self._inbox is not None:
            self._inbox.detach()
            self._inbox = None
        self._detection = None
        if client is not None:
            client.stop()

    def _look_anew(self, *, quiet: bool) -> None:
        """``quiet``: a machine is shown already and stays until the new one is whole."""
        from fitcheck import service

        self.stop()
        self._quiet, self._looked_at = quiet, monotonic()
        inbox = Inbox()
        client = None
        try:
            client = service.start_probe(inbox.put_line, inbox.put_end)
        except OSError as error:
            inbox.put_end(error.strerror or str(error))
        self.adopt(client, inbox)

    def _ask(self) -> None:
        """Ask for readings; where cards came or went, for a whole new look."""
        detection = self._detection
        if detection is None or not detection.finished:
            return
        if detection.wants_look and monotonic() - self._looked_at >= BETWEEN_LOOKS_S:
            self._look_anew(quiet=True)
        elif self._client is not None:
            self._client.look()

    def _read(self) -> None:
        """Feed everything that has arrived and say once what the machine looks like now."""
        detection = self._detection
        if self._inbox is None or detection is None:
            return
        was_finished = detection.finished
        changed = answered = False
        end: int | str | None = None
        for letter in self._inbox.take():
            if isinstance(letter, bytes):
                if detection.feed(letter) is not None:
                    changed, answered = True, answered or not detection.only_readings
            else:
                end = letter
        if was_finished:
            self._say_later(detection.machine, answered=answered, changed=changed)
        elif detection.finished:
            self.machine_seen.emit(detection.machine, True)
        elif end is not None:
            words = end if isinstance(end, str) else self.tr("It ended early (status {0}).").format(end)
            self.machine_seen.emit(detection.end(words), True)
            self.failed.emit(words)
        elif changed and not self._quiet:
            self.machine_seen.emit(detection.machine, False)

    def _say_later(self, machine: Machine, *, answered: bool, changed: bool) -> None:
        """What came after the end: a late answer, or readings."""
        if answered:
            self.machine_seen.emit(machine, True)
        elif changed:
            self.live_seen.emit(machine)
