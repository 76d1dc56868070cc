"""The spool: what capture hands to the recorder, in append-only files that outlive both.

The wire pipe and the telemetry receiver append frames (`frames`) and never look back; the recorder
reads them when it can, and deletes a file once all of it is in the library and nobody appends to
it any more. Standard library only: this is imported beside the client.
"""
