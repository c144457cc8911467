"""Units of measure and money: how they are written, what they measure, how they convert.

Runs in the model worker; pure tables. Money of any name is a unit; it converts only by a rate that
the text gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Unit:
    """One unit.

    Attributes:
        name: its singular English name.
        measures: length, mass, volume, time, area, data, money, share, temperature or sound.
        size: how many of the smallest unit of its kind it is; 0 where it does not convert so.
        short: the sign that people write for it.
    """

    name: str
    measures: str
    size: Fraction
    short: str = ""


def _unit(name: str, measures: str, size: str, short: str = "") -> Unit:
    return Unit(name, measures, Fraction(size), short)


_WRITTEN: tuple[tuple[Unit, str], ...] = (
    (_unit("millimetre", "length", "1", "mm"), "mm millimetre millimeter"),
    (_unit("centimetre", "length", "10", "cm"), "cm centimetre centimeter"),
    (_unit("metre", "length", "1000", "m"), "m metre meter"),
    (_unit("kilometre", "length", "1000000", "km"), "km kilometre kilometer"),
    (_unit("inch", "length", "25.4"), "inch inches"),
    (_unit("foot", "length", "304.8", "ft"), "ft foot feet"),
    (_unit("yard", "length", "914.4"), "yard yd"),
    (_unit("mile", "length", "1609344"), "mile"),
    (_unit("milligram", "mass", "1", "mg"), "mg milligram"),
    (_unit("gram", "mass", "1000", "g"), "g gram gramme gr"),
    (_unit("kilogram", "mass", "1000000", "kg"), "kg kilo kilogram kilogramme"),
    (_unit("tonne", "mass", "1000000000", "t"), "t ton tonne"),
    (_unit("ounce", "mass", "28349.523125", "oz"), "oz ounce"),
    (_unit("millilitre", "volume", "1", "ml"), "ml millilitre milliliter"),
    (_unit("centilitre", "volume", "10", "cl"), "cl centilitre centiliter"),
    (_unit("decilitre", "volume", "100", "dl"), "dl decilitre deciliter"),
    (_unit("litre", "volume", "1000", "l"), "l litre liter"),
    (_unit("millisecond", "time", "1/1000", "ms"), "ms millisecond"),
    (_unit("second", "time", "1", "s"), "s sec second"),
    (_unit("minute", "time", "60", "min"), "min minute minuto minuten"),
    (_unit("hour", "time", "3600", "h"), "h hr hour stunde stunden hora heure"),
    (_unit("day", "time", "86400"), "day tag tage tagen día días jour"),
    (_unit("night", "time", "86400"), "night noche nuit nächte"),
    (_unit("week", "time", "604800"), "week woche wochen semana semaine"),
    (_unit("fortnight", "time", "1209600"), "fortnight"),
    (_unit("month", "time", "0"), "month"),
    (_unit("year", "time", "0"), "year"),
    (_unit("square metre", "area", "1", "m2"), "m2 m² sqm"),
    (_unit("hectare", "area", "10000", "ha"), "ha hectare"),
    (_unit("square kilometre", "area", "1000000", "km2"), "km2 km²"),
    (_unit("kilobyte", "data", "1", "kB"), "kb kilobyte"),
    (_unit("megabyte", "data", "1000", "MB"), "mb megabyte"),
    (_unit("gigabyte", "data", "1000000", "GB"), "gb gigabyte"),
    (_unit("terabyte", "data", "1000000000", "TB"), "tb terabyte"),
    (_unit("percent", "share", "0", "%"), "% percent prozent"),
    (_unit("degree", "temperature", "0"), "degree °c °f ° celsius grad"),
    (_unit("decibel", "sound", "0", "dB"), "db decibel"),
    (_unit("watt", "power", "1", "W"), "w watt"),
    (_unit("kilowatt", "power", "1000", "kW"), "kw kilowatt"),
    (_unit("km/h", "speed", "0", "km/h"), "km/h kmh kph"),
    (_unit("mph", "speed", "0", "mph"), "mph"),
)
_MONEY = (
    "euro dollar pound crown krone krona franc mark zloty lira peso rupee yen yuan florin thaler "
    "taler guilder ducat shilling credit quid cent penny sterling eur usd gbp chf sek nok dkk"
).split()
_ODD_PLURALS = {
    "kroner": "krone", "kronor": "krona", "pence": "penny", "€": "euro", "$": "dollar",
    "£": "pound", "pesos": "peso", "francos": "franc", "dólares": "dollar", "dolares": "dollar",
}  # fmt: skip
_SYMBOLS = {"€": "euro", "$": "dollar", "£": "pound"}

UNITS: dict[str, Unit] = {word: unit for unit, words in _WRITTEN for word in words.split()}
UNITS |= {name: _unit(name, "money", "0") for name in _MONEY}
UNITS |= {word: _unit(name, "money", "0") for word, name in _ODD_PLURALS.items()}
UNITS |= {unit.name: unit for unit, _ in _WRITTEN if " " in unit.name}


def unit_named(word: str) -> Unit | None:
    """The unit that a word writes, singular or plural; None for any other word."""
    low = word.lower().rstrip(".")
    for form in (low, low.removesuffix("s"), low.removesuffix("es")):
        if form in UNITS and not (form != low and len(form) < 3):
            return UNITS[form]
    return None


def convert(value: Fraction, source: Unit, target: Unit) -> Fraction | None:
    """A value in another unit of its kind; None where the two do not convert."""
    if source.measures != target.measures:
        return None
    if {source.name, target.name} == {"month", "year"}:
        return value / 12 if target.name == "year" else value * 12
    if not source.size or not target.size:
        return None
    return value * source.size / target.size


def is_symbol(sign: str) -> bool:
    """Whether a sign of money is written before or behind its figure without a blank."""
    return sign in _SYMBOLS
