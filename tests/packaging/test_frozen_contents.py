"""Which of the files that PyInstaller finds stay in the bundle, and what starts children gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import contents
import licences
import product
import pytest

SITE = "/env/lib/site-packages"


@pytest.mark.parametrize(
    ("name", "source", "stays"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", SITE, True),
        ("PySide6/plugins/platforms/qwindows.dll", SITE, True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", SITE, False),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", SITE, False),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", SITE, False),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", SITE, True),
        ("PySide6/Qt/plugins/printsupport/libcupsprintersupport.so", SITE, True),
        ("PySide6/QtPrintSupport.abi3.so", SITE, True),
        ("PySide6/Qt/lib/libQt6Network.so.6", SITE, False),
        ("PySide6/Qt6Gui.dll", SITE, True),
        ("PySide6/QtNetwork.abi3.so", SITE, False),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", SITE, True),
        ("PySide6/Qt/translations/qtbase_fi.qm", SITE, False),
        ("libgtk-3.so.0", "/usr/lib/libgtk-3.so.0", False),
        ("libssl.so.3", "/usr/lib/libssl.so.3", False),
        ("libstdc++.so.6", "/usr/lib/libstdc++.so.6", False),
        ("libxcb-cursor.so.0", "/usr/lib/libxcb-cursor.so.0", True),
        ("libpython3.11.so.1.0", "/usr/lib/libpython3.11.so.1.0", True),
        ("fitcheck/resources/i18n/fitcheck_zh.qm", "/source/resources/i18n/fitcheck_zh.qm", True),
        ("fitcheck/resources/i18n/fitcheck_zh.ts", "/source/resources/i18n/fitcheck_zh.ts", True),
        ("python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", "/usr/lib/python3.11/_json.so", True),
    ],
)
def test_only_what_is_used_stays(name: str, source: str, stays: bool) -> None:
    if source == SITE:
        source = f"{SITE}/{name}"
    assert contents.stays(name, source, SITE) is stays


def test_torch_and_openssl_are_kept_out() -> None:
    assert {"torch", "numpy", "ssl", "_ssl", "_hashlib", "tkinter"} <= set(contents.EXCLUDED_MODULES)


def test_children_of_the_frozen_program_get_the_environment_that_the_person_gave(repo_root: Path) -> None:
    # Given what PyInstaller's starter leaves behind
    hook = repo_root / "packaging" / "clean_environment.py"
    script = f"import json, os\nexec(open({str(hook)!r}).read())\nprint(json.dumps(dict(os.environ)))"
    left = {"LD_LIBRARY_PATH": "/bundle", "_PYI_ARCHIVE_FILE": "/bundle/fitcheck"}

    def after(**more: str) -> dict[str, str]:
        environ = {**os.environ, **left, **more}
        done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found

    # Then nothing of it is passed on, and what was there before is there again
    assert not {"LD_LIBRARY_PATH", "_PYI_ARCHIVE_FILE"} & after().keys()
    assert after(LD_LIBRARY_PATH_ORIG="/opt/cuda/lib64")["LD_LIBRARY_PATH"] == "/opt/cuda/lib64"


@pytest.mark.parametrize("program", ["main", "main_gui"])
def test_both_programs_can_look_at_the_machine_as_children(program: str) -> None:
    script = f"import sys\nfrom fitcheck.__main__ import {program}\nsys.exit({program}())"
    command = [sys.executable, "-c", script, "--fitcheck-probe", "--sources", ""]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, json.loads(done.stdout)) == (0, {"end": True})


def test_every_distribution_in_the_bundle_brings_its_licence() -> None:
    # Jinja2 is asked for by FitCheck, MarkupSafe by Jinja2
    assert {"Jinja2", "MarkupSafe", "shiboken6"} <= set(licences.distributions())
    for name in licences.distributions():
        text = licences.own_text(metadata.distribution(name))
        assert "opyright" in text or licences.LICENCES[name] == "LGPL-3.0-only"
    assert {path.name for path in licences.TEXTS.iterdir()} == {"LGPL-3.0.txt", "GPL-3.0.txt"}


def test_a_distribution_whose_licence_nobody_looked_up_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(licences.LICENCES, "MarkupSafe")
    with pytest.raises(product.RefusalError, match="MarkupSafe"):
        licences.distributions()


def test_a_librarys_licence_is_that_of_its_debian_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libbz2-1.0", "libbz2-dev", "libxkbcommon0", "libxkbcommon-x11-0", "libffi8", "libicu72"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(licences, "DOCUMENTS", tmp_path)

    found = {
        name: licences.debian_documents(name) for name in ("libbz2.so.1.0", "libxkbcommon.so.0", "libicudata.so.73")
    }

    assert found == {
        "libbz2.so.1.0": tmp_path / "libbz2-1.0", "libxkbcommon.so.0": tmp_path / "libxkbcommon0",
        "libicudata.so.73": None,
    }  # fmt: skip
