"""``her-tui stats``: what was recorded, in numbers."""

from __future__ import annotations

from collections.abc import Mapping

import click

from her_tui import units
from her_tui.cli import describe
from her_tui.cli.output import Column, print_json, print_table
from her_tui.cli.place import Place
from her_tui.queries import stats
from her_tui.queries.library import Library
from her_tui.queries.stats import By, Stats

_COLUMNS = (
    Column("SESSIONS", right=True),
    Column("PROMPTS", right=True),
    Column("RESPONSES", right=True),
    Column("ACTIONS", right=True),
    Column("FAILED", right=True),
    Column("COMMITS", right=True),
    Column("IN", right=True),
    Column("OUT", right=True),
    Column("CACHED", right=True),
    Column("COST", right=True),
)


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print an object; with --by, a list.")
@click.option(
    "--by",
    "key",
    type=click.Choice([str(choice) for choice in By]),
    help="One line per session, project, model or day.",
)
@click.pass_obj
def command(place: Place, as_json: bool, key: str | None) -> None:
    """Count prompts, responses, actions, tokens and cost, each once."""
    library = Library.open(place.home)
    if key is None:
        total = stats.totals(library)
        if as_json:
            print_json(describe.stats(total))
        else:
            _print_totals(total)
        return
    parts = stats.by(library, By(key))
    if as_json:
        print_json([{"key": name, **describe.stats(part)} for name, part in parts])
        return
    columns = (Column(key.upper(), flexible=True), *_COLUMNS)
    counted = [part for part in parts if part[1].sessions or part[1].responses or part[1].prompts]
    print_table(columns, [(name or "–", *_line(part)) for name, part in counted])


def _line(part: Stats) -> tuple[str, ...]:
    return (
        f"{part.sessions:,}",
        f"{part.prompts:,}",
        f"{part.responses:,}",
        f"{part.actions:,}",
        f"{part.action_errors:,}",
        f"{part.commits:,}",
        units.compact(part.tokens.context),
        units.compact(part.tokens.output),
        units.compact(part.tokens.cache_read),
        units.money(part.cost, part.unpriced),
    )


def _print_totals(total: Stats) -> None:
    """The whole library, a fact per line."""
    span = f"{units.moment(total.first)} to {units.moment(total.last)}" if total.first else "–"
    tokens = total.tokens
    facts = [
        ("recorded", span),
        ("sessions", f"{total.sessions:,}"),
        ("prompts", _kinds(total.prompts, total.prompts_by_kind, total.prompts_queue_only)),
        ("responses", f"{total.responses:,}"),
        ("actions", f"{total.actions:,} ({total.action_errors:,} failed)"),
        ("", _top(total)),
        ("commits", f"{total.commits:,}"),
        ("tokens sent", f"{tokens.context:,} ({tokens.cache_read:,} from the cache)"),
        ("tokens received", f"{tokens.output:,}{_unknown(total)}"),
        ("cost", units.money(total.cost, total.unpriced) + _unpriced(total)),
        ("files", f"{total.files:,} with {units.count(total.records, 'record')}"),
    ]
    if total.records_unknown:
        facts.append(("", units.count(total.records_unknown, "unknown record")))
    if total.lines_damaged:
        facts.append(("", units.count(total.lines_damaged, "damaged line")))
    print_table((Column(""), Column("")), [fact for fact in facts if fact[1]])


def _kinds(prompts: int, kinds: Mapping[str, int], queue_only: int) -> str:
    extra = f", and {queue_only:,} that only the queue tells of" if queue_only else ""
    named = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
    return f"{prompts:,}" + (f" ({named}{extra})" if named else "")


def _top(total: Stats) -> str:
    ranked = sorted(total.actions_by_name.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{name} {count:,}" for name, count in ranked[:8])


def _unknown(total: Stats) -> str:
    count = total.responses_output_unknown
    return f" (unknown for {units.count(count, 'response')})" if count else ""


def _unpriced(total: Stats) -> str:
    count = total.unpriced
    return f" ({units.count(count, 'response')} of unknown price)" if count else ""
