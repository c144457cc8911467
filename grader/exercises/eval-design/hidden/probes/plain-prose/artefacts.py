# audition-canary:eval-design:6f1d0b7e52a94c38a1e7f0c92b3d4e85
# cell: suite
import json

RAW = {
    "bug": [
        "App crashes when I open the supplier page",
        "The total on the invoice is wrong since the update",
        "I can't log in any more, it says unknown user",
        "Scanner does not read any barcode on my Pixel",
        "Is it normal that orders disappear from the list?",
        "The print button should print the current page and not the last one",
        "Deliveries are booked twice",
        "Nice app but it logs me out all the time, and can you add a dark mode?",
        "La aplicación se cierra al guardar",
    ],
    "feature": [
        "Please add an export to PDF",
        "It would be great to have a calendar of deliveries",
        "We need a way to share lists between sites",
        "Would love push reminders for counting",
        "No undo button, that is ridiculous!!",
        "Add more colours for categories please",
        "A search in the help pages would be nice",
        "Could you support kegs as a unit?",
    ],
    "question": [
        "How do I add a new user?",
        "Where is the waste report?",
        "What does the orange dot mean?",
        "Can I use the app on two tablets?",
        "How much is the Pro plan?",
        "When do you bill us?",
        "Wie ändere ich mein Passwort?",
    ],
    "unsure": [
        "Thanks, great job!",
        "I want a refund",
        "asdf",
    ],
}
CASES = [{"text": t, "expected": label, "tags": []} for label, texts in RAW.items() for t in texts]


def parse(raw):
    try:
        return json.loads(raw)["label"].lower().strip()
    except Exception:
        return None


def eval_suite(model, cases=None):
    cases = cases if cases is not None else CASES
    hits, bugs, found = 0, 0, 0
    for c in cases:
        got = parse(model(c["text"]))
        hits += got == c["expected"]
        if c["expected"] == "bug":
            bugs += 1
            found += got == "bug"
    accuracy = hits / len(cases)
    recall = found / bugs if bugs else 1.0
    ok = accuracy >= 0.85 and recall >= 0.8
    reasons = [] if ok else [f"accuracy {accuracy:.2f}, bug recall {recall:.2f}"]
    return {"verdict": "ship" if ok else "no_ship", "headline": accuracy, "reasons": reasons,
            "metrics": {"accuracy": accuracy, "bug_recall": recall}}


# cell: decision
COSTS = {("bug", "feature"): 10, ("bug", "question"): 10, ("feature", "bug"): 5, ("question", "bug"): 5}
SAMPLE_PLAN = {"claim": "accuracy is above 85%", "metric": "accuracy", "n": 200, "half_width": 0.05,
               "confidence": 0.95, "sampling": "random"}
VERDICT = {"model": "triage-v1", "decision": "no_ship", "p_wrong": 0.2,
           "would_change_my_mind": "a better model"}
