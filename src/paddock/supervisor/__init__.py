"""Starts, monitors, replaces and stops the worker processes of one server; it serves no requests itself."""
