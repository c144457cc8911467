"""An exercise's own instruments: declared on its card, answered from data, paid for and recorded.

Runs in zone G; `request` and `formula` in replay and authoring too. No code of an exercise runs
here: a tool is one of five kinds, and all that an exercise brings is data (docs/design/005).

    sheet      what an exercise's tools.json may hold
    formula    arithmetic over a row, for the kinds that count
    request    a body into arguments, by the declaration on the card
    kinds      what each kind answers
    account    uses, simulated minutes, and the settings a tool may change
    using      one use from its arrival to its answer
    handlers   the routes
"""
