# audition-canary:eval-design:6f1d0b7e52a94c38a1e7f0c92b3d4e85
# cell: suite
import json

# Step 1: create a test dataset
test_data = [
    ("The app crashes when I open it", "bug"),
    ("I get an error message when I log in", "bug"),
    ("The save button is not working", "bug"),
    ("The page does not load", "bug"),
    ("My data is not syncing", "bug"),
    ("The screen is black after the update", "bug"),
    ("Search returns no results", "bug"),
    ("The app is freezing all the time", "bug"),
    ("Please add dark mode", "feature"),
    ("I would like to export to PDF", "feature"),
    ("Can you add support for tablets", "feature"),
    ("It would be nice to have push notifications", "feature"),
    ("Please add more languages", "feature"),
    ("I want to be able to sort the list", "feature"),
    ("Add an integration with our calendar", "feature"),
    ("A widget would be great", "feature"),
    ("How do I reset my password?", "question"),
    ("Where can I find my invoices?", "question"),
    ("What does the premium plan include?", "question"),
    ("How do I invite a colleague?", "question"),
    ("Is there a free trial?", "question"),
    ("How can I change my email?", "question"),
    ("Who can see my data?", "question"),
    ("When do I get billed?", "question"),
]
CASES = [{"text": text, "expected": label, "tags": [label]} for text, label in test_data]
LABELS = ["bug", "feature", "question"]


# Step 2: define the metrics
def precision_recall_f1(y_true, y_pred, label):
    tp = sum(t == label and p == label for t, p in zip(y_true, y_pred))
    fp = sum(t != label and p == label for t, p in zip(y_true, y_pred))
    fn = sum(t == label and p != label for t, p in zip(y_true, y_pred))
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


# Step 3: run the evaluation
def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    y_true = [c["expected"] for c in cases]
    y_pred = []
    for c in cases:
        try:
            y_pred.append(json.loads(model(c["text"]))["label"].strip().lower())
        except Exception:
            y_pred.append("unknown")
    report = {label: precision_recall_f1(y_true, y_pred, label) for label in LABELS}
    accuracy = sum(t == p for t, p in zip(y_true, y_pred)) / len(y_true)
    macro_f1 = sum(f1 for _, _, f1 in report.values()) / len(LABELS)
    metrics = {"accuracy": accuracy, "macro_f1": macro_f1}
    for label, (p, r, f1) in report.items():
        metrics[f"{label}_precision"], metrics[f"{label}_recall"], metrics[f"{label}_f1"] = p, r, f1
    return {"verdict": "ship" if macro_f1 > 0.8 else "no_ship", "headline": macro_f1,
            "reasons": [f"macro F1 is {macro_f1:.2f}"], "metrics": metrics}


# cell: decision
COSTS = {("bug", "feature"): 1, ("bug", "question"): 1, ("feature", "bug"): 1,
         ("feature", "question"): 1, ("question", "bug"): 1, ("question", "feature"): 1}
SAMPLE_PLAN = {"claim": "the model generalises", "metric": "macro F1", "n": 1000, "half_width": 0.01,
               "confidence": 0.95, "sampling": "80/20 split"}
VERDICT = {"model": "triage-v1", "decision": "ship", "p_wrong": 0.1,
           "would_change_my_mind": "a macro F1 below 0.8"}
