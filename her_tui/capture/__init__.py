"""Bytes in, facts out: everything that knows an agent's file formats.

In: bytes of captured files. Out: `her_tui.events` values. Must not know the store or the screen,
and reads only what it is handed or asked to find.
"""
