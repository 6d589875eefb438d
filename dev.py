#!/usr/bin/env python3
"""The commands of this project, for any system with Python 3.11 or newer and nothing else prepared.

    python3 dev.py run               open the window
    python3 dev.py run -- scan       pass arguments to the command line
    python3 dev.py test              every test and check (further arguments go to pytest, such as: -m "not slow")
    python3 dev.py bench             how fast it starts and answers as packages have it (--sources: as it lies here)
    python3 dev.py translate         bring resources/i18n up to the sources; lists what has no translation yet
    python3 dev.py package           installers for this system, into dist/ (further arguments: which; --help)
    python3 dev.py desktop           put FitCheck into this user's application menu (--remove takes it out)

The environment is made in .venv (for packages in build/venv) on first use and again when pyproject.toml or
constraints.txt change.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
# Packages come out of an environment that holds nothing else, so that nothing else gets into them.
PACKAGE_ENVIRONMENT = ROOT / "build" / "venv"
STAMP = "made-from.json"
OLDEST_PYTHON = (3, 11)
ENVIRONMENT_LACKS = 3

# Library that Qt opens -> package in the families of Debian, Fedora and Arch.
QT_LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
}


class RefusalError(Exception):
    """Something is missing; the text is one sentence that says what to do."""


def environment_python(environment: Path = ENVIRONMENT) -> Path:
    """The interpreter of an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """What the environment is made from: requirements, this interpreter and where the checkout lies."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    parts.append(f"{sys.version}\n{ROOT}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def extras_of(stamp: Path, wanted: str) -> set[str] | None:
    """Extras that the environment beside ``stamp`` holds; None where it is half made or not made from ``wanted``."""
    try:
        made = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(made, dict) or made.get("fingerprint") != wanted or not environment_python(stamp.parent).exists():
        return None
    extras = made.get("extras")
    return set(extras) if isinstance(extras, list) else None


def ensure_environment(*extras: str, environment: Path = ENVIRONMENT) -> Path:
    """The interpreter of an environment that has these extras of pyproject.toml; makes or completes it where needed."""
    wanted = fingerprint()
    stamp = environment / STAMP
    held = extras_of(stamp, wanted)
    if held is None:
        make_environment(environment)
    if held is None or not held >= set(extras):
        together = sorted({*(held or ()), *extras})
        install(environment, together)
        stamp.write_text(json.dumps({"fingerprint": wanted, "extras": together}), encoding="utf-8")
    return environment_python(environment)


def make_environment(environment: Path) -> None:
    """Make an environment anew, empty."""
    if Path(sys.prefix).resolve() == environment.resolve():
        raise RefusalError(
            f"{environment.name} must be made anew and cannot do that itself: run the same command with the system's "
            f"Python, such as python3 dev.py {' '.join(sys.argv[1:])}"
        )
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise RefusalError(missing_venv_sentence())
    print(f"FitCheck: preparing {environment.name}, once; this takes a minute …", file=sys.stderr, flush=True)
    shutil.rmtree(environment, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(environment)], capture_output=True, text=True, check=False)
    if made.returncode:
        last = (made.stdout + made.stderr).strip().splitlines()[-1:] or ["no reason given"]
        hint = missing_venv_sentence() if "ensurepip" in made.stdout + made.stderr else last[0]
        raise RefusalError(f"Python could not make the environment {environment.name}: {hint}")


def install(environment: Path, extras: list[str]) -> None:
    """Install FitCheck's requirements, and those of the extras, into an environment."""
    what = f"-e.[{','.join(extras)}]" if extras else "-e."
    command = [str(environment_python(environment)), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    installed = subprocess.run([*command, "-c", "constraints.txt", what], cwd=ROOT, check=False)
    if installed.returncode:
        raise RefusalError(
            "pip could not install FitCheck's requirements (its reason stands above); with a network connection, "
            "run the same command again."
        )


def missing_venv_sentence() -> str:
    """How to get the part of Python that some systems package apart."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    return f"Python's venv module is missing: install it (Debian, Ubuntu: sudo apt install {package})."


def missing_libraries(wanted: dict[str, tuple[str, str, str]]) -> list[str]:
    """Names of the libraries that this system cannot load."""
    missing = []
    for name in wanted:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def libraries_sentence(missing: list[str]) -> str:
    """One sentence that names the packages to install, for the package manager that is here."""
    known = {**QT_LIBRARIES, **X11_LIBRARIES}
    managers = {"apt": "apt install", "dnf": "dnf install", "pacman": "pacman -S"}
    column, manager = next(
        ((i, words) for i, (name, words) in enumerate(managers.items()) if shutil.which(name)), (0, "")
    )
    packages = " ".join(dict.fromkeys(known[name][column] for name in missing))
    how = f"sudo {manager} {packages}" if manager else f"the packages {packages} (or what your system calls them)"
    return f"Qt needs {', '.join(missing)}, which this system lacks: install {how}."


def check_libraries(platform: str, environ: dict[str, str]) -> None:
    """Refuse with one sentence where Qt could not start."""
    if platform != "linux":
        return
    wanted = dict(QT_LIBRARIES)
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if chosen.startswith("xcb") or (not chosen and environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY")):
        wanted.update(X11_LIBRARIES)
    missing = missing_libraries(wanted)
    if missing:
        raise RefusalError(libraries_sentence(missing))


def opens_window(arguments: list[str]) -> bool:
    """Whether these arguments of ``fitcheck`` open the window rather than answer on the command line."""
    return not arguments or (
        arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version", "--debug")
    )


def compile_translations() -> None:
    """Make the files that Qt reads from resources/i18n; nothing happens where they are up to date."""
    sys.path.insert(0, str(ROOT / "packaging"))
    import translations

    translations.build()


def translate(arguments: list[str]) -> int:
    """Find every text, keep what is translated, and list the rest."""
    python = str(ensure_environment("dev"))
    return subprocess.run([python, str(ROOT / "packaging" / "translations.py"), *arguments], check=False).returncode


def run(arguments: list[str]) -> int:
    """Open the window, or pass the arguments to the command line."""
    python = ensure_environment()
    if opens_window(arguments):
        compile_translations()
        check_libraries(sys.platform, dict(os.environ))
    return subprocess.run([str(python), "-m", "fitcheck", *arguments], check=False).returncode


def test(arguments: list[str]) -> int:
    """Run every check; a later one runs even where an earlier one failed."""
    python = str(ensure_environment("dev"))
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    check_libraries(sys.platform, environ)
    compile_translations()
    bin_folder = environment_python().parent
    checks = {
        "ruff check": [python, "-m", "ruff", "check"],
        "ruff format": [python, "-m", "ruff", "format", "--check"],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [str(bin_folder / "lint-imports")],
        "pytest": [python, "-m", "pytest", *parallel(arguments), *arguments],
    }
    results = {}
    for name, command in checks.items():
        print(f"\n== {name}", flush=True)
        started = time.perf_counter()
        code = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
        results[name] = (code, time.perf_counter() - started)
    print()
    for name, (code, seconds) in results.items():
        print(f"{'passed' if code == 0 else 'FAILED'}  {name:14} {seconds:6.1f} s")
    return int(any(code for code, _ in results.values()))


def parallel(arguments: list[str]) -> list[str]:
    """Two processes or more for the whole run, one for a named file or a debugger."""
    alone = any(argument.startswith(("tests", "-n", "--pdb", "-k")) for argument in arguments)
    return [] if alone or (os.cpu_count() or 1) < 2 else ["-n", str(min(os.cpu_count() or 1, 8))]


def bench(arguments: list[str]) -> int:
    """Measure start, slider, a minute of use, detection, Verify, reports and the core; prints, asserts nothing.

    All of it as packages have it, the core in machine code; ``--sources``: as it lies here.
    """
    python = str(ensure_environment("dev"))
    check_libraries(sys.platform, dict(os.environ))
    compile_translations()
    rest = [one for one in arguments if one != "--sources"]
    if rest != arguments:
        return bench_in(ROOT, python, rest)
    with tempfile.TemporaryDirectory(prefix="fitcheck-bench-") as name:
        copy = [python, str(ROOT / "tests" / "bench" / "compiled_copy.py"), name]
        if subprocess.run(copy, check=False).returncode:
            raise RefusalError(
                "The core as packages have it could not be made or answers otherwise (what is wrong stands above); "
                "python3 dev.py bench --sources measures what lies here."
            )
        return bench_in(Path(name), python, rest)


def bench_in(folder: Path, python: str, arguments: list[str]) -> int:
    """Measure the program in a folder."""
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    scripts = ("startup.py", "slider.py", "use.py", "detection.py", "verify.py", "reports.py")
    commands = [[python, str(folder / "tests" / "bench" / one)] for one in scripts]
    core = [python, "-m", "pytest", "-q", "--benchmark-only", "--benchmark-columns=min,median,rounds", "tests/bench"]
    return max(
        subprocess.run(command, cwd=folder, env=environ, check=False).returncode
        for command in (*commands, [*core, *arguments])
    )


def package(arguments: list[str]) -> int:
    """Build installers; packaging/build.py says which."""
    python = ensure_environment("package", environment=PACKAGE_ENVIRONMENT)
    return subprocess.run([str(python), str(ROOT / "packaging" / "build.py"), *arguments], check=False).returncode


def desktop(arguments: list[str]) -> int:
    """Add FitCheck to the application menu of this user (Linux), or take it out."""
    if sys.platform != "linux":
        raise RefusalError("dev.py desktop is for Linux; on this system start FitCheck with: python dev.py run")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    entry = data / "applications" / "fitcheck.desktop"
    icon = data / "icons" / "hicolor" / "scalable" / "apps" / "fitcheck.svg"
    if "--remove" in arguments:
        for path in (entry, icon):
            path.unlink(missing_ok=True)
        print("FitCheck is out of the application menu.")
        return 0
    ensure_environment()
    text = (ROOT / "packaging" / "linux" / "fitcheck.desktop").read_text(encoding="utf-8")
    command = f'"{sys.executable}" "{ROOT / "dev.py"}" run'
    # Files by their type are for what is installed: a checkout starts through another program.
    text = text.replace(" %f\n", "\n").replace("Exec=fitcheck-gui", f"Exec={command}")
    lines = [line for line in text.splitlines() if not line.startswith(("TryExec=", "MimeType="))]
    for path in (entry, icon):
        path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "resources" / "icons" / "fitcheck.svg", icon)
    entry.write_text("\n".join(lines) + "\n", encoding="utf-8")
    entry.chmod(0o755)
    print(f"FitCheck is in the application menu ({entry}).")
    return 0


COMMANDS = {
    "run": run, "test": test, "bench": bench, "translate": translate, "package": package, "desktop": desktop,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Carry out one command; anything missing becomes one sentence and exit code 3."""
    if sys.version_info < OLDEST_PYTHON:
        print("FitCheck needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".", file=sys.stderr)
        return ENVIRONMENT_LACKS
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        print(f"dev.py: '{command}' is not a command; these are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        return COMMANDS[command](rest[1:] if rest[:1] == ["--"] else rest)
    except RefusalError as refusal:
        print(f"dev.py: {refusal}", file=sys.stderr)
        return ENVIRONMENT_LACKS
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
