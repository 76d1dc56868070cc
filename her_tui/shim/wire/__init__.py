"""The wire: a loopback pipe before the API that records every byte with its time of arrival.

A *supervisor* holds the listening socket and replaces its *pipe* when that dies; the pipe passes
bytes on first and hands a copy to the *tee*, which appends them to the spool and never makes
anybody wait. What the bytes mean is found elsewhere (`her_tui.capture.wire`).
"""
