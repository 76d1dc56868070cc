"""The library on disk: facts in, rows out. The only room with peewee and SQLite.

In: `her_tui.events` values and raw bytes. Out: rows. Knows no agent's format and no screen. One
process writes (`writer`, under `locks`), any number read (`database.Reader`).
"""
