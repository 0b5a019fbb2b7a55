"""Sets things in motion: Prefect flows, the command line, wiring."""

import logging

# What readers of PDF find odd in a file they tell a log, words of the file included; words stay home.
for _reader in ("pypdf", "fontTools"):
    logging.getLogger(_reader).setLevel(logging.CRITICAL + 1)
