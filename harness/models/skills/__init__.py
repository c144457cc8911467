"""What the embedded model can do for real, one task a file. Runs in the worker; text is hostile."""
