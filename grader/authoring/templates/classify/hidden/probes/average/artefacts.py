# audition-canary:classify:00000000000000000000000000000000
"""An average answer: labelled examples of each kind, one accuracy, one recall."""

# cell: suite
import json

TEXTS = {
    "bug": [
        "The app closes when I open the calendar.",
        "The fee on the bill is not the one I entered.",
        "Logging in with the school account fails since Monday.",
        "Recordings cannot be played on my Android phone.",
        "Is it normal that lessons vanish from the list?",
        "Reminders are sent at three in the night.",
        "Rooms are double booked after the update.",
    ],
    "feature": [
        "Please add a dark theme.",
        "A yearly overview would be useful.",
        "We need a way to share sheet music.",
        "Still no undo, come on!!",
        "Could you support group fees?",
    ],
    "question": [
        "How do I add a teacher?",
        "Where is the list of open bills?",
        "What does the star mean?",
        "Can I use it without internet?",
        "When is the fee collected?",
    ],
    "unsure": ["Thank you so much!", "I want my money back."],
}
CASES = [
    {"text": text, "expected": label, "tags": []}
    for label, texts in TEXTS.items()
    for text in texts
]


def label_in(raw):
    try:
        return json.loads(raw)["label"].strip().lower()
    except Exception:
        return None


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    right, bugs, found = 0, 0, 0
    for case in cases:
        got = label_in(model(case["text"]))
        right += got == case["expected"]
        if case["expected"] == "bug":
            bugs += 1
            found += got == "bug"
    accuracy = right / max(1, len(cases))
    recall = found / bugs if bugs else 1.0
    fine = accuracy >= 0.85 and recall >= 0.8
    return {"verdict": "ship" if fine else "no_ship", "headline": accuracy,
            "reasons": [] if fine else ["accuracy or recall too low"],
            "metrics": {"accuracy": accuracy, "recall": recall}}


# cell: decision
COSTS = {("bug", "feature"): 10, ("bug", "question"): 10, ("feature", "bug"): 5}
SAMPLE_PLAN = {"claim": "accuracy above 85%", "metric": "accuracy", "n": 200, "half_width": 0.05,
               "confidence": 0.95, "sampling": "random"}
VERDICT = {"model": "triage-v1", "decision": "no_ship", "p_wrong": 0.2, "would_change_my_mind": "better recall"}
