"""Sets things in motion: Prefect flows, the command line, wiring."""
