# audition-canary:triage:00000000000000000000000000000000
# cell: suspects
SUSPECTS = [{"name": "generator", "cause": "the new model is worse", "p": 0.7, "why": "it came that week"},
            {"name": "index", "cause": "something is missing", "p": 0.5, "why": "complaints"}]

# cell: causes
CAUSES = [
    {"component": "index", "cause": "pages missing, the build did not finish", "p": 0.8, "evidence": ["ck-32", "tr-01"], "share": 0.6},
    {"component": "generator", "cause": "new model version is worse", "p": 0.4, "evidence": ["cf-15"], "share": 0.2},
    {"component": "gateway", "cause": "too many retries, small model in the evening", "p": 0.7, "evidence": ["cf-11"], "share": 0.2},
]

# cell: steps
PLAN = [
    {"step": "rebuild the index", "component": "index", "why_now": "biggest", "minutes": 30, "owner": "me", "verify": "try some",
     "rollback": "old index"},
    {"step": "fewer retries", "component": "gateway", "why_now": "", "minutes": 10, "owner": "me", "verify": "", "rollback": ""},
]

# cell: fixes
FIXES = [{"component": "index", "change": {"rebuild": True}}]
