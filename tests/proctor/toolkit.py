"""An exercise with one tool of each kind, small and invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.core.settings import Settings
from tests.proctor.builders import settings_for

PLAN = {
    "name": "plan", "type": "object",
    "fields": [
        {"name": "cache", "type": "boolean", "default": False},
        {"name": "longest", "type": "integer", "minimum": 10, "default": 1000},
        {"name": "models", "type": "object", "default": {"S1": {"mini": 0.0}}, "fields": [
            {"name": "S1", "type": "object",
             "fields": [{"name": "mini", "type": "number", "minimum": 0, "maximum": 1}]},
        ]},
    ],
}  # fmt: skip
DECLARED: list[dict[str, Any]] = [
    {"name": "meter", "summary": "Tokens of one stage on one mail.", "part": 1,
     "price": {"calls": 1}, "arguments": [
         {"name": "stage", "type": "string", "choices": ["S1", "S2"]},
         {"name": "mail", "type": "integer", "minimum": 1, "maximum": 3}]},
    {"name": "show_section", "summary": "One section.", "part": 1, "arguments": [
        {"name": "n", "type": "integer", "minimum": 1, "maximum": 2}]},
    {"name": "diag", "summary": "A check.", "part": 1, "price": {"varies": True}, "arguments": [
        {"name": "look_at", "type": "string"},
        {"name": "confirm", "type": "boolean", "default": False}]},
    {"name": "fix", "summary": "Changes the configuration.", "part": 1, "arguments": [
        {"name": "component", "type": "string"}, {"name": "change", "type": "object"}]},
    {"name": "replay", "summary": "Runs requests again.", "part": 1,
     "price": {"minutes": "3", "per": "n", "each": 2}, "arguments": [
         {"name": "n", "type": "integer", "minimum": 1, "maximum": 4}]},
    {"name": "try_plan", "summary": "Tries a plan.", "part": 1, "most": 6,
     "price": {"calls": 1, "per": "n", "each": 2}, "arguments": [
         PLAN, {"name": "n", "type": "integer", "minimum": 2, "maximum": 4, "default": 4}]},
    {"name": "late", "summary": "Only with part two.", "price": {"tokens": 50, "calls": 1}},
]  # fmt: skip
DATA: dict[str, Any] = {
    "meter": {"kind": "table", "by": ["stage", "mail"], "rows": [
        {"stage": stage, "mail": mail, "tokens_in": 900 + mail, "latency_s": 0.5}
        for stage in ("S1", "S2") for mail in (1, 2)]},
    "show_section": {"kind": "document", "by": "n", "sections": [
        {"title": "Hours", "text": "From nine to five."},
        {"title": "Fees", "text": "None, $x$ <b>."}]},
    "diag": {"kind": "menu", "by": "look_at", "confirm": "confirm", "checks": [
        {"title": "count documents per index", "cues": ["how many pages are indexed"],
         "minutes": 3, "cases": [
             {"when": "settings['index']['alias'] == 'old'", "result": {"documents": 400}},
             {"result": {"documents": 244}}]},
        {"title": "which model answered", "cues": ["share of the fallback"], "minutes": 4,
         "cases": [{"result": {"small": 0.22}}]}]},
    "fix": {"kind": "settings", "by": "component", "change": "change", "start": {
        "index": {"alias": "new", "overlap": 0}, "cache": {"enabled": True}}},
    "replay": {"kind": "trial", "first": "n", "rows": [
        {"id": n, "tenant": "A" if n % 2 else "B", "cached": n / 10, "u": 0.25}
        for n in range(1, 5)],
        "columns": [{"name": "bad",
                     "formula": "(cached if settings['cache']['enabled'] else 0) > u"}],
        "figures": [{"name": "bad", "take": "mean", "of": "bad"},
                    {"name": "by_tenant", "take": "mean", "of": "bad", "within": "tenant"}]},
    "try_plan": {"kind": "trial", "first": "n", "rows": [
        {"mail_tokens": tokens, "right": 1} for tokens in (100, 200, 4000, 18000)],
        "columns": [
            {"name": "read", "formula": "min(mail_tokens, args['plan']['longest']) "
             "+ (90 if args['plan']['cache'] else 900)"},
            {"name": "usd", "formula": "read * (4 - 3.88 * args['plan']['models']['S1']['mini']) "
             "/ 1000000"}],
        "figures": [{"name": "usd", "take": "sum", "of": "usd", "digits": 6}]},
    "late": {"kind": "document", "sections": [{"title": "x", "text": "y"}]},
}  # fmt: skip


def settings_with_tools(tmp_path: Path, **card: Any) -> Settings:
    """Settings of a proctor whose practice has these tools instead of its own."""
    usual = {"calls": 400, "calls_per_minute": 10_000, "minutes": "20"}
    purse = usual | card.pop("purse", {})
    settings = settings_for(tmp_path, **{"tools": DECLARED, "purse": purse, **card})
    root = settings.proctor.photographs
    assert root is not None
    for folder in root.iterdir():
        (folder / "tools.json").write_text(json.dumps({"schema": 1, "tools": DATA}))
    return settings
