"""Pure functions over plain values: no I/O, no clock, no database, no screen."""
