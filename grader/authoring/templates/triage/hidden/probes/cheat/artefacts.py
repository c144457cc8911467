# audition-canary:triage:00000000000000000000000000000000
# cell: suspects
SUSPECTS = []

# cell: causes
# everything is the cause, and everything proves it
ALL = ([f"tr-{n:02}" for n in range(1, 31)] + [f"lg-{n:02}" for n in range(1, 61)] + [f"ck-{n}" for n in range(31, 45)]
       + [f"cf-{n}" for n in range(11, 16)] + [f"dp-{n:02}" for n in range(1, 13)] + [f"mt-{n}" for n in range(21, 25)])
SAID = [("index", "build incomplete, pages missing"), ("context", "rules cut in long threads"),
        ("cache", "key is shared between houses"), ("gateway", "retries and small model at peak"),
        ("generator", "new model version is worse"), ("vendor", "outage and latency")]
CAUSES = [{"component": c, "cause": why, "p": 1.0, "evidence": ALL, "share": 0.17} for c, why in SAID]

# cell: steps
PLAN = [{"step": f"repair {c}", "component": c, "why_now": why, "minutes": 5, "owner": "me", "verify": "", "rollback": ""}
        for c, why in SAID]

# cell: fixes
FIXES = [{"component": c, "change": {"enabled": False}} for c, _ in SAID]
