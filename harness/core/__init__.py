"""The words every zone shares: records, errors, settings, journal, submission archive.

Runs in every zone and holds nothing secret. Pure values: nothing here starts a process
or opens a socket.
"""
