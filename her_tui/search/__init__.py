"""Searching by words and by meaning, as computation: tokens, passages, vectors, ranks.

The only room with numpy and sentence-transformers, both imported when first needed. It knows no
SQL and no screen: what it is given and gives back are texts, numbers and bytes.
"""
