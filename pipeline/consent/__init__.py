"""Who may see what, and why: records, the decision, its reasons. The specification is docs/consent.md."""
