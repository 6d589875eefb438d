"""What a screen reader is told of a widget, read back through Qt's accessibility interfaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description

Role = QAccessible.Role
WORKED_WITH = {
    Role.Button, Role.ButtonMenu, Role.CheckBox, Role.ComboBox, Role.SpinBox, Role.Slider, Role.PageTabList,
    Role.PageTab, Role.EditableText, Role.Table, Role.Cell, Role.List, Role.ListItem, Role.Graphic,
    Role.StaticText,
}  # fmt: skip
"""Roles of what takes the keyboard."""


@dataclass(frozen=True)
class Heard:
    """What a screen reader is told of one thing.

    Copied at once: Qt deletes its interfaces when it likes, and tells no wrapper of them.
    """

    role: QAccessible.Role
    name: str
    label: str
    description: str
    value: str
    enabled: bool
    focusable: bool
    kind: str
    inside: QAccessible.Role | None = None

    @property
    def called(self) -> str:
        """By its label, or by its own name where that is not just its value."""
        own = "" if self.role == Role.ComboBox and self.name == self.value else self.name
        return self.label or own


def heard(widget: QWidget) -> list[Heard]:
    """Everything in a widget that can be seen, as a screen reader walks through it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return list(_told(interface))


def _told(one: QAccessibleInterface, inside: QAccessible.Role | None = None) -> Iterator[Heard]:
    state, role = one.state(), one.role()
    if state.invisible:
        return
    labels = [other.text(NAME) for other, kind in one.relations() if kind == QAccessible.RelationFlag.Label]
    texts = (one.text(NAME), labels[0] if labels else "", one.text(DESCRIPTION), one.text(QAccessible.Text.Value))
    yield Heard(role, *texts, not state.disabled, bool(state.focusable), type(one.object()).__name__, inside)
    for index in range(one.childCount()):
        yield from _told(one.child(index), role)


def worked_with(widget: QWidget) -> list[Heard]:
    """What can be operated now."""
    return [one for one in heard(widget) if one.focusable and one.enabled]


def nameless(widget: QWidget) -> list[Heard]:
    return [one for one in worked_with(widget) if not one.called.strip()]


def misfits(widget: QWidget) -> list[Heard]:
    """Where a role does not say what it is; only what scrolls may be a mere area."""
    return [one for one in worked_with(widget) if one.role not in WORKED_WITH and one.kind != "QScrollArea"]


def twins(widget: QWidget) -> list[tuple[str, str, str]]:
    """What sounds the same as something else in reach; cells are told apart by their headers."""
    by_sound = Counter(
        (one.role.name, one.called, one.description)
        for one in worked_with(widget)
        if one.role not in (Role.Cell, Role.StaticText)
    )
    return [sound for sound, times in by_sound.items() if times > 1]
