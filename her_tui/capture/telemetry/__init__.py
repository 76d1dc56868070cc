"""Telemetry: what the client exports and the bodies it writes, read as attempts and actions."""
