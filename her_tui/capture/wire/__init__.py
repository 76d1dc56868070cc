"""The wire: exchanges as the pipe spooled them, folded into attempts."""
