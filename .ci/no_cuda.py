"""Fails if pip is about to install what drives a graphics card: some three gigabytes for nothing.

``python .ci/no_cuda.py REPORT``, with the report of ``pip install --dry-run --report REPORT …``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

_CUDA = re.compile(r"(nvidia|cuda|cudnn|triton|pytorch[-_.]triton)", re.IGNORECASE)


def main(report: Path) -> int:
    """0 if the plan has none of it, else 1 and what it has."""
    planned = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    found = [
        f"{one['name']} {one['version']}"
        for one in planned
        if _CUDA.match(one["name"]) or "+cu" in one["version"]
    ]
    if found:
        print(f"This would install CUDA: {', '.join(found)}.", file=sys.stderr)
        print("Let pip see .ci/constraints.txt (PIP_CONSTRAINT), and a CPU build.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
