"""The words of a mail that its writer wrote: without quotes, the lines that announce them, and the signature."""

from __future__ import annotations

import re

from index.formats.text import without_controls, without_surrogates

_WROTE = r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev)"
_ATTRIBUTION = re.compile(rf"(?:On|Am|Le|El|Il|Op|Em|Den)\b(?=.*\d).{{8,300}}\b{_WROTE}\b.{{0,100}}:$")
_MAX_ATTRIBUTION = 400
_SIGNATURE_LINES = 10  # what follows "--" without the space that makes it a signature is one if it is short
_ORIGINAL = re.compile(r"-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine)\s*-{2,}$", re.I)
_OLD_HEADER = re.compile(r"\*?(?:From|Sent|Date|To|Cc|Subject|Von|Gesendet|An|Betreff|De|Envoyé|À|Objet)\s?:\*?\s")
_LIST_ITEM = re.compile(r"(?:[-*•·–]|\d{1,3}[.)])\s")
_QUOTES_IN_HTML = (
    "//blockquote[@type='cite'] | //blockquote[contains(@class, 'gmail_quote')] | //*[@class='gmail_signature']"
    " | //*[contains(@class, 'moz-signature')] | //*[contains(@class, 'moz-cite-prefix')]"
)
_MIN_WIDTH, _MAX_WIDTH = 50, 110  # characters; lines of other widths were not cut by a mail program


def own_paragraphs(text: str, *, is_forward: bool, is_flowed: bool) -> list[str]:
    """The paragraphs of a plain text. A forward keeps what it forwards; a flowed text marks the lines that run on."""
    lines = without_surrogates(without_controls(text)).split("\n")
    return _paragraphs(_own_lines(lines, is_forward), is_flowed)


def own_html_paragraphs(text: str, name: str) -> list[str]:
    """The paragraphs of a mail in HTML; none if it is none. Raises SourceError if nothing in it is shown."""
    from lxml import etree, html

    from index.formats.html import read as read_html

    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return []
    for quote in tree.xpath(_QUOTES_IN_HTML):
        quote.drop_tree()
    kept = etree.tostring(tree, encoding="utf-8", method="html")
    pages = read_html(kept, name, encoding="utf-8")
    blocks = [block.text for page in pages for block in page.blocks]
    return [block for block in blocks if not _announces_quote(block)]


def _own_lines(lines: list[str], is_forward: bool) -> list[str]:
    """The lines without signature, quotes and the lines that announce them."""
    kept: list[str] = []
    has_text = after_quote = False
    for i, line in enumerate(lines):
        bare = line.strip()
        is_quote = bare.startswith(">")
        if line == "-- " or (bare == "--" and len(lines) - i <= _SIGNATURE_LINES):
            break
        if has_text and not is_forward and (_ORIGINAL.match(bare) or _are_headers(lines[i : i + 3])):
            break
        if is_quote and not after_quote:
            _drop_announcement(kept)
        if not is_quote and (bare or (kept and kept[-1])):  # one empty line is as good as many
            kept.append(line if bare else "")
            has_text = has_text or bool(bare.strip("_"))
        after_quote = is_quote or (after_quote and not bare)
    return kept[:-1] if kept and not kept[-1].strip("_ ") else kept


def _are_headers(lines: list[str]) -> bool:
    return len(lines) == 3 and all(_OLD_HEADER.match(line.strip()) for line in lines)


def _announces_quote(text: str) -> bool:
    return len(text) <= _MAX_ATTRIBUTION and bool(_ATTRIBUTION.match(text))


def _drop_announcement(kept: list[str]) -> None:
    """Takes away "On 3 March Ada Marsh wrote:" (on one to three lines) from the end of the lines, if it is there."""
    end = len(kept) - (1 if kept and not kept[-1] else 0)
    for count in (1, 2, 3):
        start = max(0, end - count)
        if _announces_quote(" ".join(line.strip() for line in kept[start:end])):
            del kept[start:]
            return


def _paragraphs(lines: list[str], is_flowed: bool) -> list[str]:
    """Lines as paragraphs: those cut at a column joined, where the next word would not have fitted on the line."""
    lengths = sorted(len(line.rstrip()) for line in lines if " " in line.strip())
    longest = lengths[int(0.9 * len(lengths))] if lengths else 0  # a long address or two do not count
    is_cut = _MIN_WIDTH <= longest <= _MAX_WIDTH
    is_flowed = is_flowed and any(line.endswith(" ") for line in lines)
    paragraphs: list[list[str]] = []  # each as its lines
    before = ""  # the line before, "" at the beginning of a paragraph
    for line in lines:
        words = line.split()
        if not words:
            before = ""
            continue
        full = is_cut and len(before.rstrip()) + 1 + len(words[0]) > longest
        runs_on = before.endswith(" ") if is_flowed else full and not _LIST_ITEM.match(line.strip())
        if before and runs_on:
            paragraphs[-1].append(" ".join(words))
        else:
            paragraphs.append([" ".join(words)])
        before = line
    return [" ".join(parts) for parts in paragraphs]
