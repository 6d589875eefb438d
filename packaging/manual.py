"""The man pages, written from the command line's own parser so that they say what the program does."""

from __future__ import annotations

import argparse

import product

from fitcheck.cli import options
from fitcheck.cli.examples import EXAMPLES

WINDOW_OPTIONS = (
    ("--machine FILE.json", "look at a machine that fitcheck scan --json wrote instead of this one"),
    ("--theme light|dark|system", "colours, this time only"),
    ("--language en|zh", "language, this time only"),
    ("--context TOKENS", "context to start with, such as 16k"),
    ("--size WIDTHxHEIGHT", "size of the window, such as 1280x800"),
    ("--screenshot FILE.png", "save a picture of the window and quit"),
    ("--after shell|filled|choice", "when to take it: window drawn, answer there (as without it), or choice opened"),
)


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a parser by name, in order."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What a person can write after a command, without what is not told and without help."""
    untold = (argparse._HelpAction, argparse._SubParsersAction)
    return [action for action in parser._actions if action.help != argparse.SUPPRESS and not isinstance(action, untold)]


def command_line_page() -> str:
    """The page ``fitcheck(1)`` in roff."""
    parser = options.build()
    parts = [_head("fitcheck", "does DeepSeek-R1 fit this machine, and with which settings?")]
    parts.append(_section("SYNOPSIS", ".B fitcheck\n[\\fICOMMAND\\fR [\\fIOPTIONS\\fR]]"))
    parts.append(
        _section(
            "DESCRIPTION",
            _text(
                "FitCheck says whether DeepSeek-R1 671B or one of its distills runs on a computer, how much memory it "
                "takes on which device, how fast it answers, and with which settings, before anything is downloaded. "
                "Without a command the window opens; see fitcheck-gui(1)."
            ),
        )
    )
    for name, command in subcommands(parser).items():
        synopsis = " ".join(_takes(action) for action in shown(command) if not action.option_strings)
        body = [_text(str(command.description)), *(_option(action, command) for action in shown(command))]
        body += [_item(line, remark) for line, remark in EXAMPLES[name]]
        parts.append(_section(f"FITCHECK {name.upper()} {synopsis}".rstrip(), "\n".join(body)))
    codes = (
        ("0", "answered, and it runs"), ("1", "answered, and it does not"), ("2", "the request is wrong"),
        ("3", "something is missing here, such as a display"), ("130", "interrupted"),
    )  # fmt: skip
    parts.append(_section("EXIT STATUS", "\n".join(_item(code, words) for code, words in codes)))
    parts.append(_files())
    parts.append(_section("SEE ALSO", ".BR fitcheck-gui (1)"))
    return "".join(parts)


def window_page() -> str:
    """The page ``fitcheck-gui(1)`` in roff."""
    parts = [_head("fitcheck-gui", "window of FitCheck")]
    parts.append(_section("SYNOPSIS", ".B fitcheck-gui\n[\\fIOPTIONS\\fR] [\\fIFILE\\fR]"))
    words = (
        "Opens the window, which looks at this machine and shows every model by every quantization. FILE is a model "
        "file (.gguf) or a config.json to price, or a report (.fitcheck.json) to read, as if it was dropped on the "
        "window."
    )
    parts.append(_section("DESCRIPTION", _text(words)))
    parts.append(_section("OPTIONS", "\n".join(_item(name, words) for name, words in WINDOW_OPTIONS)))
    parts.append(_files())
    parts.append(_section("SEE ALSO", ".BR fitcheck (1)"))
    return "".join(parts)


def _head(name: str, summary: str) -> str:
    date = product.moment().strftime("%Y-%m-%d")
    title = f'.TH {name.upper()} 1 "{date}" "FitCheck {product.version()}" "User Commands"\n'
    return title + _section("NAME", f"{_escaped(name)} \\- {_escaped(summary)}")


def _files() -> str:
    words = "colours, units, context and the window's place; FITCHECK_CONFIG_DIR moves the folder"
    return _section("FILES", _item("~/.config/fitcheck/settings.json", words))


def _section(title: str, body: str) -> str:
    return f'.SH "{_escaped(title)}"\n{body}\n'


def _option(action: argparse.Action, command: argparse.ArgumentParser) -> str:
    names = ", ".join(action.option_strings) or _takes(action)
    if action.option_strings and action.nargs != 0:
        names += f" {_takes(action)}"
    formatter = command._get_formatter()
    return _item(names, formatter._expand_help(action) if action.help else "")


def _takes(action: argparse.Action) -> str:
    return action.metavar if isinstance(action.metavar, str) else action.dest.upper()


def _item(term: str, words: str) -> str:
    return f".TP\n.B {_escaped(term)}\n{_text(words)}"


def _text(words: str) -> str:
    escaped = _escaped(words)
    # A point or a quote in the first column would be an order to roff.
    return f"\\&{escaped}" if escaped[:1] in ".'" else escaped


def _escaped(words: str) -> str:
    # A plain quote would end an argument of a macro.
    return words.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
