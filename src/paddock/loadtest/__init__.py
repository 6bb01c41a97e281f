"""Clients from outside: they know the messages and nothing else of the server."""
