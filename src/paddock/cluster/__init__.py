"""A whole cluster on one machine, for trying what several servers do when some of them die."""
