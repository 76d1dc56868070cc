"""What runs beside the client: starts it, and records what the client's own files do not tell.

Standard library only, and nothing of Her above `her_tui.spool` at import: whatever is wrong with
Her must not keep the client from starting, and what is imported here is paid at every start.
"""
