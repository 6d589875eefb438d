"""A machine with the raw facts it was made from: for a report of trouble, and to look at it again elsewhere.

Left out: serial numbers, unique numbers, names of people, of the computer, and addresses of network cards. The same
card keeps one made-up number throughout, so that a recording still tells two cards apart.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import fitcheck
from fitcheck.atomic_file import write_whole
from fitcheck.core.hardware import Machine
from fitcheck.errors import RequestError
from fitcheck.probe.machine_json import RECORDING_SCHEMA, machine_to_object
from fitcheck.probe.system import REPLACED_FILE, System

HOME = "~"
DRIVER_FILE = "driver.txt"
"""What a driver's library answered, in a replayed folder."""

_LEFT_OUT = re.compile(
    r"serial|uuid|unique_id|machine-id|hostname|wwid|asset_tag|by-id/|/net/|uname -[an]", re.IGNORECASE
)
"""Paths and commands that tell who somebody is and nothing about memory."""

_NAME = r"[^/\\\s\":|]*[^/\\\s\":|.]"
"""Of a person; a full stop after it belongs to the sentence."""

_HOME = re.compile(rf"(?<![\w.-])(?:/var)?/home/{_NAME}|/Users/(?!Shared\b){_NAME}|[A-Za-z]:[\\/]+Users[\\/]+{_NAME}")
_ELSEWHERE = re.compile(rf"(?<=[\w.-]/home/){_NAME}")
"""A person's folder below another one, such as ``/data/home/ann``, which ``~`` does not mean."""

_AT_HOME = re.compile(r"~(?=[/\\\\\s\",]|$)")
_MOUNT = re.compile(r"(?<=/media/)[^/\s\":|]+|(?<=/run/user/)\d+")
_UNIQUE = re.compile(r"\b(?:(GPU|MIG)-)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_NETWORK = re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", re.IGNORECASE)
_NAMED = re.compile(
    r"((?:serial|udid|unique.?id|asset.?tag|host.?name|computer.?name|user.?name)[\w ()-]*\"?[ \t]*[:=][ \t]*\"?)"
    r"[^\",\n]+",
    re.IGNORECASE,
)
_WORDS = frozenset(("localhost", "linux", "ubuntu", "debian", "fedora", "nvidia", "amd", "intel", "apple", "windows"))
"""Names of computers that say nothing about anybody and stand in other places too."""


class Scrubber:
    """Leaves out what tells who somebody is; one made-up number for each unique one, throughout."""

    def __init__(self, host: str | None = None) -> None:
        host = platform.node() if host is None else host
        names = {host, host.partition(".")[0]}
        known = [re.escape(name) for name in names if len(name) > 2 and name.lower() not in _WORDS]
        self._host = re.compile(rf"\b(?:{'|'.join(known)})\b") if known else None
        self._numbers: dict[str, str] = {}

    def text(self, text: str) -> str:
        """A text without names of people and computers, unique numbers and serial numbers."""
        text = _MOUNT.sub("user", _ELSEWHERE.sub("user", _HOME.sub(HOME, text)))
        text = _NAMED.sub(r"\1-", _UNIQUE.sub(self._number, text))
        text = _NETWORK.sub("-", text)
        return text if self._host is None else self._host.sub("computer", text)

    def files(self, files: Mapping[str, str | None]) -> dict[str, str | None]:
        """What was read, by path, command or folder; what only tells who somebody is, is not there."""
        return {
            self.text(path): None if text is None else self.text(text)
            for path, text in files.items()
            if not _LEFT_OUT.search(path)
        }

    def value(self, value: Any, key: str = "") -> Any:
        """A JSON value, all texts in it."""
        if isinstance(value, dict):
            return {name: self.value(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self.value(one, key) for one in value]
        if not isinstance(value, str):
            return value
        return self.unique(value) if key in ("uuid", "mig_parent_uuid") else self.text(value)

    def unique(self, number: str) -> str:
        """A made-up number in place of a unique one of any form."""
        kind = number.partition("-")[0] if "-" in number else "GPU"
        return self._numbers.setdefault(number.lower(), f"{kind}-{len(self._numbers) + 1}")

    def _number(self, match: re.Match[str]) -> str:
        return self.unique(match[0]) if match[1] else self._numbers.setdefault(
            match[0].lower(), f"number-{len(self._numbers) + 1}"
        )  # fmt: skip


class Recorder:
    """Collects what the probe's children read: pass it their lines."""

    def __init__(self) -> None:
        self.files: dict[str, str | None] = {}
        self.texts: dict[str, str] = {}

    def take(self, line: bytes) -> None:
        """One line of the probe."""
        message = json.loads(line)
        raw = message.get("raw")
        if isinstance(raw, dict):
            self.files.update(raw["files"])
            if raw.get("text") is not None:
                self.texts[message["source"]] = raw["text"]

    def recording(self, machine: Machine, scrubber: Scrubber | None = None) -> dict[str, Any]:
        """The JSON object of a recording."""
        scrubber = scrubber or Scrubber()
        return {
            "schema": RECORDING_SCHEMA,
            "fitcheck_version": fitcheck.__version__,
            "platform": System.here().platform,
            "machine": scrubber.value(machine_to_object(machine)),
            "files": scrubber.files(self.files),
            "nvml": scrubber.text(self.texts["nvml"]) if "nvml" in self.texts else None,
        }


def record(path: Path) -> Machine:
    """Look at this machine and keep the raw facts in a file (RequestError ``bad_file`` where it cannot be written)."""
    from fitcheck.probe.client import detect

    recorder = Recorder()
    machine = detect(recorder.take, record=True)
    text = json.dumps(recorder.recording(machine), indent=1, ensure_ascii=False)
    try:
        write_whole(path, text + "\n")
    except OSError as error:
        raise RequestError("bad_file", f"{path} cannot be written: {error.strerror}.") from error
    return machine


def replay(recording: Mapping[str, Any], folder: Path) -> None:
    """Write a recording's files as a tree that ``FITCHECK_PROBE_ROOT`` can name, links included.

    What a driver's library answered becomes ``driver.txt`` there. Homes become that of whoever replays.
    """
    files: Mapping[str, str | None] = recording["files"]
    outputs = {
        _AT_HOME.sub(_home, key[2:]): _AT_HOME.sub(_home, text)
        for key, text in files.items()
        if key.startswith("$ ") and text is not None
    }
    told = json.dumps({"platform": recording["platform"], "outputs": outputs})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REPLACED_FILE).write_text(told, encoding="utf-8")
    if recording.get("nvml") is not None:
        (folder / DRIVER_FILE).write_text(recording["nvml"], encoding="utf-8")
    found = {key: text for key, text in files.items() if text is not None and not key.startswith("$ ")}
    links = sorted((key[:-1], text) for key, text in found.items() if key.endswith("@"))
    for number, (path, target) in enumerate(links):
        _link(_inside(folder, path), folder / ".links" / str(number) / PurePosixPath(target).name)
    for path, text in found.items():
        if path.endswith("#"):
            _sized(_inside(folder, path[:-1]), int(text))
    # Folders that were listed first, so that a name in a listing becomes a file only where it is no folder.
    for path in found:
        if path.endswith("/"):
            _inside(folder, path).mkdir(parents=True, exist_ok=True)
    for path, text in found.items():
        if not path.endswith(("/", "@", "#")):
            _write(_inside(folder, path), text)
    for path, text in found.items():
        if path.endswith("/"):
            _list(_inside(folder, path), text.split("\n") if text else [])


def _inside(folder: Path, path: str) -> Path:
    """Where a path of the recorded computer lies in the folder (RequestError where it leads out of it)."""
    if path.startswith(HOME):
        path = f"{Path.home().as_posix()}{path[len(HOME) :]}"
    pure = PurePosixPath(path.replace("\\", "/").lstrip("/"))
    if ".." in pure.parts:
        raise RequestError("bad_machine", f"'{path}' of this recording leads out of it.")
    return folder / pure


def _home(match: re.Match[str]) -> str:
    return Path.home().as_posix()


def _sized(path: Path, size_bytes: int) -> None:
    """A file of that size which takes no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)


def _link(path: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target.resolve(), target_is_directory=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_dir():
        path.write_text(text, encoding="utf-8")


def _list(folder: Path, names: list[str]) -> None:
    for name in names:
        if not (folder / PurePosixPath(name).name).exists():
            (folder / PurePosixPath(name).name).touch()
