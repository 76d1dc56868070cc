"""How an answer came, as lines: the waits, the attempts, the pace, and its arrivals drawn. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from her_tui import units
from her_tui.analysis.timing import Timing
from her_tui.events.requests import Channel, Outcome
from her_tui.queries.requests import AttemptRow
from her_tui.queries.responses import ONLY_TRANSCRIPT, ResponseRow
from her_tui.ui.renderers.line import BLANK, Line, Span, line, safe
from her_tui.ui.renderers.titles import short_model

_CHART = 48
_STALLS = 3
_ARRIVALS = "▁▂▃▄▅▆▇█"
#: What is said of how an attempt ended, where its status does not.
_ENDS = {
    Outcome.PENDING: "under way",
    Outcome.CLIENT: "the client broke it off",
    Outcome.UPSTREAM: "the connection broke",
    Outcome.LOST: "its end was not recorded",
}
_KINDS = {
    "ttft_ms": "time to first token", "duration_ms": "duration", "status": "status",
    "chunks": "arrivals", "request_body": "what was sent", "response_body": "what was received",
    "tokens": "tokens",
}  # fmt: skip

#: How to have more recorded.
HOW_TO_SEE = "her-tui run -- claude records the times and what is sent; with --wire all of it."


def title(row: ResponseRow) -> str:
    """``14:02:31 · first token 1.2s · 14s · 2 retries``."""
    parts = [units.clock(row.started)]
    if row.ttft_ms is not None:
        parts.append(f"first token {seconds(row.ttft_ms)}")
    if row.duration_ms is not None:
        parts.append(seconds(row.duration_ms))
    if len(row.attempts) > 1:
        parts.append(units.count(len(row.attempts) - 1, "retry", "retries"))
    return " · ".join(parts)


def seconds(milliseconds: float) -> str:
    """``0.54 s``, ``14.2 s``, ``3m 20s``."""
    if milliseconds < 10_000:
        return f"{milliseconds / 1_000:.2f} s"
    if milliseconds < 60_000:
        return f"{milliseconds / 1_000:.1f} s"
    return units.duration(round(milliseconds))


def lines(
    row: ResponseRow, timing: Timing | None, arrivals: Sequence[tuple[int, float]]
) -> list[Line]:
    """All that is known of how the answer ``row`` came."""
    told = [BLANK, *_times(row)]
    if len(row.attempts) > 1:
        told += [BLANK, line("attempts", "label", wrap=False), *_attempts(row.attempts), BLANK]
    told += _facts(row, timing)
    if not row.attempts:
        return [*told, BLANK, line(f"Otherwise {ONLY_TRANSCRIPT}.", "dim"), line(HOW_TO_SEE, "dim")]
    if len(row.attempts) == 1:
        told += [BLANK, line("attempt", "label", wrap=False), *_attempts(row.attempts)]
    if timing is not None and len(arrivals) > 1:
        told += [BLANK, *_chart(arrivals, timing)]
    told += list(_missing(row))
    return told


def _fact(name: str, value: str, more: str = "", role: str = "strong") -> Line:
    spans = [Span(f"{name:<12}", "dim"), Span(value, role)]
    if more:
        spans.append(Span(f"  {more}", "dim"))
    return Line(tuple(spans), hang=(Span(" " * 12),))


def _times(row: ResponseRow) -> Iterator[Line]:
    """How long it took."""
    model = short_model(row.model) or "unknown model"
    yield _fact("response", model, safe(row.kind, 20), "heading")
    if row.ttft_ms is not None:
        yield _fact("first token", seconds(row.ttft_ms), "after it was sent")
    if row.duration_ms is not None:
        yield _fact("in all", seconds(row.duration_ms))
    if len(row.attempts) > 1 and (waited := _waited(row)) is not None:
        yield _fact("waited for", seconds(waited), "retries included", "warning")


def _facts(row: ResponseRow, timing: Timing | None) -> Iterator[Line]:
    """Its pace, its size, its price."""
    if timing is not None and timing.tokens_per_second:
        yield _fact("pace", f"{timing.tokens_per_second:.0f} tokens/s", "while it came")
    stalls = timing.stalls if timing is not None else ()
    for stall in stalls[:_STALLS]:
        yield _fact("stalled", seconds(stall.length_ms), f"at {seconds(stall.at_ms)}", "warning")
    if len(stalls) > _STALLS:
        yield _fact("", f"{len(stalls) - _STALLS:,} more times", role="warning")
    if row.tokens is not None:
        sent = f"{units.compact(row.tokens.context)} sent"
        cached = f", {units.compact(row.tokens.cache_read)} of them cached"
        received = f"{units.compact(row.tokens.output)} received"
        yield _fact("tokens", received, sent + (cached if row.tokens.cache_read else ""))
    if row.cost_usd is not None:
        yield _fact("cost", units.money(row.cost_usd), role="inline")
    if row.stop_reason:
        yield _fact("stopped", safe(row.stop_reason, 40), role="")
    names = [each.name.lower() for each in Channel if row.channels & each and each.name]
    yield _fact("seen by", ", ".join(names), role="")


def _waited(row: ResponseRow) -> float | None:
    """From the first attempt to the end of the last, in milliseconds."""
    first, last = row.attempts[0], row.attempts[-1]
    if first.started is None or last.ended is None:
        return None
    return float(last.ended - first.started)


def _attempts(attempts: Sequence[AttemptRow]) -> Iterator[Line]:
    """Each attempt, and the waits between them."""
    before: AttemptRow | None = None
    for number, attempt in enumerate(attempts, 1):
        if before is not None and before.ended is not None and attempt.started is not None:
            wait = max(0, attempt.started - before.ended)
            yield line(f"     then {seconds(wait)} of waiting", "dim", wrap=False)
        yield _attempt(number, attempt)
        before = attempt


def _attempt(number: int, attempt: AttemptRow) -> Line:
    role = "error" if attempt.failed else "warning" if attempt.pending else "edit"
    status = str(attempt.status) if attempt.status is not None else "–"
    parts = []
    if attempt.duration_ms is not None:
        parts.append(seconds(attempt.duration_ms))
    if attempt.streamed is False:
        parts.append("not streamed")
    if end := _ENDS.get(Outcome(attempt.outcome)):
        parts.append(end)
    if attempt.error:
        parts.append(safe(attempt.error, 300))
    return Line(
        (
            Span(f"{number:>2}  ", "dim"),
            Span(units.clock(attempt.started), "dim"),
            Span(f"  {status:<4} ", f"{role} strong"),
            Span(" · ".join(parts), role if attempt.failed else ""),
        ),
        hang=(Span(" " * 19),),
    )


def _chart(arrivals: Sequence[tuple[int, float]], timing: Timing) -> Iterator[Line]:
    """How many bytes came when."""
    end = max(timing.duration_ms or 0.0, arrivals[-1][1], 1.0)
    sums = [0] * _CHART
    before = 0
    for size, at in arrivals:
        sums[min(_CHART - 1, int(at / end * _CHART))] += size - before
        before = size
    top = max(*sums, 1)
    last = len(_ARRIVALS) - 1
    bars = "".join(
        _ARRIVALS[min(last, int(one / top * last + 0.5))] if one else "·" for one in sums
    )
    yield line("arrivals", "label", wrap=False)
    first = min(_CHART - 1, int(arrivals[0][1] / end * _CHART))
    yield Line((Span(bars[:first], "dim"), Span(bars[first:], "name")), wrap=False)
    length = seconds(end)
    said = f"{units.count(len(arrivals), 'arrival')}, {units.size(before)}"
    yield Line((Span("0 s" + length.rjust(_CHART - 3), "dim"),), wrap=False)
    yield line(said, "dim", wrap=False)


def _missing(row: ResponseRow) -> Iterator[Line]:
    """What is not known, and why."""
    if row.missing:
        yield BLANK
    for name, why in row.missing.items():
        yield line(f"{_KINDS.get(name, safe(name, 30))}: {safe(why, 200)}", "dim")
