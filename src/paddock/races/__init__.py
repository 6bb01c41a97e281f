"""Work on many races or on files of them, outside the running server: settings, verification, fairness."""
