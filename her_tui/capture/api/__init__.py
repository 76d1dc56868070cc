"""What passes between a client and the API, whichever channel saw it: bodies and their meaning.

Bytes in, plain values out. What was captured may be torn or hostile: nothing here raises on it.
"""
