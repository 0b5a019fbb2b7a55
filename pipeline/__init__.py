"""Nouns and verbs of Storykeeper: frozen values in, new values out. Effects live in `pipeline.storage` alone."""
