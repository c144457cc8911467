"""The embedded model: simulated, seeded, honest about both.

Runs in zone G, in a worker process of its own. Prompts are hostile text and are only read; nothing
in this package opens a path or an address that a prompt names.
"""
