"""Rating a submission: levels with a moment pinned to each, saved at once, locked for good."""
