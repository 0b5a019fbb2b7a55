"""The verbs, wired: plain functions over an open workspace, called by the command line and by the flows alike."""
