"""Walk 9: somebody who owns files already, in LM Studio's folder and in Ollama's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fitcheck import service
from fitcheck.catalog.models import find_model
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import tensors
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import format_bytes
from fitcheck.probe.model_files import MODEL_LAYER
from tests.catalog import gguf_files as gf
from tests.walks.asking import Question, ask_everywhere, told
from tests.walks.walker import Walker

pytestmark = pytest.mark.slow

NAME = "DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf"


def model_file(path: Path, model: str) -> Path:
    """A model in Q4_K_M, whose weights take no room on the disk."""
    spec = find_model(model).spec
    types = dict(zip((one.name for one in tensors(spec)), tensor_types(spec, find_file_type("Q4_K_M")), strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    return gf.write(path, gf.model_metadata(spec), gf.model_tensors(spec, "mla", lambda tensor: types[tensor.name]))


def in_ollama(home: Path, tag: str) -> Path:
    """The same as ``ollama pull deepseek-r1:TAG`` leaves it."""
    digest = "c" * 64
    folder = home / ".ollama" / "models"
    blob = model_file(folder / "blobs" / f"sha256-{digest}", tag)
    layer = {"mediaType": MODEL_LAYER, "digest": f"sha256:{digest}", "size": blob.stat().st_size}
    manifest = folder / "manifests" / "registry.ollama.ai" / "library" / "deepseek-r1" / tag
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"layers": [layer]}), encoding="utf-8")
    return blob


def test_files_that_are_here_already(walker: Walker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given two models in the folders of two programs, on this very computer
    home = tmp_path / "owner"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    studio = model_file(home / ".lmstudio" / "models" / "bartowski" / "DeepSeek-R1-Distill-Qwen-7B-GGUF" / NAME, "7b")
    blob = in_ollama(home, "1.5b")

    # When it is looked at
    seen = told("scan")
    file = tmp_path / "here.json"
    file.write_text(told("scan", "--json"), encoding="utf-8")
    here = ("--machine", str(file))

    # Then both are found with their sizes
    machine = service.load_machine(file)
    assert {one.path: one.size_bytes for one in machine.model_files} == {
        str(studio): studio.stat().st_size, str(blob): blob.stat().st_size,
    }  # fmt: skip
    for name, path in ((NAME, studio), ("deepseek-r1:1.5b", blob)):
        assert name in seen
        assert format_bytes(path.stat().st_size) in seen

    # And the command begins with the file rather than a download, everywhere
    window = walker.open(machine)
    for model_id, path, alias in (
        ("deepseek-r1-distill-qwen-7b", studio, "7b"), ("deepseek-r1-distill-qwen-1.5b", blob, "1.5b"),
    ):  # fmt: skip
        plan = walker.choose(model_id, "Q4_K_M")
        walker.picture(alias.replace(".", "-"))
        asked = ask_everywhere(Question(alias, "Q4_K_M"), plan, here, tmp_path, plan.verdict)
        assert "its file is here already" in walker.words(window.page.choice)
        assert plan.verdict != "cpu" or "A card that holds it would make it faster." in walker.words(window.page.choice)
        printed = told("plan", alias, "-q", "Q4_K_M", *here)
        assert "Nothing to download" in printed
        # Wider than the terminal, and nevertheless whole, to be pasted
        assert asked.plan["commands"]["llama-server"] in printed
        assert str(path) in asked.plan["commands"]["llama-server"]
        assert str(path) in window.page.choice.command.text
        assert "-hf" not in window.page.choice.command.text
