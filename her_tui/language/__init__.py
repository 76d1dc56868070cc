"""The query language: what a user types into a filter or a search, as a tree, and back as text.

Pure: it knows no library and no screen. What a query means for rows is said in `her_tui.queries`.
"""
