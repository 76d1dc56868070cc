"""What was captured, as lines to draw: pure functions from read models to styled lines.

In: `Turn`, `Item` and `ActionDetail` values. Out: `her_tui.ui.renderers.line.Line` values that name
*roles* (what a piece of text is), never colours; the style sheet of the line view gives each role
its looks. Every captured string becomes a line through `line.split`, which makes it harmless.

``actions.RENDERERS`` is the registry of how actions look. A tool of another agent gets a renderer
there and nothing else changes.
"""
