"""Linux' packages around a stand-in for the frozen program: what they hold, and that the same folder gives the same
bytes wherever, whenever and by whomever it is packed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import debian
import freeze
import licences
import portable
import product
import PySide6
import pytest
import redhat
import shiboken6

TOOLS = {"deb": "dpkg-deb", "rpm": "rpmbuild", "tar": "tar"}
BUILDERS: dict[str, Callable[[Path, Path, str, bool], Path]] = {
    "deb": debian.build, "rpm": redhat.build, "tar": portable.build_tar,
}  # fmt: skip
PAYLOAD = {"fitcheck", "fitcheck-gui", "_internal/libshiboken6.so", "_internal/fitcheck/resources/文 件.json"}


@pytest.fixture(params=sorted(BUILDERS))
def target(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each kind of package whose tool is here."""
    name = str(request.param)
    for tool in (TOOLS[name], "objdump"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    # Says of which versions a bundle was made; there is none.
    monkeypatch.setattr(
        licences, "copyright_file", lambda frozen: f"of {sorted(path.name for path in frozen.iterdir())}"
    )
    return name


@pytest.fixture
def somebody_else(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another person's umask and clock."""
    old = os.umask(0o077)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    os.umask(old)


def frozen(folder: Path, names: list[str]) -> Path:
    """A stand-in for what PyInstaller makes, its files written in this order."""
    library = next(Path(shiboken6.__file__).parent.glob("libshiboken6*"))
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".json":
            file.write_text("[]")
        else:
            shutil.copyfile(library, file)
    freeze.set_modes(folder)
    return folder


def packed(target: str, home: Path, names: list[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package that is built below ``home``."""
    monkeypatch.setattr(product, "BUILD", home / "build")
    out = home / "dist"
    out.mkdir(parents=True)
    return BUILDERS[target](frozen(home / "frozen", names), out, "1.2.3", True)


def contents(target: str, package: Path) -> dict[str, str]:
    """Names of a package's files with their modes, as its own tool lists them."""
    if target == "tar":
        with tarfile.open(package) as archive:
            return {member.name: oct(member.mode) for member in archive if member.isfile()}
    if target == "rpm":
        command = ["rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILENAMES}\n]", str(package)]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return {line[11:]: line[:10] for line in lines if line.startswith("-")}
    tree = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], capture_output=True, check=True).stdout
    stream = package.with_suffix(".tree")
    stream.write_bytes(tree)
    return contents("tar", stream)


@pytest.mark.slow
@pytest.mark.usefixtures("somebody_else")
def test_the_same_folder_gives_the_same_bytes(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(PAYLOAD)
    other = packed(target, tmp_path / "some where" / "far away", names[::-1], monkeypatch).read_bytes()
    os.umask(0o022)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert packed(target, tmp_path / "here", names, monkeypatch).read_bytes() == other


@pytest.mark.slow
@pytest.mark.usefixtures("somebody_else")
def test_all_may_read_what_a_package_holds(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = contents(target, packed(target, tmp_path, sorted(PAYLOAD), monkeypatch))

    # The program, whole and where it belongs
    (top,) = {name.removesuffix("/fitcheck-gui") for name in found if name.endswith("/fitcheck-gui")}
    assert {name.removeprefix(f"{top}/") for name in found if name.startswith(f"{top}/")} >= PAYLOAD
    if target != "tar":
        assert top.lstrip("./") == "usr/lib/fitcheck"
        assert any(name.endswith("share/applications/fitcheck.desktop") for name in found)
    # Two files run, all others are read
    running = {name for name, mode in found.items() if mode in ("0o755", "-rwxr-xr-x")}
    assert running == {f"{top}/fitcheck", f"{top}/fitcheck-gui"}
    assert {found[name] for name in found.keys() - running} <= {"0o644", "-rw-r--r--"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "question", "answer"),
    [
        ("deb", ("dpkg-deb", "-f", "PACKAGE", "Depends"), "libzstd1"),
        ("rpm", ("rpm", "-qp", "--requires", "PACKAGE"), "libzstd.so.1()(64bit)"),
    ],
    indirect=["target"],
)
def test_a_package_asks_for_what_qt_links_to(
    target: str, question: tuple[str, ...], answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given Qt's core, with stand-ins for what travels along
    qt = next((Path(PySide6.__file__).parent / "Qt" / "lib").glob("libQt6Core.so.*"))
    names = sorted(PAYLOAD | {f"_internal/{path.name}" for path in qt.parent.glob("libicu*")})
    folder = frozen(tmp_path / "frozen", names)
    shutil.copyfile(qt, folder / "_internal" / qt.name)
    monkeypatch.setattr(product, "BUILD", tmp_path / "build")

    package = BUILDERS[target](folder, tmp_path, "1.2.3", True)

    command = [str(package) if word == "PACKAGE" else word for word in question]
    asked = subprocess.run(command, capture_output=True, text=True, check=True).stdout.replace("\n", ", ")
    assert answer in asked.split(", ")
    assert "icu" not in asked
