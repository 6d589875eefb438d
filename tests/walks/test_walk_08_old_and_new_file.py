"""Walk 8: two R1 files that somebody has, an old one and a new one. Why does one need 71 times the KV cache?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.catalog.models import find_model
from fitcheck.contract.results import plan_object
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import tensors
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.workload import KvLayout
from tests.catalog import gguf_files as gf
from tests.walks.asking import Asked
from tests.walks.walker import LONGEST_MS, Walker

pytestmark = pytest.mark.slow

HERE = ("--gpu", "RTX 4090", "--ram", "512GiB", "--ram-bandwidth", "12x DDR5-4800", "-c", "32k")
LEGACY_WIDTH, LATENT_WIDTH = 128 * (192 + 128), 512 + 64
"""Values of a token and layer: K and V of 128 heads, or one latent vector and the rotated part of the key."""


def skeleton(path: Path, layout: KvLayout) -> Path:
    """R1 in Q4_K_M as a converter wrote it, all weights zeros that take no room on the disk."""
    spec, file_type = find_model("r1").spec, find_file_type("Q4_K_M")
    names = (tensor.name for tensor in tensors(spec, layout))
    types = dict(zip(names, tensor_types(spec, file_type, kv_layout=layout), strict=True))
    table = gf.model_tensors(spec, layout, lambda tensor: types[tensor.name])
    return gf.write(path, gf.model_metadata(spec, layout), table)


def dropped(walker: Walker, qtbot: QtBot, path: Path) -> Plan:
    """The plan of a file that is let go over the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    window = walker.window
    with qtbot.waitSignal(window.own_files.read, timeout=LONGEST_MS):
        window.dropEvent(QDropEvent(QPointF(50, 50), *how))
    with qtbot.waitSignal(window.page.details.finished, timeout=LONGEST_MS):
        # The details of the choice before have been given up by now.
        pass
    plan: Plan = window.page.choice.plan
    return plan


def test_an_old_file_and_a_new_one(walker: Walker, qtbot: QtBot, tmp_path: Path) -> None:
    old, new = (skeleton(tmp_path / f"R1-{layout}.gguf", layout) for layout in ("legacy", "mla"))
    inspected = {file: Asked("inspect", str(file), *HERE, "--json") for file in (old, new)}
    catalogue = {
        "legacy": Asked("plan", "r1", "-q", "Q4_K_M", "--kv-layout", "legacy", *HERE, "--json"),
        "mla": Asked("plan", "r1", "-q", "Q4_K_M", *HERE, "--json"),
    }
    read = Asked("inspect", str(old), *HERE)
    machine = service.what_if_machine(
        ("RTX 4090",), ram_bytes=512 << 30, ram_bandwidth_bytes_per_s=460_800_000_000,
    )  # fmt: skip
    window = walker.open(machine, context=32768)

    answers: dict[Path, dict[str, Any]] = {}
    for file, layout in ((old, "legacy"), (new, "mla")):
        # When the file is dropped on the window
        plan = dropped(walker, qtbot, file)
        walker.picture(layout)

        # Then window and `inspect` say the same of it, and a catalogue model of that conversion has the same bytes
        answer = inspected[file].json(0, 1)
        assert answer["kv_layout"] == layout
        assert answer["file_bytes"] == file.stat().st_size
        assert json.loads(json.dumps(plan_object(plan))) == answer["plan"]
        answers[file] = answer["plan"]
        same = catalogue[layout].json(0, 1)
        for key in ("weights_bytes", "kv_cache_bytes", "compute_bytes", "devices", "verdict", "decode_tokens_per_s"):
            assert same[key] == answer["plan"][key], key
        explained = "71 times the KV cache" in walker.words(window.page.choice)
        assert explained == (layout == "legacy")

    # Then the cache is 71 times as large, and both say why and what to do
    assert answers[old]["kv_cache_bytes"] * LATENT_WIDTH == answers[new]["kv_cache_bytes"] * LEGACY_WIDTH
    assert LEGACY_WIDTH // LATENT_WIDTH == 71
    text = " ".join(read.text(0, 1).split())
    assert "71 times the KV cache of current ones; a current file is worth its download" in text
    assert answers[new]["verdict"] == "offload"
    assert answers[old]["verdict"] != "offload"
