"""The second look: the copy read as a stranger would, and what is found in it."""
