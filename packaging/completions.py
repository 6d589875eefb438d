"""Completions for bash, zsh and fish, written from the command line's own parser."""

from __future__ import annotations

import argparse

from manual import WINDOW_OPTIONS, shown, subcommands

from fitcheck.catalog.models import catalogue
from fitcheck.cli import options
from fitcheck.core.quantization import FILE_TYPES

_BASH = """\
# bash completion of fitcheck
_fitcheck() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
    COMPREPLY=()
    case $before in
        -q|--quant) mapfile -t COMPREPLY < <(compgen -W '{types}' -- "$word"); return ;;
        --machine|--record|inspect) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        {with_model}) [[ $word == -* ]] || {{ mapfile -t COMPREPLY < <(compgen -W '{models}' -- "$word"); return; }} ;;
    esac
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '{commands} --help --version' -- "$word")
        return
    fi
    case $command in
{cases}
    esac
}}
complete -o filenames -F _fitcheck fitcheck
complete -f -W '{window}' fitcheck-gui
"""


def _names(command: argparse.ArgumentParser) -> list[str]:
    return [name for action in shown(command) for name in action.option_strings]


def _takes_model(command: argparse.ArgumentParser) -> bool:
    return any(action.metavar == "MODEL" for action in shown(command))


def _window_options() -> str:
    return " ".join(term.split()[0] for term, _ in WINDOW_OPTIONS)


def _models() -> str:
    return " ".join(model.id for model in catalogue())


def _types() -> str:
    return " ".join(file_type.id for file_type in FILE_TYPES)


def bash() -> str:
    """For bash."""
    commands = subcommands(options.build())
    cases = [
        f"        {name}) mapfile -t COMPREPLY < <(compgen -W '{' '.join(_names(command))} --help' -- \"$word\") ;;"
        for name, command in commands.items()
    ]
    with_model = "|".join(name for name, command in commands.items() if _takes_model(command))
    return _BASH.format(
        types=_types(), models=_models(), commands=" ".join(commands), cases="\n".join(cases), with_model=with_model,
        window=_window_options(),
    )  # fmt: skip


def zsh() -> str:
    """For zsh."""
    lines = ["#compdef fitcheck", "local -a commands", "commands=("]
    commands = subcommands(options.build())
    lines += [f"  '{name}:{_quoted(command.description)}'" for name, command in commands.items()]
    lines += [")", "if (( CURRENT == 2 )); then", "  _describe command commands", "  return", "fi", "case $words[2] in"]
    for name, command in commands.items():
        words = []
        for action in shown(command):
            takes = "" if action.nargs == 0 else f":{_quoted(action.metavar or action.dest)}:{_zsh_values(action)}"
            summary = _quoted(command._get_formatter()._expand_help(action) if action.help else "")
            words += [f"'*{option}[{summary}]{takes}'" for option in action.option_strings]
            if not action.option_strings:
                words.append(f"'*:{_quoted(action.metavar)}:{_zsh_values(action)}'")
        lines.append(f"  {name}) shift words; (( CURRENT-- )); _arguments {' '.join(words)} ;;")
    return "\n".join([*lines, "esac", ""])


def _zsh_values(action: argparse.Action) -> str:
    if action.metavar == "MODEL":
        return f"({_models()})"
    if "--quant" in action.option_strings:
        return f"({_types()})"
    return "_files" if "FILE" in str(action.metavar) else " "


def _quoted(words: object) -> str:
    text = str(words).replace("'", "").replace('"', "")
    return text.replace("[", "(").replace("]", ")").replace(":", "\\:").replace("`", "")


def fish() -> str:
    """For fish."""
    commands = subcommands(options.build())
    lines = []
    for name, command in commands.items():
        lines.append(f"complete -c fitcheck -n __fish_use_subcommand -f -a {name} -d '{_quoted(command.description)}'")
        here = f"complete -c fitcheck -n '__fish_seen_subcommand_from {name}'"
        if _takes_model(command):
            lines.append(f"{here} -f -a '{_models()}'")
        for action in shown(command):
            names = " ".join(
                f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
                for option in action.option_strings
            )
            values = f" -x -a '{_types()}'" if "--quant" in action.option_strings else ""
            takes = "" if action.nargs == 0 or values else " -r"
            if names:
                lines.append(f"{here} {names}{takes}{values}")
    lines += [
        f"complete -c fitcheck-gui -l {term.split()[0][2:]} -d '{_quoted(words)}'" for term, words in WINDOW_OPTIONS
    ]
    return "\n".join([*lines, ""])
