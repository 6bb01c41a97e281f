"""Hostile clients, the server they are let loose on, and the players who must not notice."""
