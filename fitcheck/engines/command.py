"""What every runtime shares: where the model comes from, a command with its notes, and the one place that quotes.

PowerShell's rules: about_Quoting_Rules and about_Parsing. A comma makes an array there and ``-ts 3,1`` would arrive as
two arguments, so that only words without any special character stay bare.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from fitcheck.core.planner import Plan
from fitcheck.frozen import dataclass

Line = tuple[str, ...]
"""Words that stand on one line of a command: an option with its value, or options that belong together."""

Environment = tuple[tuple[str, str], ...]
"""Variables for one program, as (name, value)."""

_BARE_IN_POWERSHELL = re.compile(r"--?[A-Za-z][A-Za-z_-]*|[A-Za-z0-9_/][A-Za-z0-9_./-]*")
_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell takes typographic single quotes for the plain one (``IsSingleQuote`` in its tokenizer)."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where the file is: a local ``path``, else a Hugging Face ``repository`` with this quantization, else nowhere yet.

    ``path`` of a split file is that of its first part; ``shards`` counts the parts.
    """

    path: str | None = None
    repository: str | None = None
    shards: int = 1


@dataclass(frozen=True, slots=True)
class ModelNames:
    """What other people call the model: its makers' Hugging Face id, None for an architecture that nobody published."""

    hugging_face: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Text to paste into a shell, with what to know about it.

    ``refusal`` is one sentence why this runtime cannot do the plan; ``sh`` and ``powershell`` are empty then.
    ``powershell`` alone is empty where the runtime does not exist for Windows.
    """

    engine: str
    title: str
    sh: str = ""
    powershell: str = ""
    notes: tuple[str, ...] = ()
    refusal: str = ""

    def text(self, *, windows: bool) -> str:
        """For the shell of a system; a runtime that Windows does not have is for the Linux inside it."""
        return (self.powershell or self.sh) if windows else self.sh


def quote_sh(word: str) -> str:
    """A word for a POSIX shell."""
    return shlex.quote(word)


def quote_powershell(word: str) -> str:
    """A word for PowerShell: bare where nothing in it is special, else in single quotes, quotes inside doubled."""
    return word if _BARE_IN_POWERSHELL.fullmatch(word) else _in_single_quotes(word)


def _in_single_quotes(word: str) -> str:
    return "'" + _POWERSHELL_QUOTES.sub(lambda quote: quote.group() * 2, word) + "'"


def sh_text(lines: Sequence[Line], environment: Environment = ()) -> str:
    """A command for a POSIX shell, one line each, continued by a backslash."""
    variables = "".join(f"{name}={quote_sh(value)} " for name, value in environment)
    return variables + " \\\n  ".join(" ".join(map(quote_sh, line)) for line in lines)


def powershell_text(lines: Sequence[Line], environment: Environment = ()) -> str:
    """A command for PowerShell, one line each, continued by a backtick."""
    variables = "".join(f"$env:{name}={_in_single_quotes(value)}; " for name, value in environment)
    return variables + " `\n  ".join(" ".join(map(quote_powershell, line)) for line in lines)


def file_stem(plan: Plan, names: ModelNames) -> str:
    """How makers name the file: ``DeepSeek-R1-Distill-Llama-8B-Q4_K_M``."""
    model = names.hugging_face.rsplit("/", 1)[-1] if names.hugging_face else plan.model_id
    return f"{model}-{plan.quantization}"


def file_path(plan: Plan, source: ModelSource, names: ModelNames) -> str:
    """The file's path, or a placeholder that begins with ``PATH/TO/``."""
    if source.path is not None:
        return source.path
    part = f"-00001-of-{source.shards:05}" if source.shards > 1 else ""
    return f"PATH/TO/{file_stem(plan, names)}{part}.gguf"


def source_notes(source: ModelSource) -> tuple[str, ...]:
    """What to know about the file itself."""
    notes = []
    if source.path is None and source.repository is None:
        notes.append("PATH/TO stands for the folder of your file.")
    if source.path is not None and source.shards > 1:
        notes.append(f"This is the first of {source.shards} parts; the others are found beside it.")
    return tuple(notes)
