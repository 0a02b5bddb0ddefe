"""What makes a block of a page furniture rather than story. General rules only, no site's own wording.

A block is judged by what it does: it operates the page (share, subscribe, comment), points to other stories
(a teaser label followed by a headline), lists headlines, presents the author, or repeats what stands already.
Running sentences about the world are story, however short.
"""

from __future__ import annotations

import re
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]`\s]*$")
_OPENS_QUOTED = re.compile(r"[“\"«„‘]")
QUOTED_SPEECH = re.compile(r"[“\"«„][^”\"»]{15,}|\b(?:said|says|told|added|asked|wrote)\b", re.DOTALL)

# What a page lets its reader do, and what it lets the reader do it to.
_ACTIONS = frozenset(
    "accept allow become bookmark browse choose click comment continue copy disable dismiss donate "
    "download enable enjoy enjoying enter explore follow get install join leave like log login manage "
    "open pin post print react read receive register reject reply report retweet save scroll search see "
    "send share shop show sign signed skip submit subscribe support swipe switch tap try tweet tick "
    "unlock unsubscribe upgrade view visit watch".split()
)
_OBJECTS = frozenset(
    "account ad ads advert advertisement alert alerts app apps archive article articles author authors "
    "bookmarks breaking browser button categories category channel comment comments contact content "
    "contents cookie cookies device consent copyright disclaimer discussion download email e-mail emails "
    "facebook feed field fields font friend friends gallery highlights homepage inbox instagram "
    "javascript latest link linkedin links login mail mailing member membership menu mailbox navigation "
    "news newsletter newsletters notifications page pages password podcast policy popular post posts "
    "preferences print privacy profile promo promoted published quiz reader readers recommended "
    "registration related reply replies required reserved respond rights rss search section settings "
    "share shares sidebar site sitemap slideshow social sponsored stories story subscriber subscribers "
    "subscription tag tagged text tags telegram terms thread tiktok today's topics top trending twitter "
    "updated updates video videos viewed vk website whatsapp widget x youtube".split()
)
_READER = frozenset("you your yours yourself you'll you're we us our me my".split())

# Verbs that tell of the world; an order to the reader ("Share this article") has none of them.
_FINITE = re.compile(
    r"\b(?:am|is|are|was|were|has|have|had|does|did|will|would|can|could|shall|should|may|might|must|means?|says?|"
    r"fell|rose|came|went|made|took|gave|lost|won|met|left|said|told|kept|held|began|became|grew|sold|sent|spent|led|"
    r"felt|found|got|ran|saw|stood|thought|brought|built|bought|caught|drew|drove|broke|spoke|wrote|chose|paid|[a-z]{3,}ed)\b"
)
_MOSTLY = 0.4

_COPYRIGHT = re.compile(r"©|\(c\)\s*\d{4}|\ball rights reserved\b|\bcopyright\b\s*(?:\d{4}|by\b|©)", re.I)
_COUNTER = re.compile(
    r"^\W*(?:\d[\d,.]*\s*[km]?[\s-]*)?(?:min(?:ute)?s?\s+(?:read|listen|watch)|views?|shares?|comments?|likes?|retweets?|replies|"
    r"reading time|read time|\d+)\W*(?:\d[\d,.]*\s*(?:min(?:ute)?s?)?)?\W*$",
    re.I,
)
_LONGEST_COUNTER = 80
_CONTINUES = re.compile(r"^\W*(?:(?:story|article)\s+continues|continue\s+reading)\s+(?:below|after)\b", re.I)
_STEP = re.compile(r"\d+[.)]\s")
_LONGEST_CREDIT = 160
_CREDIT = re.compile(
    r"^\W*(?:photo|photograph|image|picture|video|credit|file photo|illustration)s?\s*(?:[:/|©]|by\b|credit)", re.I
)
INLINE_CREDIT = re.compile(
    r" ?[(\[](?:photo|image|picture|credit|illustration)s?\s*(?:[:/|©]|by\b)[^)\]\n]{0,80}[)\]]", re.I
)

_GLUED_STARTS = frozenset(
    "the a an how why what who when where which four three five six seven eight nine ten two let's this "
    "these that is are can should will here inside meet to in on from at for".split()
)
_BIO = re.compile(
    r"\b(?:journalist|reporter|editor|writer|correspondent|columnist|author|blogger|freelancer?|contributor|"
    r"specialist|specialis[ez]es|covers?|covering|reports on|writes (?:about|for|on)|contributed|contributes|"
    r"written (?:about|for)|novel|author of|memoir|paperback|"
    r"graduated|graduate|studied|degree|masters?|university|award|experience|interested in|lives in|joined|"
    r"previously worked|based in|follow (?:her|him|them)|born in|loves|enjoys)\b",
    re.I,
)
_PERSON_LINE = re.compile(r"^\W*(?:by\s+)?((?:[A-ZÀ-Þ][\w.'’-]+\s+){1,3}[A-ZÀ-Þ][\w.'’-]+)\W*$")
_LONGEST_NAME = 200
_SECTIONS = frozenset(
    "news world politics opinion business sport sports culture technology tech science health economy "
    "local europe analysis home international national features lifestyle travel environment education "
    "entertainment media trade money comment editorial interview live video exclusive breaking latest uk "
    "us usa russia ukraine asia africa america world-news frontpage headlines markets finance arts books "
    "food society crime weather".split()
)


def words_of(text: str) -> list[str]:
    """Lower-case words of `text`, curly apostrophes made straight."""
    return [w.lower().replace("’", "'") for w in _WORD.findall(text)]


def is_sentence(text: str) -> bool:
    """True if a block ends the way sentences end."""
    return bool(SENTENCE_END.search(text))


def is_section_label(text: str) -> bool:
    """True for a line over the headline that names a section ("News", "World | Europe"), not a story."""
    words = words_of(text)
    if not words or len(words) > 5 or is_sentence(text):
        return False
    named = sum(w in _SECTIONS for w in words)
    if any(mark in text for mark in "|›»>/"):
        return named > 0
    if "&" in text and len(words) <= 3:
        return True
    return named == len(words) or (len(words) <= 2 and named > 0 and text.isupper())


def operates_page(text: str) -> bool:
    """True for a block that works the page or its forms: sharing, comments, cookies, subscriptions, credits."""
    if len(text) <= _LONGEST_COUNTER and (_COUNTER.match(text) or _CONTINUES.match(text)):
        return True
    if len(text) < _LONGEST_CREDIT and _CREDIT.match(text):
        return True
    words = words_of(text)
    if not words:
        return True
    if len(words) <= 40 and _COPYRIGHT.search(text):
        return True
    if len(words) > 45 or QUOTED_SPEECH.search(text):
        return False
    actions = sum(w in _ACTIONS for w in words)
    objects = sum(w in _OBJECTS for w in words)
    either = sum(w in _ACTIONS or w in _OBJECTS for w in words)
    reader = sum(w in _READER for w in words) - len(re.findall(r"\bUS\b", text))
    closed = is_sentence(text)
    if closed and _STEP.match(text):  # of instructions, which speak as forms do
        return False
    if len(words) <= 4 and not closed:
        if words[0] in ("the", "a", "an"):  # "The search", "- the post": a subhead or an item, not a button
            return either > 0.5 * len(words)
        return either >= 0.5 * len(words)
    if closed and not reader and either < _MOSTLY * len(words) and _FINITE.search(text):
        return False
    dense = either >= 0.2 * len(words)
    opens_with_action = words[0] in _ACTIONS
    if dense and actions and objects and (reader or opens_with_action or not closed):
        return True
    if opens_with_action and reader and objects:
        return True
    if objects >= 2 and reader and either >= 0.15 * len(words) and len(words) <= 30:
        return True
    return objects >= 3 and either >= 0.25 * len(words) and not closed


def addresses_reader(text: str) -> bool:
    """True for a short block that speaks to the reader rather than of the world, as pages do under a story."""
    words = words_of(text)
    if len(words) > 30 or QUOTED_SPEECH.search(text) or _OPENS_QUOTED.match(text):
        return False
    page = sum(w in _ACTIONS or w in _OBJECTS for w in words)
    if any(w in words for w in ("you", "your", "yours", "you'll")):
        return page >= 0.15 * len(words) or "?" in text
    orders = [s for s in re.split(r"[.!?]", text) if words_of(s)[:1] and not _FINITE.search(s)]
    return any(words_of(s)[0] in _ACTIONS for s in orders)


def is_headline_run(text: str) -> bool:
    """True for unrelated headlines set one after the other: an open end, and starts in mid-flow without a stop."""
    if is_sentence(text):
        return False
    tokens = text.split()
    if len(tokens) < 12:
        return False
    starts = sum(
        1
        for before, token in pairwise(tokens)
        if token[0].isupper()
        and token.lower().replace("’", "'").strip(",:;") in _GLUED_STARTS
        and before[-1] not in '.!?:;…—–-"“”‘(«'
    )
    repeated = _most_repeated_capital(tokens)
    return starts >= 2 or (starts >= 1 and repeated >= 3) or (repeated >= 4 and len(tokens) <= 25 * repeated)


def _most_repeated_capital(tokens: list[str]) -> int:
    counts: dict[str, int] = {}
    for token in tokens:
        if token[0].isupper() and token.isalpha():
            counts[token] = counts.get(token, 0) + 1
    return max(counts.values(), default=0)


def person_line(text: str) -> str | None:
    """The name, if the block is nothing but a person's name (two to four capitalised words)."""
    match = _PERSON_LINE.match(text) if len(text) <= _LONGEST_NAME else None
    return match.group(1) if match and not is_section_label(text) else None


def is_biography(text: str, name: str | None, story: str) -> bool:
    """True for a block that presents the author: it opens with a name and speaks of a writer's life.

    With `name` (from a line above) it opens with that name; without, with a name that the story never mentions.
    """
    cues = len({m.group(0).lower() for m in _BIO.finditer(text)})
    opening = re.sub(r"^\W+", "", text)
    if name is not None:
        return cues >= 1 and opening.split(" ", 1)[0].strip('.,"”') in name.split()
    found = re.match(
        r"(?:[A-ZÀ-Þ][\w'’-]+\s+){1,2}[A-ZÀ-Þ][\w'’-]+(?=\s+(?:is|was|has|covers|writes|reports|joined|works)\b)",
        opening,
    )
    return found is not None and cues >= 2 and found.group(0) not in story
