"""A store on Redis that goes on without it; it knows nothing of the game."""
