"""Text to spans, nothing else: the only place that knows the analyzer of Presidio, spaCy and the model."""
