"""The command line: every command and option is declared here, and ``arranger.commands`` does the work.

A command's declaration is imported when the command is called or listed, and its work when it is called, so that
``--help`` and ``--version`` answer at once and no command waits for what another needs.
"""

from __future__ import annotations

from importlib import import_module

import click

from arranger import __version__

_DECLARED_IN = {  # command -> module of this package, and the function's name there
    "again": ("editing", "again"),
    "analyse": ("checking", "analyse"),
    "arrange": ("making", "arrange"),
    "batch": ("batching", "batch"),
    "check": ("checking", "check"),
    "compose": ("making", "compose"),
    "ensembles": ("listing", "ensembles"),
    "evaluate": ("learning", "evaluate"),
    "excerpt": ("editing", "excerpt"),
    "explain": ("listing", "explain"),
    "fit": ("learning", "fit_weights"),
    "harmonize": ("making", "harmonize"),
    "repair": ("repairing", "repair"),
    "mcp": ("serving", "mcp"),
    "pin": ("pinning", "pin"),
    "render": ("rendering", "render"),
    "rules": ("listing", "rules"),
    "serve": ("serving", "serve"),
    "styles": ("listing", "styles"),
    "train": ("learning", "train"),
    "why": ("explaining", "why"),
}


class _Commands(click.Group):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_DECLARED_IN)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _DECLARED_IN:
            return None
        module, function = _DECLARED_IN[cmd_name]
        command: click.Command = getattr(import_module(f"arranger.cli.{module}"), function)
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: arranger arrange song.musicxml -o song-satb.musicxml",
)
@click.version_option(__version__, prog_name="arranger")
def main() -> None:
    """Arrange lead sheets for choir or quartet, and check scores by the same rules of part-writing."""
