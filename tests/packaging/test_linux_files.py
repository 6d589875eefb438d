"""What Linux' packages hold beside the program: written from the program's own words, and valid to others' checkers."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import completions
import linux_tree
import manual
import pictures
import pytest

from fitcheck.cli import options


def checked(*command: str | Path) -> None:
    """Run a checker, or skip by name where it is not installed."""
    words = [str(word) for word in command]
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_man_page_tells_of_every_command_and_option() -> None:
    page = manual.command_line_page().replace("\\-", "-")

    for name, command in manual.subcommands(options.build()).items():
        assert f"FITCHECK {name.upper()}" in page
        assert all(option in page for action in manual.shown(command) for option in action.option_strings)


def test_the_windows_man_page_tells_of_every_option() -> None:
    from fitcheck.gui import app

    told = {term.split()[0] for term, _ in manual.WINDOW_OPTIONS}
    assert told == {f"--{name}" for name in app._DEFAULTS} - {"--file"}


@pytest.mark.parametrize("page", [manual.command_line_page, manual.window_page])
def test_no_line_of_a_man_page_is_an_order_by_accident(page: object) -> None:
    assert callable(page)
    orders = {line.split()[0] for line in page().splitlines() if line.startswith((".", "'"))}
    assert orders <= {".TH", ".SH", ".B", ".BR", ".TP"}


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last word."""
    line = " ".join(f"'{word}'" for word in words)
    text = f"source '{script}'; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _fitcheck; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_models_types_and_options(tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    script = tmp_path / "fitcheck"
    script.write_text(completions.bash())

    assert completed(script, "fitcheck", "sc") == ["scan"]
    assert "deepseek-r1-671b" in completed(script, "fitcheck", "plan", "deepseek-r1-6")
    assert completed(script, "fitcheck", "plan", "r1", "-q", "Q4_K_") == ["Q4_K_M", "Q4_K_S"]
    assert completed(script, "fitcheck", "scan", "--w") == ["--why"]


@pytest.mark.parametrize(("shell", "text"), [("zsh", completions.zsh), ("fish", completions.fish)])
def test_other_shells_read_their_completions(shell: str, text: object, tmp_path: Path) -> None:
    assert callable(text)
    script = tmp_path / "fitcheck"
    script.write_text(text())
    assert "Q4_K_M" in script.read_text()
    checked(shell, "-n", script)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    linux_tree.desktop_files(tmp_path, "1.2.3")
    return tmp_path


def test_the_software_centre_gets_a_valid_description_of_this_version(share: Path) -> None:
    (file,) = (share / "metainfo").iterdir()
    assert 'version="1.2.3"' in file.read_text(encoding="utf-8")
    checked("appstreamcli", "validate", "--no-net", "--pedantic", file)


def test_the_menu_entry_opens_the_types_that_the_package_brings(share: Path) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(share / "applications" / "fitcheck.desktop", encoding="utf-8")
    brought = ElementTree.parse(share / "mime" / "packages" / "fitcheck.xml").getroot()

    types = {kind.get("type") for kind in brought}
    main = entry["Desktop Entry"]
    assert set(main["MimeType"].strip(";").split(";")) == types
    assert "%f" in main["Exec"]
    assert all(f"Desktop Action {name}" in entry for name in main["Actions"].strip(";").split(";"))


def test_icons_are_there_in_all_sizes(share: Path) -> None:
    for size in pictures.LINUX_SIZES:
        content = (share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "fitcheck.png").read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(content[16:20], "big") == int.from_bytes(content[20:24], "big") == size
