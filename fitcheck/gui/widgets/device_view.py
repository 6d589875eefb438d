"""One device of the machine strip: check box or name, size, bar, and the lines under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.device_bar import DeviceBar, SwatchMark
from fitcheck.gui.widgets.device_states import DeviceState, Line


def label(theme: Theme, role: str, *, muted: bool = False, wrap: bool = False) -> QLabel:
    """A text in a role of the type scale."""
    made = QLabel()
    made.setFont(theme.font(role))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if muted:
        made.setProperty("muted", True)
    return made


class DeviceView(QWidget):
    """Shows a ``DeviceState``; ``ticked`` says that its check box was clicked (key, in the plan)."""

    ticked = Signal(str, bool)

    def __init__(self, theme: Theme, *, card: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state: DeviceState | None = None
        self._box = QCheckBox(self) if card else None
        self._name = label(theme, "body_strong", wrap=True)
        self._size = label(theme, "small", muted=True)
        self._bar = DeviceBar(theme, self)
        self._rows: list[_Row] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(3)
        head = QHBoxLayout()
        head.setSpacing(6)
        if self._box is not None:
            self._box.clicked.connect(self._on_clicked)
            head.addWidget(self._box)
        head.addWidget(self._name, 1)
        head.addWidget(self._size, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addLayout(self._lines)

    @property
    def state(self) -> DeviceState | None:
        """What is shown."""
        return self._state

    @property
    def check_box(self) -> QCheckBox | None:
        """The box that takes a card out of the plan."""
        return self._box

    def show_state(self, state: DeviceState) -> None:
        """Show another state; nothing happens for the same one."""
        if state == self._state:
            return
        before, self._state = self._state, state
        left_out = state.included is False
        self._name.setText(state.name)
        self._name.setEnabled(not left_out)
        self._size.setText(state.size)
        if self._box is not None:
            self._box.setVisible(state.included is not None)
            self._box.setChecked(bool(state.included))
            self._box.setAccessibleName(state.spoken)
            self._box.setToolTip(self.tr("Whether the plan may use this card"))
        self._bar.set_fill(state.fill, quiet=left_out)
        self._bar.setAccessibleName(state.spoken)
        if before is None or before.lines != state.lines:
            self._show_lines(state.lines)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self._bar.set_theme(theme)
        for row in self._rows:
            row.set_theme(theme)

    def _show_lines(self, lines: tuple[Line, ...]) -> None:
        """Change texts in place where the lines stay the same kind: the slider asks for this 60 times a second."""
        if [row.kind for row in self._rows] != [_kind(line) for line in lines]:
            for row in self._rows:
                self._lines.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = [_Row(self._theme, line, self) for line in lines]
            for row in self._rows:
                self._lines.addWidget(row)
                row.show()
        for row, line in zip(self._rows, lines, strict=True):
            row.set_texts(line)

    def _on_clicked(self, checked: bool) -> None:
        if self._state is not None:
            self.ticked.emit(self._state.key, checked)


class _Row(QWidget):
    """One line under a bar: swatch, label, value."""

    def __init__(self, theme: Theme, line: Line, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = _kind(line)
        self._swatch = SwatchMark(theme, line.swatch) if line.swatch != "none" else None
        self._label = label(theme, "caption", muted=not line.alarm, wrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._value = label(theme, "caption", muted=not line.alarm)
        for part in (self._label, self._value):
            part.setProperty("alarm", line.alarm)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        if self._swatch is not None:
            box.addWidget(self._swatch)
        box.addWidget(self._label, 1, Qt.AlignmentFlag.AlignTop)
        box.addWidget(self._value, 0, Qt.AlignmentFlag.AlignTop)

    def set_texts(self, line: Line) -> None:
        self._label.setText(line.label)
        self._value.setText(line.value)

    def set_theme(self, theme: Theme) -> None:
        if self._swatch is not None:
            self._swatch.set_theme(theme)


def _kind(line: Line) -> tuple[str, bool]:
    """What decides how a line is built, as against what it says."""
    return line.swatch, line.alarm
