"""RAM limits of containers, processor names, and where models live, from folders made for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck.probe.cgroup import memory_limit
from fitcheck.probe.disk import model_folder
from fitcheck.probe.host import cpu_name_from
from fitcheck.probe.system import System


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def _limit(root: Path, files: dict[str, str]) -> tuple[int, int]:
    """Total and available bytes of the limit that these files set."""
    limit = memory_limit(System(_write(root, files)))
    assert limit is not None
    return limit.total_bytes, limit.available_bytes


def test_a_limit_of_the_second_version_counts_what_is_used_less_what_can_be_given_back(tmp_path: Path) -> None:
    box = {"memory.max": "1000", "memory.current": "600", "memory.stat": "anon 300\ninactive_file 250"}
    files = {f"sys/fs/cgroup/box/{name}": f"{text}\n" for name, text in box.items()}

    assert _limit(tmp_path, {"proc/self/cgroup": "0::/box\n", **files}) == (1000, 650)


def test_a_parent_may_be_tighter_than_its_child(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/outer/inner\n",
        "sys/fs/cgroup/outer/inner/memory.max": "max\n",
        "sys/fs/cgroup/outer/inner/memory.current": "10\n",
        "sys/fs/cgroup/outer/memory.max": "500\n",
        "sys/fs/cgroup/outer/memory.current": "100\n",
    }

    assert _limit(tmp_path, files) == (500, 400)


def test_a_limit_of_the_first_version_is_read_too(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "11:cpu:/x\n5:memory:/docker/abc\n",
        "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "2000\n",
        "sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes": "500\n",
        "sys/fs/cgroup/memory/docker/abc/memory.stat": "total_inactive_file 100\n",
    }

    assert _limit(tmp_path, files) == (2000, 1600)


@pytest.mark.parametrize("files", [{}, {"proc/self/cgroup": "0::/\n"}, {"proc/self/cgroup": "nonsense"}])
def test_without_a_limit_there_is_none(tmp_path: Path, files: dict[str, str]) -> None:
    assert memory_limit(System(_write(tmp_path, files))) is None


def test_the_processor_is_named_by_its_list() -> None:
    assert cpu_name_from("processor\t: 0\nmodel name\t: AMD Ryzen 9 7950X\nflags\t: fpu\n") == "AMD Ryzen 9 7950X"


def test_a_board_without_model_names_is_named_by_its_model() -> None:
    assert cpu_name_from("processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Raspberry Pi 5\n") == "Raspberry Pi 5"


def test_without_a_list_the_name_is_unknown() -> None:
    assert cpu_name_from("") is None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder that all tests have."""
    return tmp_path / "home"


def test_models_live_where_a_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "big").mkdir()
    monkeypatch.setenv("LLAMA_CACHE", str(tmp_path / "big"))

    assert model_folder(System()) == str(tmp_path / "big")


def test_a_named_folder_that_is_not_made_yet_stands_for_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "later" / "models"))

    assert model_folder(System()) == str(tmp_path)


def test_otherwise_the_first_usual_folder_counts(home: Path) -> None:
    (home / ".ollama" / "models").mkdir(parents=True)

    assert model_folder(System()) == str(home / ".ollama" / "models")


def test_and_else_the_home_folder(home: Path) -> None:
    assert model_folder(System()) == str(home)
