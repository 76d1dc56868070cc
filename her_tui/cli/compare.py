"""``her-tui compare``: two sessions, or two branches of one, side by side."""

from __future__ import annotations

import click

from her_tui.cli import compare_json, compare_text
from her_tui.cli.output import print_json
from her_tui.cli.place import Place
from her_tui.queries import comparison, comparison_sides
from her_tui.queries.library import Library


@click.command("compare")
@click.argument("left", metavar="A")
@click.argument("right", metavar="B", required=False)
@click.option("--json", "form", flag_value="json", help="All of it as an object.")
@click.option("--markdown", "form", flag_value="markdown", help="A Markdown document.")
@click.pass_obj
def command(place: Place, left: str, right: str | None, form: str | None) -> None:
    """Hold two sessions side by side: what they share, where they part, what each cost.

    A and B are ids of sessions, or their starts. A session that was rewound has branches:
    SESSION#branch=1 is what the first rewind left, the last branch the one that goes on, which is
    the one that SESSION alone means. With A alone its two branches are compared.
    """
    library = Library.open(place.home)
    one = comparison_sides.wanted(library, left)
    twice = False
    if right is None:
        one, other = comparison_sides.two_branches(library, one.row)
    else:
        other = comparison_sides.wanted(library, right)
        twice = one == other
    found = comparison.compare(library, one, other)
    if form == "json":
        print_json(compare_json.compared(found))
    elif form == "markdown":
        for line in compare_text.markdown(found):
            print(line)
    elif twice:
        compare_text.print_verdict(found)
    else:
        compare_text.print_text(found)
