"""``fitcheck inspect``: own files, priced like catalogue models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fitcheck.catalog.models import find_model
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import tensors
from fitcheck.core.quantization import find_file_type
from tests.catalog import gguf_files as gf

from .test_cli import Out, answered, in_json, refused

SPEC = find_model("7b").spec
MACHINE = ("--gpu", "RTX 3090", "--ram", "64GiB")


def seven_b(path: Path, **own: str) -> Path:
    """The 7B in Q4_K_M, with own types where they are named."""
    names = (tensor.name for tensor in tensors(SPEC))
    types = dict(zip(names, tensor_types(SPEC, find_file_type("Q4_K_M")), strict=True)) | own
    table = gf.model_tensors(SPEC, "mla", lambda tensor: types[tensor.name])
    return gf.write(path, gf.model_metadata(SPEC), table)


def test_a_file_of_a_known_type_is_planned_like_the_catalogues(capsys: Out, tmp_path: Path) -> None:
    path = seven_b(tmp_path / "mine.gguf")

    found = in_json(capsys, "inspect", str(path), *MACHINE)

    plan = in_json(capsys, "plan", "7b", "-q", "Q4_K_M", *MACHINE)
    assert (found["schema"], found["quant"], found["own_mix"]) == ("fitcheck.inspect/1", "Q4_K_M", False)
    assert found["file_bytes"] == path.stat().st_size
    assert found["plan"]["devices"] == plan["devices"]


def test_a_mix_of_its_own_is_priced_by_what_is_in_it(capsys: Out, tmp_path: Path) -> None:
    path = seven_b(tmp_path / "mine.gguf", **{"output.weight": "Q8_0"})

    found = in_json(capsys, "inspect", str(path), "--gpu-layers", "all")

    plain = in_json(capsys, "estimate", "7b", "--gpu-layers", "all")
    wider = SPEC.vocab_size * SPEC.hidden_size // 256 * (8 * 34 - 210)
    assert found["own_mix"]
    assert found["estimate"]["weights_bytes"] - plain["weights_bytes"] == wider


def test_the_text_tells_what_is_in_the_file(capsys: Out, tmp_path: Path) -> None:
    code, out = answered(capsys, "inspect", str(seven_b(tmp_path / "mine.gguf")), *MACHINE)

    assert code == 0
    for words in ("28 layers", "7.62 B parameters", "every tensor as in Q4_K_M", "Q6_K", "runs on the GPU"):
        assert words in out
    assert "Download" not in out


def test_a_config_json_is_priced_as_the_type_that_is_named(capsys: Out, tmp_path: Path) -> None:
    config = {
        "model_type": "qwen2", "num_hidden_layers": 28, "hidden_size": 3584, "intermediate_size": 18944,
        "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064, "max_position_embeddings": 131072,
    }  # fmt: skip
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")

    found = in_json(capsys, "inspect", str(path), "-q", "Q8_0", *MACHINE)

    assert found["plan"]["devices"] == in_json(capsys, "plan", "7b", "-q", "Q8_0", *MACHINE)["devices"]


def test_a_type_cannot_be_named_for_a_file_that_has_its_own(capsys: Out, tmp_path: Path) -> None:
    assert "has its types in it" in refused(capsys, "inspect", str(seven_b(tmp_path / "mine.gguf")), "-q", "Q8_0")


@pytest.mark.parametrize("content", [b"", b"GGUF", b"hello", b"\0" * 4096])
def test_what_is_no_model_is_refused_in_one_line(capsys: Out, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)

    assert "odd.gguf" in refused(capsys, "inspect", str(path))
