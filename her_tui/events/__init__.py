"""The vocabulary: what any coding agent's session is made of, whatever it was captured from.

In: nothing. Out: plain immutable values that every other package shares. Standard library only;
imports nobody. `model` holds the facts a recorder writes, `content` what a record says in full.
"""
