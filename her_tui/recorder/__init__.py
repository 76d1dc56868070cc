"""The process that fills the library: finds files, reads what is new, follows what grows.

In: an agent's files, through `her_tui.capture`. Out: rows, through `her_tui.store`. It is the only
writer, under a lock, and shows nothing: it leaves its state in a small file for whoever looks.
"""
