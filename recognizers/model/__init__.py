"""The trained recognizer: a small token classifier over all labels, run on the CPU (see CARD.md)."""
