"""The parts of a release package: rows, tables, texts, descriptions. `pipeline.release` puts them together."""
