"""The command and its subcommands, each imported when it is used."""

from __future__ import annotations

from importlib import import_module

import click

from her_tui import __version__
from her_tui.cli.place import Place

#: Subcommand -> (module, one-line help). The help is here so that ``--help`` imports none of them.
_COMMANDS = {
    "run": ("her_tui.cli.run_client", "Start a client and record it."),
    "install": ("her_tui.cli.install", "Record every session, however it is started."),
    "uninstall": ("her_tui.cli.uninstall", "Take that back."),
    "status": ("her_tui.cli.status", "Show what is being recorded now, and what that costs."),
    "import": ("her_tui.cli.importing", "Import transcripts into the library."),
    "sessions": ("her_tui.cli.sessions", "List the recorded sessions."),
    "show": ("her_tui.cli.show", "Print one session."),
    "open": ("her_tui.cli.open", "Open a session on screen, at a moment of it."),
    "replay": ("her_tui.cli.replay", "Play a session on screen."),
    "compare": ("her_tui.cli.compare", "Hold two sessions side by side."),
    "restore": ("her_tui.cli.restore", "Give back a file as it was at a moment."),
    "cast": ("her_tui.cli.cast", "Record the replay of a session as a video for the terminal."),
    "search": ("her_tui.cli.search", "Find by words and by meaning."),
    "prompts": ("her_tui.cli.prompts", "Find past prompts, and copy one."),
    "annotate": ("her_tui.cli.annotate", "Star, tag or note a session or a prompt."),
    "bookmark": ("her_tui.cli.bookmark", "Mark a moment of a session, with a note."),
    "stats": ("her_tui.cli.stats", "Count prompts, actions, tokens and cost."),
    "delete": ("her_tui.cli.delete", "Delete a session from the library."),
    "index": ("her_tui.cli.index", "Bring what can be searched up to date."),
    "semantic": ("her_tui.cli.semantic", "Switch searching by meaning on or off."),
    "doctor": ("her_tui.cli.doctor", "Check what is recorded, and what is in the way."),
    "wire": ("her_tui.cli.wire_command", "Record what passes to an API and back."),
    "completion": ("her_tui.cli.completion", "Print a completion script for your shell."),
}


class _LazyGroup(click.Group):
    """A group that knows its commands by name and imports only the one that runs."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command = import_module(_COMMANDS[name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in _COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Her's folder is HER_HOME or your platform's data folder; her-tui doctor names it.",
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.option("--demo", is_flag=True, help="Use an invented library; read nothing of yours.")
@click.pass_context
def cli(context: click.Context, demo: bool) -> None:
    """Her: the dashcam of AI coding sessions.

    Without a command, opens the library: records what is new in the background, and shows it.
    """
    place = Place(demo=demo)
    context.obj = place
    context.call_on_close(place.leave)
    if context.invoked_subcommand is None:
        from her_tui.cli.opening import open_library

        open_library(place)
