"""Models by file types: one plan a cell, filled in as it is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES, FileType
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import format_tokens
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import verdict_word

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel

Cell = Plan | str | None
"""A plan, the reason why there is none, or not known yet."""

Order = Literal["size", "smallest", "quality", "speed"]
"""How rows are sorted: largest or smallest model first, by published score, or by the fastest type that runs."""

FAST_TOKENS_PER_S = 20.0
"""What the filter "20 tokens/s or more" asks for."""

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT = QModelIndex()


class FitMatrixModel(QAbstractTableModel):
    """The matrix. Rows are models (variants of a family fold into its first), columns file types by bits.

    ``CellRole`` gives the ``Cell``; ``set_cell`` fills one. ``rearranged`` follows a change of rows or columns.
    """

    CellRole = int(Qt.ItemDataRole.UserRole) + 1
    BestRole = int(Qt.ItemDataRole.UserRole) + 2

    rearranged = Signal()

    def __init__(self, models: Sequence[CatalogModel], sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = tuple(models)
        self._sentences = sentences
        self._open_families: set[str] = set()
        self._open_bits: set[int] = set()
        self._cells: dict[tuple[str, str], Cell] = {}
        self._speeds: dict[tuple[str, str], float] = {}
        self._order: Order = "size"
        self._only_gpu = self._only_fast = False
        self._scores: Mapping[str, float] = {}
        self._best: tuple[str, str] | None = None
        self._rows = self._visible_models()
        self._columns = self._visible_types()

    @property
    def rows(self) -> tuple[CatalogModel, ...]:
        """The models shown, from top to bottom."""
        return self._rows

    @property
    def columns(self) -> tuple[FileType, ...]:
        """The file types shown, from left to right."""
        return self._columns

    def family(self, row: int) -> tuple[CatalogModel, ...]:
        """All variants that share a row's family, the row's own among them."""
        return tuple(model for model in self._models if model.family == self._rows[row].family)

    def family_open(self, row: int) -> bool:
        """Whether the variants have rows of their own."""
        return self._rows[row].family in self._open_families

    def toggle_family(self, row: int) -> None:
        """Show or fold the variants of a row."""
        if len(self.family(row)) > 1:
            self._open_families ^= {self._rows[row].family}
            self._rearrange()

    def rare_types(self, bits: int) -> int:
        """How many rare file types a group of bits has."""
        return sum(not one.common for one in FILE_TYPES if one.bits == bits)

    def bits_open(self, bits: int) -> bool:
        """Whether a group shows its rare types."""
        return bits in self._open_bits

    def toggle_bits(self, bits: int) -> None:
        """Show or hide a group's rare types."""
        self._open_bits ^= {bits}
        self._rearrange()

    def set_rare_shown(self, shown: bool) -> None:
        """Show or hide the rare types of all groups."""
        self._open_bits = {one.bits for one in FILE_TYPES} if shown else set()
        self._rearrange()

    def cell(self, row: int, column: int) -> Cell:
        """What a place shows."""
        return self._cells.get((self._rows[row].id, self._columns[column].id))

    def is_best(self, row: int, column: int) -> bool:
        """Whether this is the best pick."""
        return self._best == (self._rows[row].id, self._columns[column].id)

    def speed(self, row: int, column: int) -> float | None:
        """Expected tokens a second of a place; None where nothing runs or nothing is known."""
        return self._speed_of((self._rows[row].id, self._columns[column].id))

    def _speed_of(self, key: tuple[str, str]) -> float | None:
        """Predicted when first asked for, so that only what is seen is predicted."""
        if key not in self._speeds:
            cell = self._cells.get(key)
            if not isinstance(cell, Plan) or cell.verdict == "no":
                return None
            self._speeds[key] = service.decode_speed(cell).expected
        return self._speeds[key]

    def set_filter(self, only_gpu: bool, only_fast: bool) -> None:
        """Step back what does not run on cards alone, or is slower than 20 tokens a second."""
        self._only_gpu, self._only_fast = only_gpu, only_fast
        self._changed_everywhere()

    def is_left_out(self, row: int, column: int) -> bool:
        """Whether the filters leave a place out; it stays where it is and can be reached."""
        cell = self.cell(row, column)
        if not isinstance(cell, Plan) or not (self._only_gpu or self._only_fast):
            return False
        slow = self._only_fast and (self.speed(row, column) or 0.0) < FAST_TOKENS_PER_S
        return slow or (self._only_gpu and cell.verdict != "gpu")

    def set_order(self, order: Order, scores: Mapping[str, float]) -> None:
        """Sort the rows; ``scores`` are published ones by model id, unknown models come last."""
        self._order, self._scores = order, scores
        self._rearrange()

    def sort_anew(self) -> None:
        """Sort by the speeds that are known now; nothing where rows are sorted by something that stays."""
        if self._order == "speed" and self._visible_models() != self._rows:
            self._rearrange()

    def clear(self) -> None:
        """Forget every plan: what was shown no longer holds."""
        self.show_cells({}, {})

    def show_cells(self, cells: dict[tuple[str, str], Cell], speeds: dict[tuple[str, str], float]) -> None:
        """Show these in place of all others; both are filled further as more becomes known."""
        self._cells, self._speeds = cells, speeds
        self._best = None
        self._changed_everywhere()

    def set_cell(self, model_id: str, type_id: str, cell: Cell) -> None:
        """Fill a place, visible or not; a visible one is repainted."""
        self._cells[model_id, type_id] = cell
        self._speeds.pop((model_id, type_id), None)
        place = self.place(model_id, type_id)
        if place is not None:
            self.dataChanged.emit(place, place)

    def fill(self, cells: dict[tuple[str, str], Cell]) -> None:
        """Fill many places with one repaint."""
        self._cells.update(cells)
        for place in cells:
            self._speeds.pop(place, None)
        self._changed_everywhere()

    def set_best(self, plan: Plan | None) -> None:
        """Mark the best pick."""
        self._best = None if plan is None else (plan.model_id, plan.quantization)
        self._changed_everywhere()

    def missing(self) -> list[tuple[CatalogModel, FileType]]:
        """Visible places that are not known yet, row by row."""
        return [(m, t) for m in self._rows for t in self._columns if (m.id, t.id) not in self._cells]

    def row_plans(self, model_id: str) -> tuple[Plan, ...]:
        """Every plan that is known of one model."""
        return tuple(cell for (model, _), cell in self._cells.items() if model == model_id and isinstance(cell, Plan))

    def row_text(self, row: int) -> str:
        """A row for a spreadsheet: a line for each type with verdict, size and tokens a second."""
        lines = []
        for column, file_type in enumerate(self._columns):
            cell = self.cell(row, column)
            if isinstance(cell, Plan):
                speed = self.speed(row, column)
                size = self._sentences.size(cell.estimate.total_bytes)
                said = (verdict_word(cell.verdict), size, "" if speed is None else rate(speed))
            else:
                said = (cell or "", "", "")
            lines.append("\t".join((self._rows[row].name, file_type.id, *said)))
        return "\n".join(lines)

    def reveal(self, model_id: str, type_id: str) -> QModelIndex | None:
        """Open what hides a place, and say where it stands; None for what the catalogue does not have."""
        model = next((one for one in self._models if one.id == model_id), None)
        file_type = next((one for one in FILE_TYPES if one.id == type_id), None)
        if model is None or file_type is None:
            return None
        if self.place(model_id, type_id) is None:
            if model not in self._rows:
                self._open_families.add(model.family)
            if file_type not in self._columns:
                self._open_bits.add(file_type.bits)
            self._rearrange()
        return self.place(model_id, type_id)

    def plans(self) -> list[Plan]:
        """Every plan that is known."""
        return [cell for cell in self._cells.values() if isinstance(cell, Plan)]

    def place(self, model_id: str, type_id: str) -> QModelIndex | None:
        """Where a model and file type stand, None where they are not shown."""
        row = next((i for i, model in enumerate(self._rows) if model.id == model_id), None)
        column = next((i for i, one in enumerate(self._columns) if one.id == type_id), None)
        return None if row is None or column is None else self.index(row, column)

    def _visible_models(self) -> tuple[CatalogModel, ...]:
        first: dict[str, str] = {}
        for model in self._models:
            first.setdefault(model.family, model.id)
        shown = [m for m in self._models if first[m.family] == m.id or m.family in self._open_families]
        if self._order == "smallest":
            shown.reverse()
        elif self._order == "quality":
            shown.sort(key=lambda model: -self._scores.get(model.id, -1.0))
        elif self._order == "speed":
            shown.sort(key=lambda model: -self._fastest(model.id))
        return tuple(shown)

    def _fastest(self, model_id: str) -> float:
        """Of the common types that run from memory; 0 where none does or none is known."""
        found = [plan for plan in self.row_plans(model_id) if plan.runs and plan.file_type.common]
        return max((self._speed_of((model_id, plan.quantization)) or 0.0 for plan in found), default=0.0)

    def _visible_types(self) -> tuple[FileType, ...]:
        return tuple(one for one in FILE_TYPES if one.common or one.bits in self._open_bits)

    def _rearrange(self) -> None:
        self.beginResetModel()
        self._rows, self._columns = self._visible_models(), self._visible_types()
        self.endResetModel()
        self.rearranged.emit()

    def _changed_everywhere(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    def _texts(self, row: int, column: int, role: int) -> str:
        cell, name = self.cell(row, column), self._rows[row].short_name
        said = self._sentences
        if cell is None:
            words = {Qt.ItemDataRole.DisplayRole: "", Qt.ItemDataRole.ToolTipRole: self.tr("not computed yet")}
            return words.get(role, f"{name}, {self._columns[column].id}: {self.tr('not computed yet')}")
        if isinstance(cell, str):
            return {Qt.ItemDataRole.DisplayRole: "–"}.get(role, f"{name}, {self._columns[column].id}: {cell}")
        if role == Qt.ItemDataRole.DisplayRole:
            return said.bare(cell.estimate.total_bytes)
        if role == Qt.ItemDataRole.ToolTipRole:
            return said.tooltip(cell, name, self.speed(row, column))
        spoken = said.spoken(cell, name, self.speed(row, column), self.is_best(row, column))
        return ", ".join((spoken, self.tr("left out by the filter"))) if self.is_left_out(row, column) else spoken

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        row, column = index.row(), index.column()
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if role in roles:
            return self._texts(row, column, role)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == self.CellRole:
            return self.cell(row, column)
        if role == self.BestRole:
            return self.is_best(row, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if 0 <= section < (len(self._columns) if across else len(self._rows)):
                return self._columns[section].id if across else self._rows[section].short_name
        elif role == Qt.ItemDataRole.ToolTipRole and not across and 0 <= section < len(self._rows):
            return self.row_words(section)
        return None

    def row_words(self, row: int) -> str:
        """A model in one line: its name, its size, its longest context."""
        model = self._rows[row]
        text = self.tr("{name}: {count} billion parameters, {layers} layers, {context} of context at most")
        count = f"{model.parameters.total / 1e9:.1f}"
        context = format_tokens(model.spec.context_limit)
        return text.format(name=model.name, count=count, layers=model.spec.n_layers, context=context)
