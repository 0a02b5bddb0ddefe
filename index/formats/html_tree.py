"""The text of a web page to a tree of bounded size, without what a reader of the page never sees."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from index.errors import SourceError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES = 32 * 1024 * 1024
MAX_CHARS = 16_000_000  # without the pictures that a saved page carries in itself
MAX_ELEMENTS = 300_000
MAX_DEPTH = 1000
MAX_ATTRIBUTES = 250  # of one element; the parser's time grows with their square
# Beyond these trafilatura takes long, or goes deeper than Python does.
_MAX_ORDINARY_ELEMENTS = 50_000
_MAX_ORDINARY_DEPTH = 150
_LONGEST_ATTRIBUTE = 1000
_MAX_ALL_ATTRIBUTES = 1_000_000

_DOCTYPE = re.compile(r"\A(?:\s++|<!--.*?-->|<\?.*?>)*+<!doctype[^>\[]*+(?:\[.*?\]\s*+)?>", re.I | re.S)
_NOSCRIPT = re.compile(r"<(/?)noscript\b", re.I)
_CONTROLS = re.compile(r"&#(?:0*+(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|x0*+(?:[0-8bcef]|1[\da-f])(?![\da-f]));?", re.I)
_PICTURE_DATA = re.compile(r"data:[\w/+.;=-]{1,100}+,[^\s\"'<>()]{1000,}+")
_UNSEEN_TAGS = frozenset(
    "script style noscript template svg canvas iframe frame object embed applet audio video picture source img map "
    "area button input select textarea datalist option optgroup output progress meter annotation annotation-xml rt "
    "rp rtc noframes noembed".split()
)
_UNSEEN_STYLE = re.compile(r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.I)
# Words for machines that read aloud, and what wikis put beside their text: edit links and the numbers of notes.
_UNSEEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only mw-editsection mw-jump-link "
    "mw-empty-elt mw-cite-backlink secedit headerlink anchorjs-link".split()
)
_PERMALINKS = ("¶", "#", "§", "🔗")
_UNSEEN_IDS = frozenset(("siteSub", "contentSub", "jump-to-nav"))
_FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "menu"))
_FURNITURE_ROLES = frozenset(
    "navigation complementary contentinfo search dialog alertdialog menu menubar toolbar".split()
)
_FURNITURE_WORDS = frozenset(
    "nav navbar navigation navbox menu breadcrumb breadcrumbs sidebar footer printfooter catlinks toc related "
    "recommended recommendations newsletter newsletters subscribe subscription signup promo promos advert adverts "
    "advertisement ad ads share sharing social cookie cookies consent gdpr comments commentlist disqus respond popup "
    "modal teasers outbrain taboola paywall noprint docinfo".split()
)
_DENIED = frozenset(("has", "with", "no", "without"))  # "no-sidebar", "has-menu": said of what holds the story
_CONTAINERS = frozenset("div section ul ol dl form header table p".split())
_CLASS_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


class _Limits:
    """A parser's target that builds nothing, and raises SourceError where a page is too big or too deep to build."""

    def __init__(self) -> None:
        self.elements = 0
        self.attributes = 0
        self.depth = 0
        self.deepest = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.attributes += len(attributes)
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        if self.elements > MAX_ELEMENTS or self.attributes > _MAX_ALL_ATTRIBUTES:
            raise SourceError(f"over {MAX_ELEMENTS:,} elements in one page; split it, or save it as text")
        if self.depth > MAX_DEPTH:
            raise SourceError(f"elements nested over {MAX_DEPTH:,} deep; mend the page, or save it as text")
        if len(attributes) > MAX_ATTRIBUTES:
            raise SourceError(f"an element with {len(attributes):,} attributes; mend the page, or save it as text")

    def end(self, tag: str) -> None:
        self.depth -= 1

    def data(self, data: str) -> None:
        pass

    def close(self) -> tuple[int, int]:
        return self.elements, self.deepest


def parse(text: str) -> tuple[HtmlElement, bool]:
    """The tree of a page, comments out, and whether it is small and flat enough to hand to trafilatura.

    Entities that a document type defines are not expanded, and nothing is fetched. Raises SourceError for a page that
    is too big, too deep, or holds nothing.
    """
    from lxml import etree, html

    text = _without_noscript(_CONTROLS.sub("", _PICTURE_DATA.sub("data:,", _DOCTYPE.sub("", text, count=1))))
    if len(text) > MAX_CHARS:
        raise SourceError(f"{len(text):,} characters in one page (limit {MAX_CHARS:,}); split it, or save it as text")
    if not text.strip():
        raise nothing()
    data = text.encode("utf-8", "replace")
    elements, deepest = etree.fromstring(data, html.HTMLParser(target=_Limits(), encoding="utf-8", huge_tree=True))
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False, no_network=True
    )
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.ParserError as error:
        raise nothing() from error
    return tree, elements <= _MAX_ORDINARY_ELEMENTS and deepest <= _MAX_ORDINARY_DEPTH


def _without_noscript(text: str) -> str:
    """A page as a browser that runs scripts reads it: elements opened in a <noscript> do not reach beyond it."""
    parts: list[str] = []
    position = 0
    opened: int | None = None
    for tag in _NOSCRIPT.finditer(text):
        if not tag.group(1):
            opened = tag.start() if opened is None else opened
        elif opened is not None:
            parts.append(text[position:opened])
            position, opened = tag.start(), None
    return "".join([*parts, text[position:]])


def nothing() -> SourceError:
    return SourceError("the page holds no text; save it from a browser once it has loaded, or give its text")


def quiet() -> None:
    """Keeps what the libraries warn of from being printed where no one asked for it; a log set up still gets it."""
    for name in ("trafilatura", "htmldate", "courlan"):
        if not logging.getLogger(name).handlers:
            logging.getLogger(name).addHandler(logging.NullHandler())


def clear_unseen(tree: HtmlElement) -> None:
    """Empties the elements of a page that a reader never sees; what follows them stays."""
    for element in list(tree.iter()):
        for name in ("class", "id", "style"):
            if len(element.get(name) or "") > _LONGEST_ATTRIBUTE:
                del element.attrib[name]  # or all that looks for words in it takes too long
        if _is_permalink(element):
            element.text = None
        elif element.tag not in ("html", "head", "body") and _is_unseen(element):
            element.clear(keep_tail=True)


def _is_permalink(element: HtmlElement) -> bool:
    """True for the sign beside a heading that links to it."""
    is_sign = element.tag == "a" and len(element) == 0 and (element.text or "").strip() in _PERMALINKS
    return is_sign and (element.get("href") or "").startswith("#")


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag in _UNSEEN_TAGS:
        return True
    if element.get("hidden", "until-found") != "until-found" or _UNSEEN_STYLE.search(element.get("style", "")):
        return True
    if element.tag == "dialog" and element.get("open") is None:
        return True
    classes = element.get("class", "").split()
    if element.get("id") in _UNSEEN_IDS:
        return True
    if not _UNSEEN_CLASSES.isdisjoint(classes) or (element.tag == "sup" and "reference" in classes):
        return True
    # A page behind an open dialog is hidden from machines that read aloud, as a whole.
    return element.get("aria-hidden") == "true" and next(element.iter("main", "article", "h1"), None) is None


def is_named_furniture(element: HtmlElement) -> bool:
    """True for a menu, a sidebar or the like by its tag or role; classes and ids may lie."""
    return element.tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES


def is_furniture(element: HtmlElement) -> bool:
    """True for an element that, by its tag, role, class or id, serves the page and tells no story."""
    if is_named_furniture(element):
        return True
    if element.tag not in _CONTAINERS:
        return False
    for name in f"{element.get('class', '')} {element.get('id', '')}".split():
        words = {name.lower(), *(word.lower() for word in _CLASS_WORD.findall(name))}
        if words & _FURNITURE_WORDS and not words & _DENIED:
            return True
    return False
