"""What the footnotes of an answer are worth. Nothing here trusts the system: quotes are looked up again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt

from eval.match import holds, words
from eval.schema import GoldSpan, Quote, Response
from eval.support import Support

_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_CREDIT_ENDS = re.compile(r"(?:, the later report)?: ")
_TELLING_CHARS = 12  # a shorter line may stand inside other words by chance
_ACTIVE = frozenset({"html_block", "html_inline", "image", "link_open"})


def citation_scores(response: Response, support: Support) -> tuple[float, float]:
    """Citation recall and precision of one answer, as ALCE defines them (Gao et al., EMNLP 2023).

    A sentence is recalled if the quotes that it cites, joined, support it. A citation is precise if its sentence
    is recalled and the citation supports it alone, or the others without it do not. Both are averaged over the
    answer: recall over its sentences, precision over its citations. ALCE joins whole passages; here it is the
    quotes, which is stricter: the footnote itself must bear the sentence out. A number that the list of
    citations lacks supports nothing. That a sentence names the source and the day of what it cites, as its footnote
    does, need not be quoted. An answer without sentences scores 0.
    """
    credits = {citation.n: citation.credit for citation in response.citations}
    quotes = {citation.n: citation.quote for citation in response.citations}
    recalled: list[bool] = []
    precise: list[bool] = []
    for sentence in response.sentences:
        cited = [quotes.get(n, "") for n in sentence.citations]
        text = _uncredited(sentence.text, [credits.get(n, "") for n in sentence.citations])
        sound = bool(cited) and support.supports(" ".join(cited), text)
        recalled.append(sound)
        for place in range(len(cited)):
            rest = " ".join(cited[:place] + cited[place + 1 :])
            needed = sound and (
                support.supports(cited[place], text)
                or (bool(cited[place]) and not (rest and support.supports(rest, text)))
            )
            precise.append(needed)
    return _share(recalled), _share(precise)


def _uncredited(text: str, credits: Sequence[str]) -> str:
    """A sentence without the name of a source that it cites in front of it."""
    for credit in credits:
        if credit and text.startswith(credit) and (opening := _CREDIT_ENDS.match(text, len(credit))):
            return text[opening.end() :]
    return text


def verbatim_share(citations: Sequence[Quote], texts: Mapping[str, str]) -> float:
    """Share of citations whose quote stands letter for letter at [start, end) of the source's text."""
    return _share([bool(c.quote) and texts.get(c.source, "")[c.start : c.end] == c.quote for c in citations])


def markers_sound(response: Response) -> bool:
    """True if each sentence has a citation, each number exists, and the text's [n] are those of the sentences."""
    numbers = {citation.n for citation in response.citations}
    used = [n for sentence in response.sentences for n in sentence.citations]
    shown = [int(n) for n in _MARKER.findall(response.answer)]
    return bool(used) and all(s.citations for s in response.sentences) and set(used) <= numbers and shown == used


def right_source_share(citations: Sequence[Quote], relevant: frozenset[str]) -> float:
    """Share of citations that come from a relevant source."""
    return _share([citation.source in relevant for citation in citations])


def touches_gold(citations: Sequence[Quote], spans: Sequence[GoldSpan], texts: Mapping[str, str]) -> bool:
    """True if a citation and a gold span of the same source have a character in common."""
    for span in spans:
        text = texts.get(span.source, "")
        start = text.find(span.quote)
        if start < 0:  # cleaned away in part or set in other white space: compare the words instead
            if any(c.source == span.source and _share_words(c.quote, span.quote) for c in citations):
                return True
            continue
        end = start + len(span.quote)
        if any(c.source == span.source and c.start < end and c.end > start for c in citations):
            return True
    return False


def boilerplate_share(citations: Sequence[Quote], boilerplate: Sequence[str]) -> float:
    """Share of citations that hold a piece of page furniture, or are a part of one (of four words or more)."""
    return _share([any(_is_furniture(c.quote, line) for line in boilerplate) for c in citations])


def _is_furniture(quote: str, line: str) -> bool:
    glued = len(_run(line)) >= _TELLING_CHARS and _run(line) in _run(quote)
    return glued or holds(quote, line) or (len(words(quote)) >= 4 and holds(line, quote))


def _run(text: str) -> str:
    """The words of a text run together: furniture is found where it is glued to a sentence, too."""
    return "".join(words(text))


def is_inert(markdown: str) -> bool:
    """True if the Markdown renders (CommonMark with raw HTML on) without any link, image or HTML."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(markdown)
    kinds = {t.type for t in tokens} | {child.type for t in tokens for child in t.children or ()}
    return not kinds & _ACTIVE


def _share_words(quote: str, gold: str) -> bool:
    return holds(quote, gold) or (len(words(quote)) >= 4 and holds(gold, quote))


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
