"""The command line: every command and option is declared here, and ``arranger.commands`` does the work.

Those modules are imported inside the commands, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import click

from arranger import __version__
from arranger.cli.checking import analyse, check
from arranger.cli.learning import evaluate, fit_weights, train
from arranger.cli.listing import ensembles, explain, rules, styles
from arranger.cli.making import arrange, compose, harmonize


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: arranger arrange song.musicxml -o song-satb.musicxml",
)
@click.version_option(__version__, prog_name="arranger")
def main() -> None:
    """Arrange lead sheets for choir or quartet, and check scores by the same rules of part-writing."""


for command in (
    *(arrange, compose, harmonize),
    *(check, analyse, rules, explain),
    *(ensembles, styles),
    *(evaluate, fit_weights, train),
):
    main.add_command(command)
