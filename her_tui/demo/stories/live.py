"""The session that is going on right now: an export that runs out of memory."""

from __future__ import annotations

from her_tui.demo.transcript import Transcript
from her_tui.demo.world import GULLWING, OPUS, Shelf

STORIES = Shelf(GULLWING)

_EXPORT = """import { toCsv } from "../lib/csv";
import { allBookings } from "../db/bookings";

export async function exportBookings(req: Request): Promise<Response> {
  const rows = await allBookings(req.query);
  const body = rows.map(toCsv).join("\\n");
  return new Response(body, { headers: { "content-type": "text/csv" } });
}
"""


@STORIES.story(
    minutes_ago=16,
    model=OPUS,
    title="CSV export runs out of memory",
    branch="csv-stream",
    live=True,
    wire=True,
)
def csv_export(t: Transcript) -> None:
    """Three turns; the last answer is on its way."""
    _find_the_copies(t)
    _stream(t)
    _measure(t)


def _find_the_copies(t: Transcript) -> None:
    t.prompt(
        "The CSV export of all bookings kills the server for harbours with more than 200k rows. "
        "It has to stream. Excel users must keep their umlauts.",
        after=1,
    )
    t.read("src/api/export.ts", _EXPORT)
    t.grep(
        "allBookings",
        'src/api/export.ts:2:import { allBookings } from "../db/bookings";',
        "src/db/bookings.ts:41:export async function allBookings(query: Query) {",
        'src/jobs/nightly.ts:9:import { allBookings } from "../db/bookings";',
    )
    t.say(
        "`allBookings` loads every row, `map` builds a second copy, `join` a third. I'd "
        "read with a "
        "cursor and hand out a `ReadableStream`, 500 rows at a time, with a byte order mark first: "
        "that is what makes Excel read UTF-8."
    )


def _stream(t: Transcript) -> None:
    t.prompt("Do it. Keep allBookings for the nightly job.")
    t.edit(
        "src/api/export.ts",
        "  const rows = await allBookings(req.query);\n"
        '  const body = rows.map(toCsv).join("\\n");\n'
        "  return new Response(body,",
        "  const rows = bookingsCursor(req.query, { batch: 500 });\n"
        "  return new Response(csvStream(rows),",
    )
    t.write(
        "src/lib/csvStream.ts",
        'import { toCsv } from "./csv";\n\nconst BOM = "\\ufeff";\n\n'
        "export function csvStream<T>(rows: AsyncIterable<T[]>): ReadableStream<string> {\n"
        "  const source = rows[Symbol.asyncIterator]();\n"
        "  return new ReadableStream({\n"
        "    start: (out) => out.enqueue(BOM),\n"
        "    async pull(out) {\n"
        "      const { value, done } = await source.next();\n"
        "      if (done) return out.close();\n"
        '      out.enqueue(value.map(toCsv).join("\\n") + "\\n");\n'
        "    },\n"
        "  });\n"
        "}\n",
    )
    t.bash(
        "npm test -- export",
        "FAIL src/api/export.test.ts\n  x keeps umlauts\n    expected 'Möwe' got '\\ufeffMöwe'",
        seconds=6.1,
        code=1,
    )
    t.think(
        "The test compares the first cell and now sees the byte order mark. It should strip it."
    )
    t.say("The test reads the mark as part of the first cell. That one is the test's to mend.")


def _measure(t: Transcript) -> None:
    t.prompt("Agreed. And prove the memory claim with 500k rows.")
    t.edit(
        "src/lib/csvStream.ts",
        'const BOM = "\\ufeff";',
        '/** Tells Excel that what follows is UTF-8. */\nconst BOM = "\\ufeff";',
    )
    t.bash("npm test -- export", "PASS src/api/export.test.ts (9 tests)", seconds=5.2)
    t.say("Now the measurement: 500,000 rows, resident memory every 100 ms.")
    t.bash(
        "node scripts/measure-export.mjs --rows 500000",
        "before  peak 1,912 MB  41.3 s\nnow     peak    86 MB  38.9 s",
        seconds=44,
    )
    t.stage.coming = (
        "The claim holds: **86 MB instead of 1.9 GB** at 500,000 rows, and two seconds faster, "
        "because nothing is copied twice.\n\nThe curve is flat from the first 20,000 rows on, so"
    )
