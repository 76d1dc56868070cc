"""What ctrl+p finds: actions, sessions, prompts, commits, files and themes, together.

`screen` is the palette; `providers` and `found` answer what is typed, each in its own time;
`entries` says what an entry looks like, and how the answers are put in one order.
"""
