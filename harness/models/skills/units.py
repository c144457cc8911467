"""Units of measure and money, by family, as patterns.

Runs in the model worker; pure values.
"""

from __future__ import annotations

_UNITS: dict[str, str] = {
    "mass": r"kg|g|mg|kilo(?:gram(?:me)?)?s?|gram(?:me)?s?|tonnes?|tons?|pounds?|lbs?|ounces?|oz",
    "length": r"m|km|cm|mm|metres?|meters?|kilomet(?:re|er)s?|centimet(?:re|er)s?|"
    r"millimet(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|yards?",
    "volume": r"l|ml|cl|lit(?:re|er)s?|millilit(?:re|er)s?|gallons?|pints?|cups?|m3|buckets?",
    "noise": r"dB|decibels?",
    "heat": r"°\s?[CF]?|degrees?(?: (?:celsius|fahrenheit))?|C",
    "speed": r"km/h|kph|mph|knots?|mbit/s|(?:kilomet(?:re|er)s|miles) (?:an|per) hour",
    "span": r"seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|"
    r"quarters?|years?|h",
    "area": r"m2|m²|sqm|square (?:metres?|meters?|feet)|hectares?|acres?|sq ft",
    "share": r"percent|per cent|%",
    "power": r"watts?|W|kW|kWh|volts?|V|mAh|amps?",
    "data": r"GB|MB|TB|KB|gigabytes?|megabytes?",
}
MONEY_UNITS = (
    r"euros?|dollars?|pounds?|cents?|crowns?|francs?|marks?|pence|EUR|USD|GBP|CHF|SEK|kroner|"
    r"zlotys?|shillings?|florins?|guilders?|coins?|rupees?|yen|ducats?|thalers?|quid"
)


def unit_pattern(family: str) -> str:
    """An alternation of the units of a family; of all families for an empty name."""
    if family in _UNITS:
        return _UNITS[family]
    return "|".join((*_UNITS.values(), MONEY_UNITS))
