"""The telemetry channel: what the client is told, so that it tells us.

Logs and bodies only. Metrics repeat in sums what logs say one by one, traces need a beta switch and
say nothing more that we keep, and both cost the client time.
"""

from __future__ import annotations

import os
from pathlib import Path

from her_tui.paths import ensure_private_dir
from her_tui.recorder.endpoint import Endpoint
from her_tui.shim.effective import Effective, is_on
from her_tui.spool.files import BODIES, FOLDER

_SWITCH = "CLAUDE_CODE_ENABLE_TELEMETRY"
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_RAW_BODIES = "OTEL_LOG_RAW_API_BODIES"
_EXPORTERS = ("OTEL_LOGS_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_TRACES_EXPORTER")

#: Milliseconds between two exports. The client's own five seconds would let the screen lag behind;
#: no difference in what it costs the client could be measured.
_INTERVAL = "1000"


def bodies_folder(home: Path) -> Path:
    """Where the client leaves bodies; made private, since they hold all that was said."""
    return ensure_private_dir(ensure_private_dir(home / FOLDER) / BODIES)


def block(home: Path, endpoint: Endpoint, run: str = "-") -> dict[str, str]:
    """What the client is told where the user tells it nothing about telemetry."""
    return {
        _SWITCH: "1",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
        _ENDPOINT: endpoint.url(run),
        "OTEL_LOGS_EXPORT_INTERVAL": _INTERVAL,
        _RAW_BODIES: f"file:{bodies_folder(home)}",
    }


#: Settings of the user's for other programs' telemetry, which would lead the client's astray, or
#: have it export more than we ask for; and what they are to be here.
def _astray(endpoint: Endpoint, run: str) -> dict[str, str]:
    return {
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_TRACES_EXPORTER": "none",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": f"{endpoint.url(run)}/v1/logs",
        "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "http/json",
        "OTEL_EXPORTER_OTLP_HEADERS": "",
        "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "",
    }


def fitted(home: Path, endpoint: Endpoint, run: str, around: Effective) -> dict[str, str]:
    """The `block` for a client that would see ``around``: the user's own folder for bodies stays,
    and what is meant for other programs is kept from getting in the way."""
    told = block(home, endpoint, run)
    if own_bodies(home, around):
        del told[_RAW_BODIES]
    astray = _astray(endpoint, run)
    return told | {name: value for name, value in astray.items() if around.get(name)}


def own_bodies(home: Path, around: Effective) -> str:
    """Where the user has the client leave bodies, if not with us; empty if nowhere."""
    value = around.get(_RAW_BODIES)
    if value.lower() in {"", "0", "false", "no", "off"}:
        return ""
    ours = os.path.realpath(home / FOLDER / BODIES)
    return "" if os.path.realpath(value.removeprefix("file:")) == ours else value


def taken(around: Effective, endpoint: Endpoint | None) -> str:
    """Why this channel is not ours to take, in words for the user; empty if it is."""
    managed = [name for name in (_SWITCH, _ENDPOINT, *_EXPORTERS) if name in around.managed]
    if managed:
        return f"your organization's settings decide about telemetry ({managed[0]})"
    if not is_on(around.get(_SWITCH)):
        return ""
    if endpoint is not None and f"/{endpoint.token}/" in around.get(_ENDPOINT):
        return ""  # installed, perhaps with another port
    exporting = [name for name in _EXPORTERS if around.get(name) not in {"", "none"}]
    return f"you export telemetry yourself ({exporting[0]})" if exporting else ""
