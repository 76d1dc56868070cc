"""Prices per model and day, from the snapshot that genai-prices ships. No network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

#: Wrappings that cloud providers and context suffixes put around a model's own name.
_PREFIX = re.compile(r"^(?:[a-z]{2,4}\.)?(?:anthropic[./])")
_SUFFIX = re.compile(r"(?:\[1m\]|-v\d+:\d+)$")

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Billed:
    """What a response is billed for."""

    model: str
    time: int | None
    """Milliseconds since the epoch: prices change."""
    input: int
    """Uncached input tokens."""
    output: int
    cache_creation: int
    cache_creation_1h: int
    cache_read: int
    web_searches: int = 0
    speed: str = ""


def price(billed: Billed) -> float | None:
    """US dollars, or None if the model (or its fast mode) has no known price."""
    if billed.speed == "fast":
        # Billed at a rate of its own that the snapshot does not carry.
        return None
    day = (billed.time or 0) // _DAY_MS
    rates = _rates(billed.model, day)
    if rates is None:
        return None
    from genai_prices import Usage

    five_minutes = max(0, billed.cache_creation - billed.cache_creation_1h)
    usage = Usage(
        input_tokens=billed.input + billed.cache_creation + billed.cache_read,
        output_tokens=billed.output,
        cache_read_tokens=billed.cache_read,
        cache_write_tokens=billed.cache_creation,
        cache_write_5m_tokens=five_minutes,
        cache_write_1h_tokens=billed.cache_creation_1h,
        web_searches=billed.web_searches or None,
    )
    return float(rates.calc_price(usage)["total_price"])


@lru_cache(maxsize=4096)
def _rates(model: str, day: int) -> Any:
    """The rates of ``model`` on ``day`` (days since the epoch; 0: today), or None."""
    from genai_prices import Usage, calc_price

    when = datetime.fromtimestamp(day * 86_400, UTC) if day else None
    for name in dict.fromkeys((model, bare(model))):
        try:
            found = calc_price(
                Usage(input_tokens=1, output_tokens=1),
                name,
                provider_id="anthropic",
                genai_request_timestamp=when,
            )
        except LookupError:
            continue
        return found.model_price
    return None


def bare(model: str) -> str:
    """The model's own name, without what cloud providers and the client put around it."""
    return _SUFFIX.sub("", _PREFIX.sub("", model))
