"""``arranger rules``, ``explain``, ``ensembles`` and ``styles``: what there is to choose from."""

from __future__ import annotations

import click


@click.command()
def rules() -> None:
    """List all rules with code, name and definition."""
    from arranger.commands.catalogue import rules_text

    click.echo(rules_text())


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Explain a rule: definition, source, examples, weights.

    CODE is the rule's code or its name, for example VL101 or parallel-fifths.
    """
    from arranger.commands.catalogue import explain_text

    click.echo(explain_text(code))


@click.command()
def ensembles() -> None:
    """List the ensembles, with their parts and comfortable ranges."""
    from arranger.commands.catalogue import ensembles_text

    click.echo(ensembles_text())


@click.command()
def styles() -> None:
    """List the styles, rhythms, accompaniment patterns and characters of arrangements."""
    from arranger.commands.catalogue import styles_text

    click.echo(styles_text())
