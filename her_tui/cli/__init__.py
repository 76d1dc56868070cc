"""The command line: what people and scripts type.

In: arguments. Out: data on standard output, narration on standard error, an exit code (0 done,
1 failed, 2 asked wrongly). One module per subcommand, imported when it is used; nothing here
imports Textual before the library is to be opened on screen.
"""
