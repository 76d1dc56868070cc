"""Read models: one module per question that a screen or a command asks.

In: the opened library (`library.Library`). Out: frozen dataclasses. Knows no widget and writes
nothing; SELECTs go through the store's read-only handle.
"""
