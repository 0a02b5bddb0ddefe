"""The words of dates: month, weekday, zone, and the small words that stand beside dates ("published on", "um", "года").

Months in English, German, French, Spanish, Italian, Dutch, Portuguese, Russian, Ukrainian and the Scandinavian
languages, compared without accents and in lower case.
"""

from __future__ import annotations

import re
import unicodedata


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _words(text: str) -> frozenset[str]:
    return frozenset(_unaccented(text).split())


_TOKEN = re.compile(r"([0-9]+)(?:(?:st|nd|rd|th|er|º|ª|°|o|-?го|г)(?![^\W\d_]))?|([^\W\d_]+)|(\S)")
_MARKS = frozenset(",.;:/|·•-()@'’")

MONTHS = {
    word: month
    for month, names in enumerate(
        (
            "january jan januar jänner jaenner janvier janv enero ene gennaio gen januari janeiro январь января янв "
            "січень січня січ",
            "february feb februar feber février févr fév febrero febbraio februari fevereiro fev февраль февраля фев "
            "февр лютий лютого лют",
            "march mar märz maerz mär mrz mars marzo maart mrt março marts март марта мар березень березня бер",
            "april apr avril avr abril abr aprile апрель апреля апр квітень квітня квіт",
            "may mai mayo maggio mag mei maio maj май мая травень травня трав",
            "june jun juni juin junio giugno giu junho июнь июня июн червень червня черв",
            "july jul juli juillet juil julio luglio lug julho июль июля июл липень липня лип",
            "august aug août aout agosto ago augustus augusti август августа авг серпень серпня серп",
            "september sep sept septembre septiembre setiembre settembre set setembro сентябрь сентября сен сент "
            "вересень вересня вер",
            "october oct oktober okt octobre octubre ottobre ott outubro out октябрь октября окт жовтень жовтня жовт",
            "november nov novembre noviembre novembro ноябрь ноября ноя нояб листопад листопада лист",
            "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des декабрь декабря дек "
            "грудень грудня груд",
        ),
        1,
    )
    for word in _words(names)
}
WEEKDAYS_TOO = frozenset({"mar"})  # mardi, martes, martedì
ZONES = {
    **dict.fromkeys("utc gmt ut wet z".split(), "+00:00"),
    **dict.fromkeys("cet mez west".split(), "+01:00"),
    **dict.fromkeys("cest mesz eet".split(), "+02:00"),
    **dict.fromkeys("eest msk мск".split(), "+03:00"),
    **dict.fromkeys("jst kst".split(), "+09:00"),
    **dict.fromkeys(["aest"], "+10:00"),
    **dict.fromkeys(["aedt"], "+11:00"),
    **dict.fromkeys(["nzst"], "+12:00"),
    **dict.fromkeys(["nzdt"], "+13:00"),
    **dict.fromkeys(["edt"], "-04:00"),
    **dict.fromkeys("est cdt".split(), "-05:00"),
    **dict.fromkeys(["mdt"], "-06:00"),
    **dict.fromkeys("mst pdt".split(), "-07:00"),
    **dict.fromkeys(["pst"], "-08:00"),
    **dict.fromkeys("cst bst ist et ct mt pt".split(), ""),
}
_BESIDE = _words(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim "
    "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica gio "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo "
    "segunda terça quarta quinta sexta feira seg ter qua qui sex "
    "понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье пн вт ср чт пт сб вс "
    "понеділок вівторок середа середу четвер п ятниця ятницю субота суботу неділя неділю нд "
    "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag "
    "man mån tir tirs tis ons tor tors fre lör lør sön søn "
    "at on of the um am den der le la el del de du da di d alle ore las à a às om op kl t в о г год года году р року "
    "date dated datum data fecha дата published publish posted updated update created modified last first originally "
    "veröffentlicht erschienen aktualisiert zuletzt stand vom publié mis jour publicado publicada actualizado "
    "atualizado pubblicato aggiornato il gepubliceerd geplaatst bijgewerkt опубликовано обновлено publicerad uppdaterad"
)
_DAY_FIRST = frozenset("de fr es it nl pt ru uk pl da nb nn no fi cs sk sl hr sr bg ro el tr ca gl id vi".split())
_ENGLISH_DAY_FIRST = frozenset("gb uk ie au nz in za sg hk mt ng ke pk".split())
_ENGLISH_MONTH_FIRST = frozenset("us ph".split())


def sorted_out(text: str) -> tuple[list[str], list[str], list[str]]:
    """The numbers, the names of months and those of zones. Raises ValueError at any unknown word or sign."""
    numbers: list[str] = []
    months: list[str] = []
    zones: list[str] = []
    for number, word, mark in _TOKEN.findall(text):
        plain = _unaccented(word)
        if number:
            numbers.append(number)
        elif plain in MONTHS:
            months.append(plain)
        elif plain in ZONES:
            zones.append(plain)
        elif (word and plain not in _BESIDE) or (mark and mark not in _MARKS):
            raise ValueError(f"{word or mark!r} is no part of a date")
    return numbers, months, zones


def day_first(language: str | None) -> bool | None:
    """Whether people who write the language put the day before the month; None if the tag does not decide."""
    name, *rest = re.split(r"[-_.]", (language or "")[:40].strip().casefold())
    region = next((part for part in rest if len(part) == 2), "")
    if name == "en":
        return True if region in _ENGLISH_DAY_FIRST else False if region in _ENGLISH_MONTH_FIRST else None
    return True if name in _DAY_FIRST and region not in ("us", "ca") else None
