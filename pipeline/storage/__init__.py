"""The storage room: the only effects of the pipeline (files, one database, keys, the clock of the disk, randomness).

Open it with `pipeline.storage.workspace.open_workspace`. Only `flows/wiring.py` imports this package.
"""
