"""One choice in detail: verdict, memory on every device, why, and what to download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fitcheck.gui.glyphs import paint_verdict_glyph
from fitcheck.gui.language import said
from fitcheck.gui.sentences import Sentences, card_names
from fitcheck.gui.theme import Theme, verdict_word
from fitcheck.gui.widgets.command_box import CommandBox
from fitcheck.gui.widgets.legend import ComponentLegend
from fitcheck.gui.widgets.memory_bar import DeviceMemoryFill, MemoryBar, Part

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan, Verdict
    from fitcheck.engines.command import Command

_BADGE_HEIGHT = 24
_NARROW = 700


class Badge(QWidget):
    """A verdict as glyph and word on its tint."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._verdict: Verdict = "no"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_verdict(self, theme: Theme, verdict: Verdict) -> None:
        """Show a verdict."""
        self._theme, self._verdict = theme, verdict
        self.setAccessibleName(verdict_word(verdict))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("small_strong")).horizontalAdvance(verdict_word(self._verdict))
        return QSize(width + 38, round(_BADGE_HEIGHT * self._theme.scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        colours, edge = theme.verdict(self._verdict), theme.icon("inline")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.tint)
        painter.drawRoundedRect(self.rect(), theme.radius("control"), theme.radius("control"))
        glyph = QRectF(8, (self.height() - edge) / 2, edge, edge)
        paint_verdict_glyph(painter, glyph, self._verdict, colours.solid, colours.on_solid)
        painter.setFont(theme.font("small_strong"))
        painter.setPen(colours.text)
        painter.drawText(self.rect().adjusted(28, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, verdict_word(self._verdict))


class ChoicePanel(QFrame):
    """The panel. Scrolls when there are more devices than room."""

    def __init__(self, theme: Theme, sentences: Sentences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._sentences = theme, sentences
        self._plan: Plan | None = None
        self._name = self._note = ""
        self._reasoning_tokens: int | None = None
        self.command = CommandBox(theme)
        self.command.set_commands({})
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("Choice"))
        self._title, self._badge = QLabel(), Badge(theme)
        self._legend = ComponentLegend(theme)
        self._body = QVBoxLayout()
        self._lay_out()
        self.set_plan(None, "")

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self._legend.set_theme(theme)
        self.command.set_theme(theme)
        self.set_plan(self._plan, self._name, self._note, self._reasoning_tokens)

    def set_plan(self, plan: Plan | None, name: str, note: str = "", reasoning_tokens: int | None = None) -> None:
        """Show a plan; ``name`` is its model's short name.

        ``note`` stands in place of what there is to download, or says why there is no plan.
        """
        self._plan, self._name, self._note, self._reasoning_tokens = plan, name, note, reasoning_tokens
        self._empty()
        for part in (self._badge, self._legend):
            part.setVisible(plan is not None)
        self._title.setFont(self._theme.font("title"))
        if plan is None:
            self._title.setText(name if note else self.tr("No choice yet"))
            self._say(note or self.tr("Choose a cell of the matrix to see where its memory goes."), muted=True)
        else:
            self._title.setText(f"{name} · {plan.quantization}")
            self._badge.set_verdict(self._theme, plan.verdict)
            self._show_speed(plan)
            self._show_devices(plan)
            self._show_words(plan)
        self._body.addWidget(self.command)
        self._body.addStretch(1)

    def set_commands(self, commands: Mapping[str, Command]) -> None:
        """What to type for the plan that is shown; empty where there is nothing to type."""
        self.command.set_commands(commands)

    def _show_speed(self, plan: Plan) -> None:
        """Tokens a second with the band, what limits them, and how long a reasoning answer takes."""
        if plan.verdict == "no":
            return
        prediction = plan.prediction
        label = QLabel(self._sentences.speed(prediction.decode))
        label.setFont(self._theme.font("body_strong"))
        label.setWordWrap(True)
        self._body.addWidget(label)
        self._say(self._sentences.limit(prediction, self._reasoning_tokens), muted=True)

    def _show_devices(self, plan: Plan) -> None:
        for index, device in enumerate(plan.devices):
            if device.memory.total_bytes and index < len(plan.devices):
                self._add_device(plan, index)

    def _add_device(self, plan: Plan, index: int) -> None:
        device, said = plan.devices[index], self._sentences
        name, parts = said.device_name(plan, index), said.parts(device)
        fill = self._fill(plan, index)
        line = QHBoxLayout()
        line.setSpacing(self._theme.space(2))
        head, text = QLabel(name), QLabel(parts)
        head.setFont(self._theme.font("small_strong"))
        text.setFont(self._theme.font("small"))
        text.setProperty("muted", True)
        line.addWidget(head)
        line.addWidget(text, 1)
        spoken = f"{name}, {parts}"
        if fill is not None:
            rest = fill.total_bytes - fill.used_bytes
            free = self.tr("{0} free of {1}") if rest >= 0 else self.tr("{0} too much for {1}")
            right = QLabel(free.format(said.bare(abs(rest)), said.size(fill.total_bytes)))
            right.setFont(self._theme.font("small"))
            right.setProperty("muted" if rest >= 0 else "alarm", True)
            line.addWidget(right)
            margin = self.tr("margin {0}").format(said.size(fill.margin_bytes))
            spoken = f"{spoken}, {right.text()}, {margin}"
        self._body.addLayout(line)
        if fill is not None:
            self._body.addWidget(MemoryBar(self._theme, fill, spoken))

    def _fill(self, plan: Plan, index: int) -> DeviceMemoryFill | None:
        """The bar's parts; None where the device's size is unknown."""
        machine, device = plan.machine, plan.devices[index]
        if index == len(plan.devices) - 1:
            total, free = machine.ram_total_bytes, machine.ram_available_bytes
        else:
            card = machine.plannable_gpus[index]
            total, free = card.memory_total_bytes, card.memory_free_bytes
        if total is None or free is None or device.capacity_bytes is None:
            return None
        # What the rule keeps free beyond the runtime's own part, which the bar shows by itself.
        margin = max(0, free - device.capacity_bytes - device.memory.runtime_bytes)
        return DeviceMemoryFill(total, tuple(self._bar_parts(plan, index, max(0, total - free))), margin)

    def _bar_parts(self, plan: Plan, index: int, others: int) -> Iterator[Part]:
        memory, size = plan.devices[index].memory, self._sentences.size
        for colour, word, amount in (
            ("other_programs", self.tr("in use by other programs: {0}"), others),
            ("weights", self.tr("weights: {0}"), memory.weights_bytes),
            ("kv_cache", self.tr("KV cache: {0}"), memory.kv_cache_bytes),
            ("compute", self.tr("compute buffers: {0}"), memory.compute_bytes),
            ("runtime", self.tr("runtime overhead, a margin rather than a measurement: {0}"), memory.runtime_bytes),
        ):
            yield Part(colour, word.format(size(amount)), amount)

    def _show_words(self, plan: Plan) -> None:
        self._body.addSpacing(self._theme.space(1))
        for reason in plan.reasons:
            self._say(said(reason))
        last = self._note or self._sentences.download(plan)
        self._say(self.tr("{0}. {1}.").format(self._sentences.placement(plan), last), muted=True)
        for warning in plan.warnings:
            self._say(self.tr("Note: {0}").format(said(warning)), muted=True)
        if card_names(plan):
            self._badge.setToolTip(card_names(plan))

    def _say(self, text: str, *, muted: bool = False) -> None:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setFont(self._theme.font("small"))
        label.setProperty("muted", muted)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._body.addWidget(label)

    def _empty(self) -> None:
        while (item := self._body.takeAt(0)) is not None:
            if item.widget() is self.command:
                continue
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
            elif item.layout() is not None:
                while (inner := item.layout().takeAt(0)) is not None:
                    if inner.widget() is not None:
                        inner.widget().hide()
                        inner.widget().deleteLater()

    def _lay_out(self) -> None:
        named = QHBoxLayout()
        named.setSpacing(self._theme.space(2))
        named.addWidget(self._title)
        named.addWidget(self._badge)
        named.addStretch(1)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(self._theme.space(2))
        self._head.addLayout(named)
        self._head.addWidget(self._legend)
        inner = QWidget()
        inner.setObjectName("choiceBody")
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(self._theme.space(1))
        inner.setLayout(self._body)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        # The panel's own ground shows through.
        inner.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.setSpacing(self._theme.space(2))
        whole.addLayout(self._head)
        whole.addWidget(self.area, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < _NARROW * self._theme.scale
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(420, round(150 * self._theme.scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, round(110 * self._theme.scale))
