#!/usr/bin/env python3
"""Starts an installed FitCheck as a person would; fails on a traceback, a word of Qt, an answer that is none.

    python3 packaging/smoke.py                                 what the PATH and the menu start
    python3 packaging/smoke.py --folder build/package/frozen/fitcheck    programs of a folder, without menu
    python3 packaging/smoke.py --pictures shots                keep the pictures

Standard library only. On Linux without a display it starts Xvfb.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LONGEST_S = 120
SMALLEST_PICTURE_BYTES = 20_000
"""An empty window packs to less than 10 kB, a filled one to more than 60."""

ENGINE_ANSWERS = Path(__file__).resolve().parent.parent / "tests" / "data" / "engine" / "random2.jsonl.gz"

MENU_ENTRY = "fitcheck.desktop"
GGUF_TYPE = "application/x-gguf"
REPORT_TYPE = "application/vnd.fitcheck.report+json"


class SmokeError(Exception):
    """Something does not work; the text says what."""


class Installed:
    """The installed programs in a home of their own; every start is checked."""

    def __init__(self, folder: Path | None, home: Path, pictures: Path) -> None:
        self.home, self.pictures = home, pictures
        self._folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "QT_", "FITCHECK"))}
        self.environ = {
            **kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"),
            "XDG_CACHE_HOME": str(home / "cache"), "FITCHECK_CONFIG_DIR": str(home / "settings"),
        }  # fmt: skip

    def program(self, name: str) -> str:
        """Where a program is (SmokeError where it is not)."""
        found = shutil.which(name, path=str(self._folder) if self._folder else None)
        if found is None:
            raise SmokeError(f"{name} is not installed")
        return found

    def start(self, *command: str, wanted: int = 0, given: bytes = b"", **environ: str) -> str:
        """Run a program to its end; what it printed. Any word on standard error is a failure."""
        done = subprocess.run(
            command, env={**self.environ, **environ}, cwd=self.home, input=given, capture_output=True,
            timeout=LONGEST_S, check=False,
        )  # fmt: skip
        said = done.stderr.decode(errors="replace").strip()
        if said or done.returncode != wanted:
            raise SmokeError(f"{' '.join(command)} ended with status {done.returncode} and said: {said or 'nothing'}")
        return done.stdout.decode("utf-8")


def command_line(installed: Installed) -> str:
    """A version, this machine and a plan, in numbers."""
    fitcheck = installed.program("fitcheck")
    version = installed.start(fitcheck, "--version").split()[-1]
    machine = json.loads(installed.start(fitcheck, "scan", "--json"))
    if not machine["ram_total_bytes"]:
        raise SmokeError("scan does not know this machine's memory")
    plan = json.loads(installed.start(fitcheck, "plan", "7b", "-q", "Q4_K_M", "--ram", "64GiB", "--json"))
    if plan["verdict"] != "cpu" or plan["fitcheck_version"] != version:
        raise SmokeError(f"plan answered {plan['verdict']}")
    return f"{version}: {machine['ram_total_bytes'] / 2**30:.1f} GiB of RAM seen"


def engine_answers(installed: Installed) -> str:
    """What llama.cpp itself answered to random requests: a core in machine code is another program than its sources."""
    with gzip.open(ENGINE_ANSWERS, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    asked = "".join(f"{json.dumps(record['request'])}\n" for record in records)
    begun = time.monotonic()
    answers = installed.start(installed.program("fitcheck"), "batch", "-", given=asked.encode()).splitlines()
    seconds = time.monotonic() - begun
    for record, answer in zip(records, map(json.loads, answers), strict=True):
        if _sizes(answer) != _sizes(record["result"]):
            raise SmokeError(f"batch answered {answer} to {record['request']}")
    return f"{len(records)} random requests answered as by the engine in {seconds:.2f} s"


def _sizes(answer: dict[str, Any]) -> object:
    """Sizes by device, or the kind of error."""
    if "error" in answer:
        return answer["error"]["code"]
    keys = ("name", "weights_bytes", "kv_cache_bytes", "compute_bytes")
    return [[device[key] for key in keys] for device in answer["devices"]]


def reports(installed: Installed) -> str:
    """A report in every format, where the program writes reports."""
    fitcheck = installed.program("fitcheck")
    if not re.search(r"^\s+report\s", installed.start(fitcheck, "--help"), re.MULTILINE):
        return "left out: this version has no report command"
    sizes = []
    for suffix in ("html", "pdf", "md", "json", "csv"):
        file = installed.pictures / f"report.{suffix}"
        installed.start(fitcheck, "report", "7b", "--ram", "64GiB", "-o", str(file))
        sizes.append(f"{suffix} {file.stat().st_size} bytes")
    file = installed.pictures / "report.zh.md"
    installed.start(fitcheck, "report", "7b", "--ram", "64GiB", "--lang", "zh", "-o", str(file))
    if "内存" not in file.read_text(encoding="utf-8"):
        raise SmokeError(f"{file.name} is not Chinese")
    return ", ".join(sizes)


def report_file(installed: Installed, menu: bool) -> str:
    """A report that was written before opens in the window."""
    written = installed.pictures / "report.json"
    if not written.is_file():
        return "left out: there is no report"
    file = installed.home / "of a friend.fitcheck.json"
    shutil.copyfile(written, file)
    return opened(installed, menu, file, REPORT_TYPE, "report-file")


def window(installed: Installed, menu: bool) -> str:
    """The window from its menu entry until its first answer."""
    command = [installed.program("fitcheck-gui")]
    if menu:
        command = ["gio", "launch", str(menu_entry())]
    return ", ".join(f"{name} after {seconds:.2f} s" for name, seconds in moments(installed, *command).items())


def moments(installed: Installed, *command: str) -> dict[str, float]:
    """When the window that a command opens was there and had its answer, in seconds (SmokeError where it had none)."""
    begun = time.monotonic()
    lines = installed.start(*command, FITCHECK_BENCH="1").splitlines()
    found = {line["milestone"]: line["monotonic"] - begun for line in map(json.loads, lines)}
    if set(found) != {"shell_painted", "matrix_filled"}:
        raise SmokeError(f"{' '.join(command)} came as far as {list(found)}")
    return found


def picture(installed: Installed) -> str:
    """The filled window as a picture, in both colours, and a choice in Chinese."""
    wanted = {
        "window-light": ("--theme", "light"), "window-dark": ("--theme", "dark"),
        "choice-zh": ("--language", "zh", "--after", "choice"),
    }  # fmt: skip
    return ", ".join(
        _picture(installed, name, installed.program("fitcheck-gui"), *options) for name, options in wanted.items()
    )


def model_file(installed: Installed, menu: bool) -> str:
    """A model file opens in the window."""
    file = installed.home / "my model.gguf"
    write_gguf(file)
    return opened(installed, menu, file, GGUF_TYPE, "model-file")


def opened(installed: Installed, menu: bool, file: Path, kind: str, name: str) -> str:
    """A file opens in the window: by a double click where the desktop knows its type, else as an argument."""
    command = [installed.program("fitcheck-gui"), str(file)]
    if menu:
        found = installed.start("gio", "info", "-a", "standard::content-type", str(file)).split()[-1]
        opener = installed.start("gio", "mime", kind).splitlines()[0]
        if found != kind or MENU_ENTRY not in opener:
            raise SmokeError(f"{file.name} is of type {found}; {opener}")
        # What a file manager does at a double click; ended by the window itself when it has its answer.
        moments(installed, "gio", "open", str(file))
        pattern = re.search(r"^Exec=(.+)$", menu_entry().read_text(encoding="utf-8"), re.MULTILINE)
        assert pattern is not None
        command = [str(file) if word == "%f" else word for word in pattern[1].split()]
        command[0] = installed.program(command[0])
    return _picture(installed, name, *command)


def menu_entry() -> Path:
    """The installed menu entry."""
    for folder in os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":"):
        entry = Path(folder) / "applications" / MENU_ENTRY
        if entry.is_file():
            return entry
    raise SmokeError(f"{MENU_ENTRY} is not in the menu")


def write_gguf(file: Path) -> None:
    """A small sound model file: two layers as in R1's Qwen distills, F16 matrices, F32 norms and biases, all zeros.

    Its form is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
    """
    width, inner, words, layers = 256, 512, 1024, 2
    numbers = {
        "block_count": layers, "context_length": 131072, "embedding_length": width, "feed_forward_length": inner,
        "attention.head_count": 4, "attention.head_count_kv": 2, "attention.key_length": 64,
        "attention.value_length": 64,
    }  # fmt: skip
    layer = {
        "attn_norm.weight": (width,), "attn_q.weight": (width, 256), "attn_q.bias": (256,),
        "attn_k.weight": (width, 128), "attn_k.bias": (128,), "attn_v.weight": (width, 128), "attn_v.bias": (128,),
        "attn_output.weight": (256, width), "ffn_norm.weight": (width,), "ffn_gate.weight": (width, inner),
        "ffn_up.weight": (width, inner), "ffn_down.weight": (inner, width),
    }  # fmt: skip
    tensors = {"token_embd.weight": (width, words), "output_norm.weight": (width,), "output.weight": (width, words)}
    tensors |= {f"blk.{i}.{name}": shape for i in range(layers) for name, shape in layer.items()}

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    entries = [text(f"general.{key}") + struct.pack("<I", 8) + text(value) for key, value in
               (("architecture", "qwen2"), ("name", "Smoke test"))]  # fmt: skip
    entries += [text(f"qwen2.{key}") + struct.pack("<II", 4, value) for key, value in numbers.items()]
    table, offset = [], 0
    for name, shape in tensors.items():
        # Type 0 is F32 with 4 bytes a number, type 1 is F16 with 2.
        kind = int(len(shape) == 2)
        head = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        table.append(text(name) + head + struct.pack("<IQ", kind, offset))
        offset += math.prod(shape) * (2 if kind else 4)
    front = b"GGUF" + struct.pack("<IQQ", 3, len(table), len(entries)) + b"".join(entries + table)
    file.write_bytes(front + bytes(-len(front) % 32 + offset))


def _picture(installed: Installed, name: str, *command: str) -> str:
    file = installed.pictures / f"{name}.png"
    file.unlink(missing_ok=True)
    installed.start(*command, "--size", "1280x800", "--screenshot", str(file))
    size = file.stat().st_size
    if size < SMALLEST_PICTURE_BYTES:
        raise SmokeError(f"{file.name} shows next to nothing ({size} bytes)")
    return f"{file.name} {size} bytes"


@contextlib.contextmanager
def display() -> Iterator[None]:
    """A display for as long as it lasts: the one that is there, or Xvfb's."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            number = stream.readline().strip()
        if not number:
            raise SmokeError("Xvfb does not start")
        os.environ["DISPLAY"] = f":{number}"
        yield
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait()


def main(arguments: list[str]) -> int:
    """Try everything in turn; the first failure ends it with one sentence and code 1."""
    parser = argparse.ArgumentParser(description="Start an installed FitCheck as a person would.")
    parser.add_argument("--folder", type=Path, help="where the programs are, if not on the PATH; then without menu")
    parser.add_argument("--pictures", type=Path, help="where pictures and reports are kept")
    options = parser.parse_args(arguments)
    menu = sys.platform == "linux" and options.folder is None
    with tempfile.TemporaryDirectory(prefix="fitcheck-smoke-") as home:
        pictures = (options.pictures or Path(home) / "pictures").resolve()
        pictures.mkdir(parents=True, exist_ok=True)
        try:
            with display():
                installed = Installed(options.folder and options.folder.resolve(), Path(home), pictures)
                print("command line  ", command_line(installed), flush=True)
                print("the engine's  ", engine_answers(installed), flush=True)
                print("reports       ", reports(installed), flush=True)
                print("report file   ", report_file(installed, menu), flush=True)
                print("window        ", window(installed, menu), flush=True)
                print("pictures      ", picture(installed), flush=True)
                print("model file    ", model_file(installed, menu), flush=True)
        except (SmokeError, subprocess.TimeoutExpired) as error:
            print(f"smoke test: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
