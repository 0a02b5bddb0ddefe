"""What MediaWiki does to a page's markup before it looks at its lines: comments, extensions, HTML tags.

Time is linear in the length of the markup, whatever stands in it.
"""

from __future__ import annotations

import html
import re

# What has been dealt with is written as a control character, which the text of an XML file cannot hold.
HIDE = "\x01"  # after each bracket that is text
ASIDE, END = "\x02", "\x03"  # around the number of a text set aside
RAISE, RAISED = "\x04", "\x05"  # around what stands above the line
GONE = "\x06"  # a reader of the wiki sees something here that cannot be told from the markup, or does not count
BREAK = "\x07"  # a block ends
CELL = "\x08"  # a cell of a table begins
LESS = "\x0e"  # <
VALUE, ENDED = "\x0f", "\x10"  # around the number of a value
NEXT = "\x12"  # a line goes on below
LOST = "\x11"  # what cannot be told, as long as it may turn out not to be needed

_TAG = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s|/)[^<>]*)?>")
_REST_OF_LINE = re.compile(r"[ \t]*\n")
_SPACED_COMMENT = re.compile(r"[ \t]*<!--")
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[a-zA-Z][a-zA-Z0-9]{1,40});")
_CONTROLS = dict.fromkeys(code for code in range(0x20) if chr(code) not in "\t\n\f\r")
_SET_ASIDE = frozenset("nowiki pre math chem ce source syntaxhighlight".split())
_BLOCKS_ASIDE = frozenset("pre source syntaxhighlight".split())
_DROPPED = frozenset(
    "ref references gallery timeline graph imagemap inputbox categorytree score templatedata templatestyles indicator "
    "mapframe maplink hiero section style script includeonly del s strike".split()
)
_INLINE = frozenset(
    "abbr b bdi bdo big cite code data dfn em font i ins kbd mark noinclude nobr onlyinclude q rb rp rt rtc ruby samp "
    "small span strong sub time tt u var wbr noinclude translate tvar languages".split()
)
_BREAKING = frozenset(
    "blockquote caption center dd div dl dt figcaption figure hr li ol p poem table tbody tr ul".split()
)


def decoded(text: str) -> str:
    """The text with its entities as characters."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]).translate(_CONTROLS), text)


def lift(markup: str, aside: list[str]) -> str:
    """The markup without comments and tags; the texts in which no markup counts are added to those set aside."""
    out: list[str] = []
    unclosed: set[str] = set()
    at = 0
    while match := _TAG.search(markup, at):
        out.append(markup[at : match.start()])
        at = match.end()
        slash, name, attributes = match[1], (match[2] or "").lower(), match[3] or ""
        if not name:
            at = _after_comment(markup, at, out)
        elif slash or name not in _SET_ASIDE | _DROPPED:
            out.append(_tag(name, bool(slash), match[0]))
        elif attributes.endswith("/"):
            out.append(GONE)
        elif name not in unclosed and (closer := re.compile(rf"</{name}\s*>", re.I).search(markup, at)):
            out.append(_extension(name, attributes, markup[at : closer.start()], aside))
            at = closer.end()
        else:
            unclosed.add(name)
    out.append(markup[at:])
    return "".join(out)


def _after_comment(markup: str, at: int, out: list[str]) -> int:
    """Where the text goes on after a comment. A line with nothing but comments goes as a whole, as in MediaWiki."""
    end = _end_of_comment(markup, at)
    gap = ""
    while comment := _SPACED_COMMENT.match(markup, end):
        gap = " " if comment[0] != "<!--" else gap
        end = _end_of_comment(markup, comment.end())
    before = out[-1].rstrip(" \t")
    if (rest := _REST_OF_LINE.match(markup, end)) and before.endswith("\n"):
        out[-1] = before
        return rest.end()
    out.append(gap)
    return end


def _end_of_comment(markup: str, at: int) -> int:
    end = markup.find("-->", at)
    return end + 3 if end >= 0 else len(markup)


def _extension(name: str, attributes: str, body: str, aside: list[str]) -> str:
    if name == "includeonly":
        return ""
    if name in _DROPPED:
        return GONE
    if name == "pre":
        body = re.sub(r"</?nowiki>", "", body)
    aside.append(decoded(body) if name in ("nowiki", "pre") else body)
    number = f"{ASIDE}{len(aside) - 1}{END}"
    if name in _BLOCKS_ASIDE and "inline" not in attributes:
        return f"\n\n{number}\n\n"
    return number if name == "nowiki" else number + GONE


def _tag(name: str, closes: bool, written: str) -> str:
    if name in _INLINE or name in _DROPPED or name in _SET_ASIDE:
        return ""
    if name in ("td", "th"):
        return "" if closes else CELL
    if name in _BREAKING:
        return f"{BREAK}- " if name == "li" and not closes else BREAK
    if name == "br":
        return NEXT
    if name == "sup":
        return RAISED if closes else RAISE
    if re.fullmatch(r"h[1-6]", name):
        signs = "=" * int(name[1])
        named = GONE if re.search(r"\sid\s*=", written) else ""  # some versions use it as the heading's id, some do not
        return f" {signs}\n" if closes else f"\n{signs} {named}"
    return written
