"""From spans to the copy: which words stand where a name stood, and what of a date or a place may stay."""
