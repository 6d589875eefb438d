"""Which of the files that PyInstaller finds stay in the bundle, and what starts children gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import contents
import licences
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


def test_every_distribution_in_the_bundle_has_its_licence_named() -> None:
    assert set(licences.LICENCES) == set(licences.DISTRIBUTIONS)
