"""How the model is made again from a fresh clone: `python -m recognizers.model.training.train` (see ../CARD.md)."""
