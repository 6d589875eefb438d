"""Runtimes and model files that are here already, in folders as their programs lay them out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fitcheck.probe.model_files import ModelFiles
from fitcheck.probe.runtimes import Runtimes
from fitcheck.probe.system import System


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder that all tests have."""
    return tmp_path / "home"


def sized(path: Path, size_bytes: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)
    return path


def models() -> list[dict[str, Any]]:
    return list(ModelFiles(System()).read()["model_files"])


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    path.chmod(0o755)
    return path


def test_a_single_file_in_llama_cpps_cache(home: Path) -> None:
    path = sized(home / ".cache/llama.cpp/unsloth_R1-Distill-Qwen-7B-Q4_K_M.gguf", 4_683_073_184)
    sized(home / ".cache/llama.cpp/unsloth_R1.gguf.downloadInProgress", 5)

    assert models() == [
        {"path": str(path), "size_bytes": 4_683_073_184, "name": path.name, "runtime": "llama.cpp"}
    ]  # fmt: skip


def test_the_parts_of_a_split_file_are_one_model(home: Path) -> None:
    folder = home / ".lmstudio/models/unsloth/DeepSeek-R1-0528-GGUF"
    for number in (1, 2, 3):
        sized(folder / f"R1-UD-IQ1_S-{number:05}-of-00003.gguf", 1000 + number)
    sized(folder / "mmproj-F16.gguf", 7)

    (one,) = models()

    assert (one["name"], one["size_bytes"], one["parts"], one["runtime"]) == ("R1-UD-IQ1_S.gguf", 3006, 3, "lm-studio")
    assert one["path"].endswith("-00001-of-00003.gguf")


def test_a_split_file_that_lacks_a_part_is_not_there(home: Path) -> None:
    sized(home / ".lmstudio/models/a/b/R1-00001-of-00002.gguf", 1000)

    assert models() == []


def test_hugging_faces_cache_links_to_its_blobs(home: Path) -> None:
    hub = home / ".cache/huggingface/hub/models--bartowski--R1-GGUF"
    blob = sized(hub / "blobs/abc", 12345)
    link = hub / "snapshots/0123/R1-Q8_0/R1-Q8_0.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(blob)

    (one,) = models()

    assert (one["name"], one["size_bytes"], one["runtime"]) == ("R1-Q8_0.gguf", 12345, "Hugging Face")


def manifest(home: Path, place: str, digest: str, size: int) -> None:
    path = home / ".ollama/models/manifests" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:" + "0" * 64, "size": 1},
        {"mediaType": "application/vnd.ollama.image.model", "digest": digest, "size": size},
    ]
    path.write_text(json.dumps({"schemaVersion": 2, "layers": layers}), encoding="utf-8")


def test_ollamas_models_have_the_names_it_shows(home: Path) -> None:
    digest = "sha256:" + "a" * 64
    sized(home / f".ollama/models/blobs/sha256-{'a' * 64}", 4_683_073_952)
    manifest(home, "registry.ollama.ai/library/deepseek-r1/7b", digest, 4_683_073_952)
    manifest(home, "registry.ollama.ai/somebody/r1/latest", digest, 4_683_073_952)
    # A download that was broken off, and a manifest that is none.
    manifest(home, "registry.ollama.ai/library/deepseek-r1/671b", "sha256:" + "b" * 64, 404_430_186_784)
    (home / ".ollama/models/manifests/registry.ollama.ai/library/deepseek-r1/8b").write_text("[1")

    assert [(one["name"], one["size_bytes"], one["runtime"]) for one in models()] == [
        ("deepseek-r1:7b", 4_683_073_952, "ollama"), ("somebody/r1:latest", 4_683_073_952, "ollama"),
    ]  # fmt: skip


def test_variables_name_other_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sized(tmp_path / "big/a.gguf", 10)
    monkeypatch.setenv("LLAMA_CACHE", f"{tmp_path}/big/")

    assert [one["path"] for one in models()] == [f"{tmp_path}/big/a.gguf"]


def test_a_folder_that_contains_itself_ends(home: Path) -> None:
    folder = home / ".lmstudio/models/a"
    sized(folder / "b.gguf", 10)
    (folder / "again").symlink_to(folder)

    assert {one["size_bytes"] for one in models()} == {10}


@pytest.mark.parametrize("text", ["", "[]", '{"layers": 5}', '{"layers": [{"mediaType": 1}]}', "{" * 2000])
def test_a_manifest_that_makes_no_sense_is_passed_over(home: Path, text: str) -> None:
    path = home / ".ollama/models/manifests/r/library/m/t"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")

    assert models() == []


def test_programs_are_found_and_none_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given programs that would fail if they were started
    server = program(home / "bin/llama-server")
    serve = program(home / "venv/bin/vllm")
    (home / "venv/lib/python3.12/site-packages/vllm-0.11.0.dist-info").mkdir(parents=True)
    monkeypatch.setenv("PATH", os.pathsep.join((str(server.parent), str(serve.parent))))

    found = {one["name"]: one for one in Runtimes(System()).read()["runtimes"]}

    assert found["llama.cpp"] == {"name": "llama.cpp", "path": str(server), "version": None}
    assert found["vllm"]["version"] == "0.11.0"


def test_a_program_without_a_command_is_found_by_its_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".lmstudio").mkdir()
    monkeypatch.setenv("PATH", "")

    found = [one["path"] for one in Runtimes(System()).read()["runtimes"] if one["name"] == "lm-studio"]

    assert found == [str(home / ".lmstudio")]
