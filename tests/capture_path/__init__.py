"""A client asks, a channel sees it, the recorder keeps it, Her tells it: the whole way."""
