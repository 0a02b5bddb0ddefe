"""Units of measure and money: what a number counts, and how much of it in a common unit."""

from __future__ import annotations

import re
from fractions import Fraction

_TABLE = """
percent 1 % percent pct percentage
percent 1/100 bp
points 1 points
length 1 m metre metres meter meters
length 1000 km kms kilometre kilometres kilometer kilometers
length 1/100 cm centimetre centimetres centimeter centimeters
length 1/1000 mm millimetre millimetres millimeter millimeters
length 1609.344 mile miles
length 0.3048 ft foot feet
length 0.0254 inch inches
length 0.9144 yard yards
mass 1 kg kilo kilos kilogram kilograms kilogramme kilogrammes
mass 1/1000 g gram grams gramme grammes
mass 1000 tonne tonnes
mass 907.18474 ton tons
mass 0.45359237 lb lbs pound-weight
area 1 hectare hectares ha
area 0.40468564 acre acres
volume 1 litre litres liter liters
volume 3.785411784 gallon gallons
time 1 s sec secs second seconds
time 60 min mins minute minutes
time 3600 h hr hrs hour hours
time 86400 day days
time 604800 week weeks fortnight
months 1 month months
months 12 year years
months 120 decade decades
months 1200 century centuries
power 1 kw kilowatt kilowatts
power 1000 mw megawatt megawatts
power 1000000 gw gigawatt gigawatts
temperature 1 °c °f ° degree degrees celsius fahrenheit
euro 1 € euro euros eur
euro 1/100 eurocent eurocents
dollar 1 $ us$ dollar dollars usd
pound 1 £ pound pounds sterling gbp
yen 1 ¥ yen jpy yuan renminbi
rouble 1 ₽ rouble roubles ruble rubles rub
crown 1 crown crowns krona kronor krone kroner koruna sek nok dkk czk
franc 1 franc francs chf
rupee 1 ₹ rupee rupees inr
hryvnia 1 ₴ hryvnia hryvnias uah
zloty 1 zloty zlotys złoty pln
"""
UNITS: dict[str, tuple[str, Fraction]] = {}
for _line in _TABLE.strip().splitlines():
    _kind, _factor, *_words = _line.split()
    UNITS.update(dict.fromkeys(_words, (_kind, Fraction(_factor))))
SIGNS = "".join(word for word in UNITS if len(word) == 1 and not word.isalnum() and word not in "%°")
_BEFORE = re.compile(rf"(?P<sign>[{re.escape(SIGNS)}])\s?$|\b(?P<code>EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY|RUB|INR|PLN)\s?$")
_AFTER = re.compile(
    r"[\s\u00a0\u202f-]?(?P<per>per cent\b|percentage points?\b|p\.?p\.)"
    r"|[\s\u00a0\u202f-]?(?P<word>[%€$£¥₽₹₴°](?:[CF]\b)?|[^\W\d_]+)"
)
# After "25 nautical" or "40 square" the unit is another one.
_POWERS = frozenset("square cubic nautical light".split())


def unit_at(text: str, start: int, end: int) -> tuple[str, Fraction]:
    """The unit of the number at `text[start:end]` and its size in the unit that its kind is compared in; ("", 1) if
    it has none."""
    if before := _BEFORE.search(text[max(0, start - 6) : start]):
        return UNITS[(before["sign"] or before["code"]).lower()]
    after = _AFTER.match(text, end)
    if after is None:
        return "", Fraction(1)
    if after["per"]:
        return (
            UNITS["percent"] if after["per"].startswith("per cent") and "point" not in after["per"] else UNITS["points"]
        )
    word = after["word"]
    following = text[after.end() : after.end() + 12]
    if word.lower() == "percentage" and following.startswith(" point"):
        return UNITS["points"]
    if word.lower() in _POWERS:
        return f"{word.lower()} {following.split()[0].lower() if following.split() else ''}", Fraction(1)
    if word == "M" or (len(word) == 1 and word.isalpha() and after.group(0)[0] in " -" and word not in "mgsh"):
        return "", Fraction(1)
    return UNITS.get(word.lower(), ("", Fraction(1)))
