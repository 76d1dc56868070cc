"""The tables of turns, beside those in `schema`."""

from __future__ import annotations

from peewee import FloatField, IntegerField, Model, SmallIntegerField, TextField


class Turn(Model):
    """What one prompt, or answered command, of the human led to, see `turns`."""

    event = IntegerField(primary_key=True)  # of the prompt or command
    session = IntegerField()
    number = IntegerField()  # from 1, as on the timeline
    started = IntegerField(null=True)  # on the timeline, where no clock goes backwards
    ended = IntegerField(null=True)  # where the next one starts, or the last event
    model = TextField(default="")
    latency_ms = IntegerField(null=True)  # from the prompt to the first of an answer
    ttft_ms = IntegerField(null=True)  # from its request to that
    duration_ms = IntegerField(default=0)  # from its first event to its last
    tokens = IntegerField(default=0)
    cost = FloatField(null=True)
    errors = IntegerField(default=0)
    actions = IntegerField(default=0)
    edits = IntegerField(default=0)
    commits = IntegerField(default=0)
    thinking = SmallIntegerField(default=0)
    images = SmallIntegerField(default=0)
    diffs = SmallIntegerField(default=0)
    low = IntegerField()  # the smallest event id in it

    class Meta:
        indexes = ((("session", "started"), False),)


class TurnMark(Model):
    """Turns that are to be made anew: all that something at or after ``since`` may be in."""

    session = IntegerField(primary_key=True)
    since = IntegerField()


TABLES: tuple[type[Model], ...] = (Turn, TurnMark)
