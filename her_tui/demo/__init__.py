"""An invented library, to try Her without showing anyone one's own sessions.

In: nothing but the time. Out: transcripts of an invented team, written the way the client writes
them (`layout.write_transcripts`) and imported the way all transcripts are (`layout.build`).
``stories`` holds what happens, `transcript` the words to tell it, `writer` the records.
"""

from __future__ import annotations

from her_tui.demo.layout import build, write_transcripts

__all__ = ["build", "write_transcripts"]
