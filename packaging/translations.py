"""Translations: which texts there are, what is missing in a ``.ts`` file, and the ``.qm`` file that Qt reads.

Standard library only, because the build of the wheel compiles too, and Qt's own compiler would have to be downloaded
for it. Four kinds of text go into one file: ``tr`` of the window (found by Qt's lupdate), sentences that core,
catalogue, engines and probe make (found here, context ``Said``), texts of the catalogue's data (``Said``, too), and
``tr`` of reports (found here, context ``Report``), which are written without Qt.
"""

from __future__ import annotations

import ast
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n"
SAID = "Said"
"""Context of texts that are not the window's own."""

REPORT = "Report"
"""Context of a report's own texts."""

ROOMS_THAT_SPEAK = (
    "core", "catalog", "engines", "probe", "verify", "service.py", "verifying.py", "recommendations.py",
    "export/files.py", "export/report_json.py", "export/pdf.py",
)  # fmt: skip
NOT_READ_BY_PEOPLE = (
    # Facts about the data that the build of the catalogue checks, raw facts, the command line of the probe's child.
    "catalog/data.py", "probe/child.py", "probe/nvml_raw.py", "probe/recording.py", "probe/system.py",
    "catalog/memory.py", "core/units.py", "verify/child/blocks.py", "verify/child/code_books.py",
    "verify/child/memory.py", "verify/child/card_source.py",
)  # fmt: skip
_TEXT = re.compile(r"[A-Za-z]{2,}(?:'s)?[,;:]? +[a-z{\d\"']")
_COMMAND = re.compile(
    r"\nimport |FROM |PARAMETER |cat > |do \{|until |'@|\\| > |[a-z]+_[a-z_]+ [a-z_]+$|look \{|disk_usage \{|"
    r"Get-Partition "
)
"""Text that a program reads, however many words it has."""

_FEWEST_LETTERS = 5
"""What is fixed of a text; less ("{0} of {1}") would be found in anything."""

_PUT_IN = ("RAM", "one")
"""Single words that sentences put in; too short to be told from names by themselves."""

_WHOLE_SENTENCE = re.compile(r"[A-Z][a-z]+ .*\.")
_FOR_PROGRAMMERS = frozenset(("ValueError", "AssertionError", "TypeError", "compile", "add_argument", "Template"))


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its place in the source."""

    template: str
    place: str


def said_texts(root: Path = ROOT) -> tuple[Text, ...]:
    """Every sentence, or part of one, that the rooms below the window make; ``{0}`` stands for what varies."""
    found = {word: Text(word, "a word that sentences put in") for word in _PUT_IN}
    for text in (*_texts_of_code(root), *_texts_of_data(root)):
        found.setdefault(text.template, text)
    return tuple(found.values())


def report_texts(root: Path = ROOT) -> tuple[Text, ...]:
    """Every literal that a report's rooms hand to ``tr``; an empty template stands for what is no literal."""
    found: dict[str, Text] = {}
    for file in sorted((root / "fitcheck" / "export").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "tr" in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
                first = node.args[0]
                text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
                found.setdefault(text, Text(text, f"fitcheck/export/{file.name}:{node.lineno}"))
    return tuple(found.values())


def _texts_of_code(root: Path) -> Iterator[Text]:
    package = root / "fitcheck"
    for room in ROOMS_THAT_SPEAK:
        place = package / room
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.is_file() else []
        for file in files:
            name = file.relative_to(package).as_posix()
            if name not in NOT_READ_BY_PEOPLE:
                yield from _texts_of_file(file, name)


def _texts_of_file(file: Path, name: str) -> Iterator[Text]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    passed_over = set(_not_for_people(tree))
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        template = _template(node)
        if template is not None and _is_for_people(template):
            yield Text(template, f"fitcheck/{name}:{getattr(node, 'lineno', 0)}")


def _is_for_people(template: str) -> bool:
    letters = sum(character.isalpha() for character in re.sub(r"\{\d+\}", "", template))
    fixed = letters >= _FEWEST_LETTERS or _WHOLE_SENTENCE.fullmatch(template)
    return bool(_TEXT.search(template) and fixed) and not _COMMAND.match(template)


def _template(node: ast.AST) -> str | None:
    """A literal as it stands, an f-string with numbers in place of what it puts in; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, number = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{number}}}")
            number += 1
    return "".join(parts)


def _not_for_people(tree: ast.Module) -> Iterator[int]:
    """Docstrings, the pieces inside f-strings, and what assertions and some calls say to programmers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (id(value) for value in node.values if isinstance(value, ast.Constant))
        elif isinstance(node, ast.Assert) and node.msg is not None:
            yield from (id(inner) for inner in ast.walk(node.msg))
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _FOR_PROGRAMMERS:
                yield from (id(inner) for inner in ast.walk(node))


def _texts_of_data(root: Path) -> Iterator[Text]:
    """Texts of the catalogue that the window shows: notes and corrections, words for losses, shares of memory."""
    catalogue = root / "resources" / "catalog"
    models = json.loads((catalogue / "models.json").read_text(encoding="utf-8"))
    for model in models["models"]:
        for text in (
            model["parameters"]["note"], model["native_dtype"], model["licence"], model["release_date_note"],
            model.get("context_note"), model.get("not_recommended"), model["reasoning"].get("note"),
            model["description"], *(one.get("note") for one in model["benchmarks"]),
        ):  # fmt: skip
            if text:
                yield Text(text, f"models.json {model['id']}")
    for one in models["corrections"]:
        texts = (one[key] for key in ("field", "claimed", "correct", "note"))
        yield from (Text(text, f"models.json, {one['field']}") for text in texts if re.search("[a-z]{3}", text))
    for share in json.loads((catalogue / "gpus.json").read_text(encoding="utf-8"))["memory_shares"]:
        yield Text(share["says"], f"gpus.json {share['id']}")
    quality = json.loads((catalogue / "quality.json").read_text(encoding="utf-8"))
    yield Text(quality["benchmark"], "quality.json benchmark")
    for level in quality["scale"]["levels"]:
        yield Text(level["word"], "quality.json scale")


@dataclass(frozen=True, slots=True)
class Message:
    """One text of a ``.ts`` file; ``translation`` is empty where there is none yet."""

    context: str
    source: str
    comment: str
    translation: str


def read(file: Path) -> tuple[Message, ...]:
    """All texts of a ``.ts`` file that are still in use."""
    messages = []
    for context in ElementTree.parse(file).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            kind = "" if translation is None else translation.get("type", "")
            if kind in ("vanished", "obsolete"):
                continue
            text = "" if translation is None or kind == "unfinished" else translation.text or ""
            messages.append(Message(name, message.findtext("source", ""), message.findtext("comment", ""), text))
    return tuple(messages)


def update(lupdate: list[str], file: Path) -> None:
    """Bring a ``.ts`` file up to the sources: new texts come in unfinished, gone ones go.

    ``lupdate`` is the command that runs Qt's tool (``pyside6-lupdate``).
    """
    sources = sorted((ROOT / "fitcheck" / "gui").rglob("*.py"))
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said.py"
        texts = [(SAID, text) for text in said_texts()] + [(REPORT, text) for text in report_texts()]
        lines = (f"QCoreApplication.translate({json.dumps(room)}, {text.template!r})" for room, text in texts)
        said.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = ["-silent", "-no-obsolete", "-locations", "none", "-source-language", "en", "-ts", str(file)]
        subprocess.run([*lupdate, *map(str, sources), str(said), *options], check=True)


_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES, _LANGUAGE = 0x42, 0x69, 0xA7
_END, _TRANSLATION, _SOURCE, _CONTEXT, _COMMENT = 1, 3, 6, 7, 8


def compiled(messages: tuple[Message, ...], language: str) -> bytes:
    """The ``.qm`` file (format: Qt's ``qtranslator.cpp``): texts in their order, and their places by hash."""
    records, places = bytearray(), []
    for message in messages:
        if not message.translation:
            continue
        places.append((_hash(message.source + message.comment), len(records)))
        records += _tagged(_TRANSLATION, message.translation.encode("utf-16-be"))
        for tag, text in ((_SOURCE, message.source), (_CONTEXT, message.context), (_COMMENT, message.comment)):
            records += _tagged(tag, text.encode("utf-8"))
        records += bytes((_END,))
    hashes = b"".join(struct.pack(">II", *place) for place in sorted(places))
    sections = ((_LANGUAGE, language.encode("utf-8")), (_HASHES, hashes), (_MESSAGES, bytes(records)))
    return _MAGIC + b"".join(_tagged(tag, content) for tag, content in sections)


def _tagged(tag: int, content: bytes) -> bytes:
    return struct.pack(">BI", tag, len(content)) + content


def _hash(text: str) -> int:
    """Qt's ``elfHash`` of a text in UTF-8."""
    value = 0
    for byte in text.encode("utf-8"):
        value = (value << 4) + byte
        high = value & 0xF0000000
        if high:
            value ^= high >> 24
        value &= ~high
    return value or 1


def build(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Compile every ``.ts`` file beside itself where that has changed; returns the ``.qm`` files."""
    made = []
    for file in sorted(folder.glob("*.ts")):
        target = file.with_suffix(".qm")
        content = compiled(read(file), ElementTree.parse(file).getroot().get("language", ""))
        if not target.exists() or target.read_bytes() != content:
            # Several processes may compile at once, and one may be reading.
            half = target.with_suffix(f".{os.getpid()}")
            half.write_bytes(content)
            half.replace(target)
        made.append(target)
    return tuple(made)


def main() -> int:
    """Update every ``.ts`` file, compile it, and print what is missing; 1 where something is."""
    missing = 0
    for file in sorted(FOLDER.glob("*.ts")):
        update([str(Path(sys.executable).with_name("pyside6-lupdate"))], file)
        for message in read(file):
            if not message.translation:
                missing += 1
                print(f"{file.name}: {message.context}: {message.source}")
    build()
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main())
