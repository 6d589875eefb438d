"""A report to a file by its suffix, and back from JSON."""

from __future__ import annotations

from pathlib import Path

from fitcheck.atomic_file import write_whole
from fitcheck.core.report import Report
from fitcheck.core.units import ByteUnit
from fitcheck.errors import RequestError
from fitcheck.export.document import NAME, Paper
from fitcheck.export.words import Words

SUFFIXES = (".html", ".pdf", ".md", ".json", ".csv")

LARGEST_FILE_BYTES = 16 << 20

_BEGINNING_BYTES = 4096
"""Where a report names its schema; FitCheck writes it first."""


def check_target(path: Path) -> None:
    """Refuse a suffix that no format has before anything is computed (RequestError ``bad_suffix``, ``bad_file``)."""
    if path.suffix.lower() not in SUFFIXES:
        raise RequestError("bad_suffix", f"{path.name} has no suffix of a report.", SUFFIXES)
    if not path.parent.is_dir():
        raise RequestError("bad_file", f"{path} cannot be written: there is no folder {path.parent}.")


def write_report(
    report: Report, path: Path, *, language: str = "en", unit: ByteUnit = "GiB", paper: Paper | None = None
) -> None:
    """Write a report in the format of the suffix; the old file stays whole until the new one is.

    ``paper`` is that of a PDF; None: what is usual where this computer is.

    Raises RequestError: ``bad_suffix``, ``unknown_language``, ``bad_file`` where the file cannot be written; and
    EnvironmentLacksError ``no_font`` where a PDF needs a Chinese font and there is none.
    """
    check_target(path)
    words = Words(language, unit)
    content = _content(report, path.suffix.lower(), words, paper)
    if isinstance(content, str):
        # Half of a surrogate pair in a name of a file or card has no place in UTF-8.
        content = content.encode("utf-8", "replace")
    try:
        write_whole(path, content, shared=True)
    except OSError as error:
        raise RequestError("bad_file", f"{path} cannot be written: {error.strerror or error}.") from error


def _content(report: Report, suffix: str, words: Words, paper: Paper | None) -> str | bytes:
    if suffix == ".json":
        from fitcheck.export.report_json import report_text

        return report_text(report)
    if suffix == ".csv":
        from fitcheck.export.table_csv import csv_text

        return csv_text(report)
    from fitcheck.export.compose import document

    made = document(report, words)
    if suffix == ".md":
        from fitcheck.export.markdown import markdown_text

        return markdown_text(made)
    if suffix == ".html":
        from fitcheck.export.html import html_text

        return html_text(made)
    from fitcheck.export.pdf import pdf_bytes

    return pdf_bytes(made, paper)


def is_report(path: Path) -> bool:
    """Whether a file means to be a report, by its name or by the schema at its beginning."""
    if path.name.lower().endswith(".fitcheck.json"):
        return True
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return NAME.encode() in file.read(_BEGINNING_BYTES)
    except OSError:
        # Whoever reads it says why it cannot be read.
        return False


def read_report(path: Path) -> Report:
    """The report in a JSON file (RequestError ``bad_report`` where it is none)."""
    from fitcheck.export.report_json import report_from_text

    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise RequestError("bad_report", f"{path} is too large for a report.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RequestError("bad_report", f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise RequestError("bad_report", f"{path} is not UTF-8 text.") from error
    return report_from_text(text, path.name)
