"""The whole interview without a person: `audition demo`."""
