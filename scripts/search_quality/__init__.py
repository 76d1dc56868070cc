"""How well searching finds, measured: documents, questions, the product's own search, and a table.

Run by ``make quality``, which writes the figures of SEARCH.md. Nothing here is imported by the
tests or the package.
"""
