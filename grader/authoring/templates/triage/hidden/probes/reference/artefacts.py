# audition-canary:triage:00000000000000000000000000000000
# cell: suspects
SUSPECTS = [
    {"name": "index", "cause": "newer pages missing, build incomplete", "p": 0.5, "why": "tk-01, tk-02, tk-09 ask for new pages"},
    {"name": "cache", "cause": "answers of another house are shared", "p": 0.3, "why": "tk-07: whose cellar is that"},
    {"name": "generator", "cause": "new version is worse", "p": 0.3, "why": "same week"},
    {"name": "gateway", "cause": "retries at peak, small model answers", "p": 0.3, "why": "evenings"},
    {"name": "context", "cause": "rules cut in long threads", "p": 0.3, "why": "tk-08: after a long back and forth"},
]

# cell: causes
CAUSES = [
    {"component": "cache", "cause": "its key lacks the house, so that one house is given what another was told", "p": 0.99,
     "evidence": ["ck-33", "tr-07", "lg-31"], "share": 0.2},
    {"component": "index", "cause": "build of pages-38 stopped at 412 of 725, alias moved to it all the same", "p": 0.98,
     "evidence": ["ck-32", "lg-07", "tr-08"], "share": 0.45},
    {"component": "context", "cause": "long threads are cut at their beginning and lose the house rules", "p": 0.95,
     "evidence": ["ck-34", "tr-09"], "share": 0.2},
    {"component": "gateway", "cause": "retries at once run into 429 at peak, then the small model answers", "p": 0.95,
     "evidence": ["ck-35", "tr-11"], "share": 0.15},
    {"component": "generator", "cause": "the new version heron-4 is worse", "p": 0.05, "evidence": ["ck-37"], "share": 0.0},
    {"component": "vendor", "cause": "incident on day -3", "p": 0.03, "evidence": ["ck-38"], "share": 0.0},
]

# cell: steps
PLAN = [
    {"step": "put the house into the cache's key, call birch and alder", "component": "cache", "why_now": "codes are given away",
     "minutes": 3, "owner": "on duty", "verify": "one question from two houses", "rollback": "switch the cache off"},
    {"step": "build the index anew and check 725 pages before the alias moves", "component": "index", "why_now": "the largest part",
     "minutes": 25, "owner": "on duty", "verify": "count pages, replay 240", "rollback": "pages-37"},
    {"step": "keep the rules when a thread is cut", "component": "context", "why_now": "wrong promises bind us",
     "minutes": 15, "owner": "on duty", "verify": "four long threads, replay", "rollback": "keep_rules off"},
    {"step": "wait four seconds between tries", "component": "gateway", "why_now": "before five in the evening",
     "minutes": 15, "owner": "on duty", "verify": "share of wren-1 at seven", "rollback": "wait 0"},
    {"step": "write test questions on new pages, long threads and two houses", "component": "offline test", "why_now": "tomorrow",
     "minutes": 120, "owner": "Noor and I", "verify": "they fail on day -6", "rollback": "none needed"},
]

# cell: fixes
FIXES = [
    {"component": "cache", "change": {"key": "house, question"}},
    {"component": "index", "change": {"rebuild": True}},
    {"component": "context", "change": {"keep_rules": True}},
    {"component": "gateway", "change": {"retry_wait_s": 4.0, "retries": 2}},
]
