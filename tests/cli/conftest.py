"""What tests of commands share: one application of Qt for the whole process, which the window's tests need too."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Without it the writer of PDFs would make a smaller one, which the window's tests cannot use."""
