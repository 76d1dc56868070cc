"""What the state of a long session costs: CPU to read its ledger, and time of a seek in it.

    python scripts/bench_state.py HOME [--seeks 1000]

HOME is a folder with a library (``HER_HOME``); its longest session is taken. Every state that is
sought is held against the one replayed from zero, and against the same seeks in the other order;
the last one against the session's row.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path

from her_tui.analysis.ledger import replayed
from her_tui.analysis.state import State
from her_tui.queries import ledger, sessions, timeline
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow


def main(arguments: list[str]) -> int:
    """Measure, check, and print the figures; 1 if a state differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--seeks", type=int, default=1000)
    options = parser.parse_args(arguments)
    library = Library.open(options.home)
    session = library.rows("SELECT session FROM event GROUP BY session ORDER BY count(*) DESC")[0][
        0
    ]
    row = sessions.rows(library, [session])[session]
    laid = timeline.load(library, session)

    started = time.process_time()
    found = ledger.load(library, laid)
    loaded = time.process_time() - started

    chance = random.Random(3)
    places = [chance.randrange(len(laid)) for _ in range(options.seeks)]
    times, states = [], []
    for place in places:
        started = time.perf_counter()
        states.append(found.at(place))
        times.append((time.perf_counter() - started) * 1_000)
    times.sort()
    back = [found.at(place) for place in reversed(places)][::-1]
    steps = found.steps
    differ = sum(
        not state == other == replayed(laid, steps, place)
        for place, state, other in zip(places, states, back, strict=True)
    )
    told = {
        "events": len(laid),
        "steps": len(steps),
        "most_steps_of_a_seek": found.reach,
        "load_cpu_s": round(loaded, 2),
        "seek_ms_median": round(times[len(times) // 2], 3),
        "seek_ms_p95": round(times[int(len(times) * 0.95)], 3),
        "states_that_differ": differ,
        "end_is_the_row": _is_the_row(found.at(len(laid) - 1), row),
    }
    print(json.dumps(told, indent=2))
    return int(bool(differ) or not told["end_is_the_row"])


def _is_the_row(state: State, row: SessionRow) -> bool:
    spent, tokens = state.spent, row.tokens
    return (
        (spent.input, spent.output, spent.cache_creation, spent.cache_read)
        == (tokens.input, tokens.output, tokens.cache_creation, tokens.cache_read)
        and abs((spent.cost or 0.0) - (row.cost or 0.0)) < 1e-6
        and (spent.unpriced, state.errors, state.model) == (row.unpriced, row.errors, row.model)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
