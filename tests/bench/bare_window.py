"""The least that a PySide6 program can do: an empty window, painted. What FitCheck's start is compared with."""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class BareWindow(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        print(json.dumps({"milestone": "painted", "monotonic": time.monotonic()}), flush=True)
        QTimer.singleShot(0, QApplication.quit)


application = QApplication(sys.argv)
application.setStyle("Fusion")
window = BareWindow()
window.resize(1280, 800)
window.show()
sys.exit(application.exec())
