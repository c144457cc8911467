"""Zone T, the trusted side: authoring, and whatever holds answers."""
