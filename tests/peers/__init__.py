"""Other people's clients, unchanged, in environments of their own."""
