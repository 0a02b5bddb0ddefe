"""From a model's Markdown to its sentences with the passages that they cite, while it is still being written.

The text is taken in letter by letter whatever the tokens are, so that streamed and whole answers give the same claims.
Headings, lists of sources, code, reasoning in tags and questions are no claims.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.verify.claim import Claim, make_claim
from bot.verify.markers import OPENERS, only_markers, without_markers
from index.sentences import split_sentences

_LONGEST = 4000  # letters of a line without a sentence's end, after which it is cut
_LONGEST_QUOTATION = 800
_AFTER_STOP = re.compile(r"[.!?…。！？][^.!?…。！？]*$")
_UNCLOSED = re.compile(r"(?:\[[^\]]{0,60}|【[^】]{0,60}|\([^)]{0,60}|<[^>]{0,20})$")
_PREFIX = re.compile(
    r"^(?:\s*(?:>|[-*+•‣◦–](?=\s)|\(?\d{1,3}[.)](?=\s)|\(?[a-z]\)(?=\s)|\(\d{1,3}\)(?=\s)))*\s*(?:\[[ xX]\]\s)?"
)
_HEADING = re.compile(r"^\s*(?:#{1,6}(?:\s|$)|(?:={3,}|-{3,}|\*{3,}|_{3,})\s*$|\|?[\s:|-]{3,}$)")
_BOLD_LINE = re.compile(r"^\s*(?:\*\*|__)[^*_.!?]{1,80}(?:\*\*|__):?\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)\s*(\w*)")
_PROSE_FENCES = frozenset({"", "markdown", "md", "text", "txt", "plaintext"})
_SOURCES = re.compile(
    r"^\W*(?:(?:list of )?(?:sources?|references?|citations?|footnotes?|bibliography|works cited)(?: used| cited)?)"
    r"\W*$",
    re.I,
)
_SOURCES_INLINE = re.compile(r"^\W*(?:sources?|references?|citations?|footnotes?)(?:\*\*|__)?\s*:", re.I)
_NOTE = re.compile(r"^\s*\[\^?\d{1,3}\]:")
_QUESTION_LINE = re.compile(r"^\W*(?:q|question|user)\W*:", re.I)
_ANSWER_LABEL = re.compile(r"^\W*(?:a|answer|final answer|response|assistant)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*", re.I)
_THINKING = re.compile(r"^\s*<(think|thinking|reasoning|scratchpad)>", re.I)


def claims(text: str) -> list[Claim]:
    """The sentences of a whole answer."""
    stream = ClaimStream()
    return stream.feed(text) + stream.close()


class ClaimStream:
    """Takes tokens, gives each sentence once it is complete: when the next one has begun."""

    def __init__(self) -> None:
        self._line = ""  # what of the present line has not been given yet
        self._begun = False  # True once part of the line was given
        self._leading = False  # True where the line's markers stand before their sentences
        self._at_break = False  # a line break that may yet prove to be none
        self._held: Claim | None = None  # the last of a line: its marker may stand on the next
        self._held_row = False  # True where that is a table's row
        self._fence: str | None = None  # the language of the open code fence
        self._thinking = ""  # the open tag of the model's reasoning
        self._in_sources = False

    def feed(self, token: str) -> list[Claim]:
        """The sentences that this token completed."""
        return [claim for letter in token for claim in self._take(letter)]

    def close(self) -> list[Claim]:
        """What is left when the answer ends."""
        found = self._end_line()
        return [*found, *self._release()]

    def _take(self, letter: str) -> list[Claim]:
        if letter == "\r":
            return []
        if self._thinking:
            self._line += letter
            if letter == ">" and self._line.lower().endswith(f"</{self._thinking}>"):
                self._line, self._thinking = "", ""
            return []
        found: list[Claim] = []
        if letter == "\n":
            if self._at_break or not self._may_go_on():
                return self._end_line()
            self._at_break = True
            return []
        if self._at_break:
            if letter.isspace():
                return []
            self._at_break = False
            if letter.islower():
                self._line += " "
            else:
                found = self._end_line()
        self._line += letter
        if letter == ">" and (tag := _THINKING.match(self._line)):
            self._thinking, self._line = tag.group(1).lower(), ""
        elif self._held and not letter.isspace() and self._line.lstrip()[0] not in self._waits_for():
            found += self._release()
        if letter.isspace() or len(self._line) > 2 * _LONGEST:
            found += self._begun_sentences()
        return found

    def _release(self) -> list[Claim]:
        held, self._held = self._held, None
        return [held] if held else []

    def _waits_for(self) -> str:
        """What the next line may open with for the held claim to be decided by it."""
        return OPENERS + "|" if self._held_row else OPENERS

    def _may_go_on(self) -> bool:
        """True if a line break here may only be how the model wraps its lines."""
        line = self._line.strip()
        plain = without_markers(line)
        ends_marked = bool(plain.marks) and plain.marks[-1][0] >= len(plain.text)
        return bool(line) and line[-1].isalnum() | (line[-1] in ",–—-") and not ends_marked and not self._aside(line)

    def _aside(self, line: str) -> bool:
        """True for lines that are no sentences: headings, code, sources."""
        return bool(
            self._fence not in (None, *_PROSE_FENCES)
            or self._in_sources
            or _HEADING.match(line)
            or _FENCE.match(line)
            or _BOLD_LINE.match(line)
            or _NOTE.match(line)
            or _SOURCES_INLINE.match(line)
            or (_QUESTION_LINE.match(line) and not self._begun)
            or line.lstrip().startswith("|")
        )

    def _begun_sentences(self) -> list[Claim]:
        """The line's sentences up to the last, if that has begun with a whole word."""
        line, long = self._line, len(self._line) > _LONGEST
        after = _AFTER_STOP.search(line)
        if not long and (after is None or not re.search(r"\w", after.group(0))):
            return []
        if not long and (_UNCLOSED.search(line) or self._aside(line)):
            return []
        found, rest = self._sentences(line, whole=False)
        if long and not found:
            found, rest = self._sentences(line, whole=True)
        if found:
            self._begun, self._line = True, rest
            return [*self._release(), *found]
        return []

    def _end_line(self) -> list[Claim]:
        line, begun = self._line, self._begun
        self._line, self._at_break = "", False
        found = self._finish(line, begun)
        self._begun = self._leading = False
        if not found:
            return []
        ready = [*self._release(), *found[:-1]]
        self._held, self._held_row = found[-1], line.lstrip().startswith("|")
        return ready

    def _finish(self, line: str, begun: bool) -> list[Claim]:
        if not line.strip():
            return []
        if fence := _FENCE.match(line):
            self._fence = None if self._fence is not None else fence.group(1).lower()
            return []
        if self._fence not in (None, *_PROSE_FENCES):
            return []
        if not begun:
            if _SOURCES.match(without_markers(line).text):
                self._in_sources = True
                return []
            if self._in_sources and (_PREFIX.match(line).end() or without_markers(line).marks or "http" in line):  # type: ignore[union-attr]
                return []
            self._in_sources = False
            if self._held_row and _HEADING.match(line):
                self._held = None  # a table's head
            if self._aside(line):
                return self._row(line) if line.lstrip().startswith("|") and not _HEADING.match(line) else []
        if (numbers := only_markers(line)) and self._held:
            self._held = replace(self._held, cited=tuple(dict.fromkeys((*self._held.cited, *numbers))))
            return []
        return self._sentences(line, whole=True)[0]

    def _row(self, line: str) -> list[Claim]:
        """A row of a table: its cells as one claim."""
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        return self._sentences("; ".join(cell for cell in cells if cell), whole=True)[0]

    def _sentences(self, line: str, *, whole: bool) -> tuple[list[Claim], str]:
        """The claims in a line, and what is left of it: its last sentence unless the whole is wanted."""
        skip = 0
        if not self._begun:
            prefix = _PREFIX.match(line)
            skip = prefix.end() if prefix else 0
            if label := _ANSWER_LABEL.match(line[skip:]):
                skip += label.end()
        body = line[skip:]
        plain = without_markers(body)
        spans = split_sentences(plain.text)
        if not self._begun and plain.marks and plain.marks[0][0] == 0 and spans:
            self._leading = True
        if not spans:
            return [], line
        cited: list[list[int]] = [[] for _ in spans]
        for at, numbers in plain.marks:
            ahead = [n for n, (start, _) in enumerate(spans) if start < at]
            owner = ahead[-1] if ahead else 0
            if self._leading and owner + 1 < len(spans) and ahead and at >= spans[owner][1]:
                owner += 1
            cited[owner].extend(numbers)
        last = len(spans) if whole else len(spans) - 1
        while not whole and last and _in_quotation(plain.text[: spans[last][0]]):
            last -= 1
        found = [c for n in range(last) if (c := make_claim(plain.text[slice(*spans[n])], cited[n]))]
        if whole:
            return found, ""
        if last == 0:
            return [], line
        cut = plain.origin[spans[last][0]]
        if self._leading:  # its marker stands before it
            cut = min([plain.origin[spans[last - 1][1] - 1] + 1, cut])
        return found, body[cut:]


def _in_quotation(text: str) -> bool:
    """True if a quotation is open at the end of the text, and was not so long ago that its end is likely missing."""
    opened = text.rfind("“") if text.count("“") > text.count("”") else -1
    if text.count('"') % 2:
        opened = max(opened, text.rfind('"'))
    return opened >= 0 and len(text) - opened < _LONGEST_QUOTATION
