# audition-canary:triage:00000000000000000000000000000000
# cell: suspects
SUSPECTS = []

# cell: causes
CAUSES = []

# cell: steps
PLAN = []

# cell: fixes
FIXES = []
