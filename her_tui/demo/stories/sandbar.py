"""sandbar, the data pipeline: a slow query, a wrong sum, a report."""

from __future__ import annotations

from her_tui.demo.incidents import withdraw
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import HAIKU, SANDBAR, SONNET, Shelf

STORIES = Shelf(SANDBAR)


@STORIES.story(day=1, hour=15.9, title="Nightly report takes four hours", branch="slow-report")
def slow_report(t: Transcript) -> None:
    """A query plan, an index, a subagent."""
    _use_the_index(t)
    _check_plans(t)


def _use_the_index(t: Transcript) -> None:
    t.prompt("The nightly report took 4 h 10 min. It used to take 12 minutes. Read the plan first.")
    t.bash(
        "psql -f explain.sql",
        "Seq Scan on movements (rows=88210345)\n  Filter: (date_trunc('day', at) = $1)",
        seconds=14,
    )
    t.say(
        "A sequential scan over 88 million rows: the filter wraps the column in `date_trunc`, so "
        "the index on `at` cannot be used.\n\n```sql\nWHERE at >= $1 AND at < $1 + interval '1 day'"
        "\n```\n\nSame rows, and the index fits."
    )
    t.prompt("Are there more filters like that? Send someone to look.")
    with t.subagent(
        "Explore",
        "Filters that hide an index",
        "Find WHERE clauses in queries/ that wrap an indexed column in a function.",
        HAIKU,
    ) as scout:
        scout.grep(
            "WHERE (date_trunc|lower|coalesce)\\(",
            "queries/daily.sql:14:WHERE date_trunc('day', at) = $1",
            "queries/boats.sql:9:WHERE lower(name) = $1",
        )
        scout.say(
            "Two: `daily.sql:14` and `boats.sql:9`. The second has an expression index, fine."
        )
    t.read(
        "queries/daily.sql",
        "SELECT pier, count(*)\nFROM movements\nWHERE date_trunc('day', at) = $1\nGROUP BY pier;\n",
    )
    t.edit(
        "queries/daily.sql",
        "WHERE date_trunc('day', at) = $1\n",
        "WHERE at >= $1 AND at < $1 + interval '1 day'\n",
    )
    t.bash("time psql -f queries/daily.sql", "real 0m7.412s", seconds=8)
    t.commit(
        "Daily report: let the index do the work", "1 file changed, 1 insertion(+), 1 deletion(-)"
    )
    t.say("7.4 seconds instead of 4 hours. The plan says *Index Scan*.")


def _check_plans(t: Transcript) -> None:
    t.prompt("What would have told us earlier?")
    t.say(
        "The plan, on every deployment: `EXPLAIN` each query and fail if a table above a "
        "million rows "
        "is scanned. 40 lines, 3 seconds in CI."
    )
    t.prompt("Write it. Allow exceptions, but only with a comment that says why.")
    t.write(
        "tools/plans.py",
        '"""Fails if a query scans a large table without saying why."""\n\nLARGE = 1_000_000\n'
        'EXCUSE = re.compile(r"-- scan: (.+)")\n',
    )
    t.bash(
        "python tools/plans.py queries",
        "boats.sql: scans movements (88,210,345 rows)",
        seconds=3,
        code=1,
    )
    t.say("It found one more that I had called fine: `boats.sql` joins before it filters.")
    t.prompt("Ha. Fix that too.")
    t.bash("python tools/plans.py queries", "14 queries, no scan without an excuse", seconds=3)
    t.commit(
        "Plans are checked on every deployment", "3 files changed, 58 insertions(+), 4 deletions(-)"
    )


@STORIES.story(
    day=5,
    hour=9.2,
    model=SONNET,
    title="Revenue differs from the invoices by 0.3 %",
    branch="rounding",
)
def revenue(t: Transcript) -> None:
    """A rounding bug, and a prompt that stayed in the queue."""
    t.prompt("Revenue in the dashboard is 0.3 % lower than the invoices. Same bookings, I counted.")
    t.read(
        "jobs/revenue.py",
        "def revenue(rows):\n    return sum(round(r.price * r.nights * 0.19, 2) for r in rows)\n",
    )
    t.think(
        "Rounding each row's tax, in binary floats, half to even. Invoices round once per invoice."
    )
    withdraw(t, "maybe it's the currency conversion?")
    t.say("Rounded per *row*, in floats. Invoices round per *invoice*, in decimals.")
    t.edit(
        "jobs/revenue.py",
        "    return sum(round(r.price * r.nights * 0.19, 2) for r in rows)\n",
        '    total = sum((r.price * r.nights * Decimal("0.19") for r in rows), Decimal())\n'
        '    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)\n',
    )
    t.bash(
        "pytest -q tests/test_revenue.py",
        "E   NameError: name 'Decimal' is not defined\n1 failed",
        seconds=1.9,
        code=1,
    )
    t.edit(
        "jobs/revenue.py",
        "def revenue",
        "from decimal import ROUND_HALF_UP, Decimal\n\n\ndef revenue",
    )
    t.bash("pytest -q tests/test_revenue.py", "9 passed in 0.6s", seconds=1.4)
    t.commit("Revenue is rounded once per invoice, in decimals")
    t.prompt("How far off were we, in total, since January?")
    t.bash(
        "python -m jobs.revenue --compare 2026-01-01",
        "difference 1,204.37 of 418,220.11",
        seconds=19,
    )
    t.say("1,204.37 in ten months, always too low. The invoices were right all along.")
    t.prompt("Two sentences for accounting, please.")
    t.say(
        "> The dashboard showed 0.3 % too little revenue. Invoices and bookings were "
        "always correct."
    )


@STORIES.story(
    day=9, hour=10.7, model=SONNET, title="Import the 2019 harbour log", branch="import-2019"
)
def import_log(t: Transcript) -> None:
    """A file in an old encoding."""
    t.prompt("Import data/harbour_2019.csv. It's from the old system, expect the worst.")
    t.bash(
        "head -c 300 data/harbour_2019.csv | xxd | head -3",
        "00000000: 4461 7465 3b42 6f6f 743b 4bf6",
        seconds=0.2,
    )
    t.say("`0xf6` is **ö** in Latin-1, the separator is `;`, and the dates are `DD.MM.YY`.")
    t.prompt("Some boats have a ; in their name. Of course they do.")
    t.say("Quoted in all but three lines. I'd import 48,211 rows and list the three for a human.")
    t.write(
        "jobs/import_2019.py",
        "def rows(path):\n    with path.open(encoding='latin-1', newline='') as file:\n"
        "        yield from csv.DictReader(file, delimiter=';')\n",
    )
    t.bash("python -m jobs.import_2019", "48,211 imported, 3 left for review", seconds=21)
    t.commit("Import the harbour log of 2019")


@STORIES.story(day=15, hour=14.6, model=HAIKU, title="", branch="main")
def one_shot_sql(t: Transcript) -> None:
    """One question."""
    t.prompt("postgres: median of nights per harbour, one query")
    t.say(
        "```sql\nSELECT harbour, percentile_cont(0.5) WITHIN GROUP (ORDER BY nights)\n"
        "FROM bookings GROUP BY harbour;\n```"
    )


@STORIES.story(day=19, hour=16.4, model=SONNET, title="Anonymise the test data", branch="anonymise")
def anonymise(t: Transcript) -> None:
    """Near deletion; a refused command."""
    t.prompt("Our test data is a copy of production. Replace names and boats, keep the shapes.")
    t.refuse_edit(
        "jobs/anonymise.py",
        "SOURCE = None",
        "SOURCE = 'postgres://prod'",
        "Never connect to production from here. Use the dump in data/.",
    )
    t.say("Of course. From the dump, with names drawn from a fixed list so that runs are the same.")
    t.write(
        "jobs/anonymise.py",
        "SOURCE = 'data/dump.sql'\nNAMES = ('Fulmar', 'Petrel', 'Skua', 'Tern')\n",
    )
    t.bash("python -m jobs.anonymise --check", "0 of 812,004 names left", seconds=38)
    t.commit("Test data without people in it")


@STORIES.story(day=29, hour=11.2, title="First sketch of the pipeline", branch="main")
def first_sketch(t: Transcript) -> None:
    """The oldest session."""
    t.prompt("We need a pipeline from bookings to reports. Smallest thing that works, plain SQL.")
    t.say("Three folders: `queries/`, `jobs/`, `reports/`. One job per report, run by a timer.")
    t.write(
        "jobs/run.py",
        "def main():\n    for query in sorted(Path('queries').glob('*.sql')):\n"
        "        run(query)\n",
    )
    t.bash("git init -q && git add -A", seconds=0.2)
    t.commit("Smallest thing that works", "4 files changed, 61 insertions(+)")
