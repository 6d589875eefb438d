"""The command line: the window's answers as text, tables and JSON. Thin; every answer comes from the service."""
