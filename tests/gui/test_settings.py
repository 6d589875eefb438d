"""Settings survive a restart; a bad file is set aside and never half used."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fitcheck.atomic_file import write_whole
from fitcheck.settings import Geometry, Settings, load, save
from fitcheck.settings_file import peek, settings_path


@pytest.fixture
def path(config_dir: Path) -> Path:
    return settings_path()


def test_the_folder_can_be_chosen(config_dir: Path) -> None:
    assert settings_path() == config_dir / "settings.json"


def test_without_a_choice_the_folder_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FITCHECK_CONFIG_DIR", raising=False)
    assert settings_path().name == "settings.json"
    assert "fitcheck" in settings_path().parent.name


def test_no_file_means_defaults_and_no_notice(path: Path) -> None:
    loaded = load(path)
    assert loaded.settings == Settings()
    assert loaded.trouble is None
    assert not path.exists()


def test_what_is_saved_is_loaded_again(path: Path) -> None:
    settings = Settings(theme="dark", units="GB", context=65536, geometry=Geometry(x=-5, y=3, width=1300, height=900))
    save(settings, path)
    assert load(path).settings == settings


def test_saving_leaves_no_other_file(path: Path) -> None:
    save(Settings(), path)
    save(Settings(theme="dark"), path)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b'"dark"', b'{"theme": "pink"}', b'{"context": -1}', b"[" * 100_000],
    ids=["empty", "cut", "binary", "list", "text", "unknown theme", "bad context", "nested"],
)
def test_a_bad_file_is_set_aside_and_defaults_load(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    loaded = load(path)
    assert loaded.settings == Settings()
    assert loaded.set_aside == path.with_name("settings.json.bad-1")
    assert loaded.set_aside.read_bytes() == content
    assert not path.exists()


def test_a_second_bad_file_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for content in (b"first", b"second"):
        path.write_bytes(content)
        load(path)
    assert path.with_name("settings.json.bad-1").read_bytes() == b"first"
    assert path.with_name("settings.json.bad-2").read_bytes() == b"second"


def test_the_trouble_names_the_key(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text('{"units": "stone"}', encoding="utf-8")
    assert "units" in (load(path).trouble or "")


def test_keys_of_a_newer_version_are_kept(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text('{"theme": "dark", "python_for_verify": "/usr/bin/python3"}', encoding="utf-8")
    settings = replace(load(path).settings, theme="light")
    save(settings, path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["theme"] == "light"
    assert kept["python_for_verify"] == "/usr/bin/python3"


def test_a_newer_text_that_no_file_can_hold_is_kept_escaped(path: Path) -> None:
    # Given half of a surrogate pair, which JSON can escape and UTF-8 cannot write
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"nickname": "\\ud800"}', encoding="utf-8")

    save(load(path).settings, path)

    assert load(path).settings.newer == {"nickname": "\ud800"}


def test_a_failed_write_leaves_the_old_file(path: Path) -> None:
    save(Settings(theme="dark"), path)
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert load(path).settings.theme == "dark"
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError):
        save(Settings(), tmp_path / "file" / "settings.json")


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_the_first_look_never_fails(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert peek(path) == {}


def test_the_first_look_reads_what_is_there(path: Path) -> None:
    save(Settings(theme="dark"), path)
    assert peek(path)["theme"] == "dark"


def test_the_first_look_does_not_load_the_planner(path: Path) -> None:
    script = "import sys, fitcheck.settings_file as s; s.peek(s.settings_path()); print('fitcheck.core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ({"context": 200_000}, "context: must be 1 to 163840"),
        ({"context": True}, "context: must be a whole number"),
        ({"choice": ["r1"]}, "choice: must be a list of 2"),
        ({"cards_left_out": ["a", 1]}, "cards_left_out.1: must be text"),
        ({"geometry": {"x": 0, "y": 0, "width": 900}}, "geometry.height: is missing"),
        ({"geometry": {"x": 0, "y": 0, "width": 900, "height": 0}}, "geometry.height: must be 1 to 100000"),
        ({"geometry": {"x": 0, "y": 0, "width": 900, "height": 9, "z": 1}}, "geometry.z: is not a key that is known"),
        ({"theme": "pink"}, "theme: must be one of light, dark, system"),
        ({"models_folder": "\ud800"}, "models_folder: must be text"),
    ],
)
def test_the_first_thing_wrong_is_told_with_its_place(path: Path, content: dict[str, object], trouble: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    assert load(path).trouble == trouble


def test_a_newer_key_may_have_any_name(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text('{"newer": {"newer": 1}, "other": null}', encoding="utf-8")
    save(load(path).settings, path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert (kept["newer"], kept["other"]) == ({"newer": 1}, None)
