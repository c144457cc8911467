"""The formulas of a cost exercise's `try_plan`, written from hidden/cost.toml.

They say for each labelled message what `grader.scoring.cost_pricing` says for the day; a test holds
the two to one another.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.scoring.cost_truth import STAGES, CostSheet

_HEAD = """\
# The labelled messages as sketched and under a plan. Made from hidden/cost.toml by
# audition exercise draw SLUG
kind = "trial"
data = "try_plan.csv"
first = "n"
"""
_PLAN = 'args["plan"]'


def trial_sheet(sheet: CostSheet) -> str:
    """Return proctor/tools/try_plan.toml.

    Args:
        sheet: prices, prompts and losses.
    """
    made = [_HEAD]
    made += [f"\n[[columns]]\nname = \"{name}\"\nformula = '{said}'\n"
             for name, said in _columns(sheet)]  # fmt: skip
    made += [
        f'\n[[figures]]\nname = "{name}"\ntake = "mean"\nof = "{column}"\ndigits = {digits}\n'
        for name, column, digits in _figures()
    ]
    return "".join(made)


def _columns(sheet: CostSheet) -> Iterator[tuple[str, str]]:
    base = sheet.prices[sheet.base]
    kept = 1 - sheet.cache_hit * (1 - base.cached / base.in_)
    yield "runs", f'0 if {_PLAN}["drop_auto"] and automatic == 1 else 1'
    yield "mail", (f'min(tokens - quoted if {_PLAN}["strip_quotes"] else tokens, '
                   f'{_PLAN}["max_email_tokens"])')  # fmt: skip
    yield "seen", f'1 if (at_stripped if {_PLAN}["strip_quotes"] else at) <= mail else 0'
    yield "kept", f'{kept:g} if {_PLAN}["cache"] else 1'
    yield "merged", f'1 if {_PLAN}["merge_s1_s2"] else 0'
    yield "picked", f'1 if {_PLAN}["template_top_k"] < {sheet.templates} else 0'
    for n, stage in enumerate(STAGES, 1):
        yield from _of_stage(n, stage, sheet)
    yield from _money(sheet)
    yield "right1", "base1 if runs == 0 else base1 * seen * (1 if draw1 >= loss1 else 0)"
    yield "right2", "base2 if runs == 0 else base2 * (1 if draw2 >= loss2 else 0)"
    yield "right3", ('base3 if runs == 0 else base3 * (1 if rank <= '
                     f'{_PLAN}["template_top_k"] and draw3 >= loss3 else 0)')  # fmt: skip
    late = " or ".join(f'"{stage}" in {_PLAN}["batch"]' for stage in sheet.late) or "1 == 0"
    if "S2" in sheet.late:
        late += f' or (merged == 1 and "S1" in {_PLAN}["batch"])'
    yield "in_time", f"0 if {late} else 1"


def _of_stage(n: int, stage: str, sheet: CostSheet) -> Iterator[tuple[str, str]]:
    """Yield what smaller models take of a stage: shares, price, points lost."""
    base, smaller = sheet.prices[sheet.base], _hardest_first(stage, sheet)
    shares = f'{_PLAN}["models"]["{stage}"]'
    yield f"whole{n}", " + ".join(f'{shares}["{model}"]' for model in sheet.prices)
    before = ""
    for k, model in enumerate(smaller, 1):  # what this model and every weaker one take together
        share = f'{shares}["{model}"] / whole{n}'
        yield f"upto{n}_{k}", f"{before}{share} if whole{n} > 0 else 0"
        before = f"upto{n}_{k} + "
    steps = [(f"upto{n}_{k}", f"upto{n}_{k - 1}" if k > 1 else "0") for k in
             range(1, len(smaller) + 1)]  # fmt: skip
    rates = [f"{sheet.prices[model].in_ / base.in_:.10g} * ({now} - {was})"
             for model, (now, was) in zip(smaller, steps, strict=True)]  # fmt: skip
    rest = f"1 - {steps[-1][0]}" if steps else "1"
    batch = f'({sheet.batch_factor:g} if "{stage}" in {_PLAN}["batch"] else 1)'
    yield f"rate{n}", f"{batch} * ({' + '.join([rest, *rates])})"
    own = _lost(n, stage, smaller, sheet)
    if stage == "S2":  # merged, S2's share of small models is that of S1's
        also = _lost(1, stage, _hardest_first("S1", sheet), sheet)
        own = f"{sheet.merged.loss / 100:.10g} + {also} if merged == 1 else {own}"
    yield f"loss{n}", own


def _hardest_first(stage: str, sheet: CostSheet) -> list[str]:
    loss = sheet.stages[stage].loss
    return sorted((one for one in sheet.prices if one != sheet.base),
                  key=lambda one: -loss.get(one, 0.0))  # fmt: skip


def _lost(of: int, stage: str, models: list[str], sheet: CostSheet) -> str:
    """Return the share that smaller models get wrong; who has doubt hands on what is hard."""
    told, parts = sheet.stages[stage], []
    for k, model in enumerate(models, 1):
        now, was = f"upto{of}_{k}", f"upto{of}_{k - 1}" if k > 1 else "0"
        power = 6 if told.has_doubt else 1
        grown = " * ".join([now] * power)
        shrunk = " * ".join([was] * power)
        parts.append(f"{told.loss.get(model, 0.0) / 100:.10g} * ({grown} - {shrunk})")
    return " + ".join(parts) or "0"


def _money(sheet: CostSheet) -> Iterator[tuple[str, str]]:
    base = sheet.prices[sheet.base]
    one, two, three = (sheet.stages[stage] for stage in STAGES)
    into, out = f"{base.in_:g}", f"{base.out:g}"
    yield "usd1", (f"runs * tries1 * rate1 * ((({sheet.merged.fixed} if merged == 1 else "
                   f"{one.fixed}) * kept + mail) * {into} + (out1 + out2 * merged) * {out})"
                   " / 1000000")  # fmt: skip
    yield "usd2", (f"runs * (1 - merged) * tries2 * rate2 * (({two.fixed} * kept + mail) * {into} "
                   f"+ out2 * {out}) / 1000000")  # fmt: skip
    yield "usd3", (f"runs * tries3 * rate3 * (({three.fixed - three.templated} * kept + "
                   f'{three.templated} * {_PLAN}["template_top_k"] / {sheet.templates} * '
                   f"(1 if picked == 1 else kept) + mail) * {into} + out3 * {out}) "
                   "/ 1000000")  # fmt: skip
    yield "usd", "usd1 + usd2 + usd3"
    now = [f"tries{n} * (({sheet.stages[stage].fixed} + tokens) * {into} + out{n} * {out})"
           for n, stage in enumerate(STAGES, 1)]  # fmt: skip
    yield "usd_now", f"({' + '.join(now)}) / 1000000"


def _figures() -> Iterator[tuple[str, str, int]]:
    yield "usd_a_mail_as_sketched", "usd_now", 6
    yield "usd_a_mail", "usd", 6
    for n in (1, 2, 3):
        yield f"s{n}_agrees_as_sketched", f"base{n}", 3
        yield f"s{n}_agrees", f"right{n}", 3
    yield "answered_in_time", "in_time", 3
