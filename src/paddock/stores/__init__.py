"""Live rooms and sessions: the contract, and the stores that keep it."""
