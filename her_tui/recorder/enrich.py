"""What is added to recorded facts afterwards: prices.

It goes through what has none yet in small transactions, so that it can be killed at any time, and
does not delay recording.
"""

from __future__ import annotations

import time

from her_tui.recorder.progress import Progress
from her_tui.store import costs, summary
from her_tui.store.writer import Writer

_PRICE_BATCH = 2000


def price(writer: Writer, progress: Progress) -> float:
    """Price every response that has no price yet; the CPU seconds it took."""
    rows = costs.pending(writer.database, _PRICE_BATCH)
    if not rows:
        return 0.0
    started = time.process_time()
    from her_tui.pricing.prices import Billed, price  # deferred: 0.2 s of imports

    done = 0
    while rows:
        priced = [(row[0], price(Billed(*row[2:]))) for row in rows]
        with writer.transaction():
            costs.store(writer.database, priced)
            for session in {row[1] for row in rows}:
                writer.touch(session)
            # The last session may go on in the next batch: its sums are made once, in the end.
            summary.note_stale(writer.database, [rows[-1][1]])
            writer.refresh(but=rows[-1][1])
        done += len(rows)
        progress("pricing", done, 0)
        rows = costs.pending(writer.database, _PRICE_BATCH)
    with writer.transaction():
        writer.refresh()
    return time.process_time() - started
