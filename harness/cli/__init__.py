"""The front door: one command, `audition`, with the verbs of whatever zones are installed here."""
