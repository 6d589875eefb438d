"""Turns the probe's lines into machines on the window's thread, and looks again when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from fitcheck.gui.inbox import Inbox

if TYPE_CHECKING:
    from fitcheck.probe.client import ProbeClient
    from fitcheck.probe.detect import Detection


class Detector(QObject):
    """One probe at a time: its child process, its inbox and what has been put together so far.

    ``machine_seen`` carries the machine and whether it is final; ``failed`` follows a final one that had to
    do without part of the answer, and says why in words.
    """

    machine_seen = Signal(object, bool)
    failed = Signal(str)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client: ProbeClient | None = None
        self._inbox: Inbox | None = None
        self._detection: Detection | None = None
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
        from fitcheck import service

        self.stop()
        inbox = Inbox()
        client = None
        try:
            client = service.start_probe(inbox.put_line, inbox.put_end)
        except OSError as error:
            inbox.put_end(error.strerror or str(error))
        self.adopt(client, inbox)

    def stop(self) -> None:
        """End the child process; nothing is emitted for it any more."""
        client, self._client = self._client, None
        if self._inbox is not None:
            self._inbox.detach()
            self._inbox = None
        self._detection = None
        if client is not None:
            client.stop()

    def _read(self) -> None:
        """Feed everything that has arrived and say once what the machine looks like now."""
        detection = self._detection
        if self._inbox is None or detection is None or detection.finished:
            return
        changed, end = False, None
        for letter in self._inbox.take():
            if isinstance(letter, bytes):
                changed = detection.feed(letter) is not None or changed
            else:
                end = letter
        if detection.finished:
            self.machine_seen.emit(detection.machine, True)
        elif end is not None:
            words = end if isinstance(end, str) else self.tr("It ended early (status {0}).").format(end)
            self.machine_seen.emit(detection.end(words), True)
            self.failed.emit(words)
        elif changed:
            self.machine_seen.emit(detection.machine, False)
