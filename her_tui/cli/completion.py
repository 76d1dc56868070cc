"""``her-tui completion``: the script that lets a shell complete our commands."""

from __future__ import annotations

import os
from pathlib import PurePath

import click
from click.shell_completion import get_completion_class

from her_tui.cli.run import PROGRAM
from her_tui.errors import UsageError

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS), required=False)
@click.pass_context
def command(context: click.Context, shell: str | None) -> None:
    """Print a completion script; without SHELL, for the shell you use.

    \b
    bash:  eval "$(her-tui completion bash)"      in ~/.bashrc
    zsh:   eval "$(her-tui completion zsh)"       in ~/.zshrc
    fish:  her-tui completion fish > ~/.config/fish/completions/her-tui.fish
    """
    name = shell or PurePath(os.environ.get("SHELL", "")).name
    complete = get_completion_class(name) if name in _SHELLS else None
    if complete is None:
        raise UsageError(
            f"No completion for the shell {name!r}", f"Name one: {', '.join(_SHELLS)}."
        )
    variable = f"_{PROGRAM.replace('-', '_').upper()}_COMPLETE"
    print(complete(context.find_root().command, {}, PROGRAM, variable).source())
