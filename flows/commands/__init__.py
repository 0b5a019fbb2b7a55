"""One file a family of commands: argument parsing and printing only; heavy imports inside the functions."""
