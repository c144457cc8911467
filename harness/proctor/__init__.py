"""Zone G, the proctor: keys, clock, purse, ledger, record and submissions.

Runs as a process of its own that a candidate's code reaches through HTTP alone. Everything
that arrives here is hostile; everything that leaves is kept first.
"""
