"""The data folder: for its owner alone, and for one program at a time."""
