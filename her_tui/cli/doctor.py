"""``her-tui doctor``: one line per thing that may be in the way, with a way out."""

from __future__ import annotations

import os

import click

from her_tui.cli.checks import Verdict, everything
from her_tui.cli.output import print_json
from her_tui.cli.place import Place
from her_tui.plaintext import one_line

_COLOURS = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.pass_obj
def command(place: Place, as_json: bool) -> int:
    """Check what is recorded, and what is in the way.

    Exits with 1 if something failed; a warning is no failure.
    """
    findings = list(everything(place.home, place.config))
    if as_json:
        print_json(
            [
                {
                    "check": finding.check,
                    "verdict": str(finding.verdict),
                    "what": finding.what,
                    "way_out": finding.way_out or None,
                }
                for finding in findings
            ]
        )
    else:
        for finding in findings:
            verdict = click.style(f"{finding.verdict:<4}", fg=_COLOURS[finding.verdict])
            colour = False if os.environ.get("NO_COLOR") else None
            click.echo(f"{verdict}  {finding.check:<12}  {one_line(finding.what)}", color=colour)
            if finding.way_out:
                print(f"{'':<20}→ {one_line(finding.way_out)}")
    return int(any(finding.verdict is Verdict.FAIL for finding in findings))
