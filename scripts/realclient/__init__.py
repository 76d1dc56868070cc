"""The genuine client, isolated, recorded by Her, and what Her tells of it held against the truth.

Opt-in: ``make realclient``. Nothing here is imported by the tests or the package.
"""
