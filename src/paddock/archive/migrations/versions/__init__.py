"""The scripts, in the order in which they were released; one that has been released is never changed."""
