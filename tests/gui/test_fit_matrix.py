"""The matrix as an item model: Qt's own checks, and what each place says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.workload import Workload
from fitcheck.gui.models.fit_matrix import FitMatrixModel
from fitcheck.gui.sentences import Sentences

from .conftest import RTX_4090, desktop

ROLES = Qt.ItemDataRole


@pytest.fixture
def model(qtbot: QtBot) -> FitMatrixModel:
    return FitMatrixModel(service.models(), Sentences())


def planned(name: str, quant: str) -> Plan:
    return service.plan(service.find_model(name), find_file_type(quant), Workload(16384), desktop(RTX_4090))


def test_it_behaves_as_qt_expects(model: FitMatrixModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)

    model.toggle_family(0)
    model.set_rare_shown(True)
    qtmodeltester.check(model)


def test_variants_of_r1_share_a_row_until_it_is_opened(model: FitMatrixModel, qtbot: QtBot) -> None:
    folded = [one.id for one in model.rows]

    with qtbot.waitSignals([model.modelReset, model.rearranged]):
        model.toggle_family(0)

    assert len(folded) == 8
    assert [one.id for one in model.rows][:3] == [
        "deepseek-r1-671b", "deepseek-r1-zero-671b", "deepseek-r1-0528-671b",
    ]  # fmt: skip
    model.toggle_family(1)
    assert [one.id for one in model.rows] == folded


def test_a_model_without_variants_does_not_open(model: FitMatrixModel) -> None:
    model.toggle_family(3)

    assert len(model.rows) == 8


def test_rare_types_appear_by_their_bits(model: FitMatrixModel, qtbot: QtBot) -> None:
    assert len(model.columns) == 11

    with qtbot.waitSignal(model.modelReset):
        model.toggle_bits(4)

    assert len(model.columns) == 11 + model.rare_types(4)
    model.set_rare_shown(True)
    assert model.columns == FILE_TYPES


def test_a_place_that_is_not_computed_says_so(model: FitMatrixModel) -> None:
    index = model.index(2, 4)

    assert index.data(ROLES.DisplayRole) == ""
    assert index.data(ROLES.ToolTipRole) == "not computed yet"
    assert index.data(FitMatrixModel.CellRole) is None


def test_a_plan_is_said_in_every_role(model: FitMatrixModel, qtbot: QtBot) -> None:
    plan = planned("32b", "Q3_K_M")
    with qtbot.waitSignal(model.dataChanged):
        model.set_cell(plan.model_id, plan.quantization, plan)
    model.set_best(plan)
    index = model.place(plan.model_id, plan.quantization)
    assert index is not None

    assert index.data(FitMatrixModel.CellRole) is plan
    assert index.data(FitMatrixModel.BestRole) is True
    assert index.data(ROLES.DisplayRole) == f"{plan.estimate.total_bytes / 2**30:.1f}"
    tooltip = index.data(ROLES.ToolTipRole)
    assert "on the GPU" in tooltip
    assert "RTX 4090" in tooltip
    assert plan.reasons[0] in tooltip
    spoken = index.data(ROLES.AccessibleTextRole)
    assert spoken.startswith("Distill Qwen 32B, Q3 K M: on the GPU, ")
    assert spoken.endswith("best pick")
    assert "gibibytes" in spoken


def test_a_reason_instead_of_a_plan_is_said(model: FitMatrixModel) -> None:
    model.set_cell(model.rows[1].id, model.columns[0].id, "this model takes 128k of context at most")
    index = model.index(1, 0)

    assert index.data(ROLES.DisplayRole) == "–"
    assert "128k" in index.data(ROLES.ToolTipRole)
    assert "128k" in index.data(ROLES.AccessibleTextRole)


def test_clearing_leaves_no_number_behind(model: FitMatrixModel, qtbot: QtBot) -> None:
    plan = planned("32b", "Q3_K_M")
    model.fill({(plan.model_id, plan.quantization): plan})
    model.set_best(plan)

    with qtbot.waitSignal(model.dataChanged):
        model.clear()

    assert model.plans() == []
    assert len(model.missing()) == 8 * 11
    assert not any(model.is_best(row, column) for row in range(8) for column in range(11))


def test_headers_name_models_and_types(model: FitMatrixModel) -> None:
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical

    assert model.headerData(0, across) == "F16"
    assert model.headerData(0, down) == "R1 671B"
    assert "61 layers" in model.headerData(0, down, ROLES.ToolTipRole)
    assert model.headerData(99, across) is None


def test_sizes_follow_the_unit(model: FitMatrixModel) -> None:
    plan = planned("7b", "Q8_0")
    said = Sentences()
    before = said.bare(plan.estimate.total_bytes)

    said.unit = "GB"

    assert float(said.bare(plan.estimate.total_bytes)) > float(before)
