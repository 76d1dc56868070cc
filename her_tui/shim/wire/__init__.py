"""The wire: a loopback pipe before the API that records every byte with its time of arrival.

A *supervisor* holds the listening socket and replaces its *pipe* when that dies; the pipe passes
bytes on first and hands a copy to the *tee*, which appends them to the spool and never makes
anybody wait. What the bytes mean is found elsewhere (`her_tui.capture.wire`).

One may rely on this:

- Of a request, the first line (the token goes, the base URL's path comes) and the value of Host
  change, and through a plain-HTTP proxy its credentials are added; of a response, nothing.
- Nothing is retried. One exception cannot be seen by anybody: the upstream has closed a connection
  cleanly that had served before, and its system had not taken a byte of the request by then.
- What breaks off on one side breaks off on the other: a reset, never a clean end. A client that
  cannot be given an upstream sees a reset connection, and does what it does then.
- A connection that is upgraded to another protocol passes; what goes over it is a gap.
- A wire launched for a run demands the run's token. One in the foreground demands one only when
  asked to (``--token``), since other clients and benches are given the bare address; Host, Origin
  and the user behind the connection are looked at in any case.
- Headers are recorded by allow-list, and so are the values in a query.

In the order of the data: `door` (who may), `heads` and `framing` (HTTP, as little as will do),
`client`, `pool` and `route` (the two ends and the way), `exchange` (one request and its response),
`tee` and `writer` (the copy). `launch` and `command` start it all, `supervisor` and `pipe` are its
processes.
"""
