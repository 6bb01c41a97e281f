"""The pure rules of Paddock: no I/O, no clock, no randomness of its own; standard library and msgspec only."""
