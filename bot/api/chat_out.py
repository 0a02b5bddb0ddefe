"""An answer in the form of OpenAI's chat completions: text, where its footnotes point, and chunks of it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bot.api.chat_in import Asked, count
from bot.schema import Answer, Citation, answer_to_json

# In the answer's Markdown a bracket of the text itself has a backslash, so that this is a footnote and nothing else.
_MARKER = re.compile(r"\[(\d+)\]")
_KEPT = "/:?#[]@!$&'()*+,;=%~-._"


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer on its way to a client of OpenAI's; `base` is the address of this server, with a slash at its end."""

    answer: Answer
    asked: Asked
    model: str
    base: str
    id: str
    created: int

    @classmethod
    def of(cls, answer: Answer, asked: Asked, model: str, base: str) -> Completion:
        return cls(answer, asked, model, base, f"chatcmpl-{uuid.uuid4().hex}", int(time.time()))

    @property
    def content(self) -> str:
        """The answer, and below it the addresses of its sources: Markdown makes links of the footnotes, and plain text
        shows where they point."""
        answer = self.answer
        text = answer.answer + (f"\n\n{answer.notice}" if answer.notice else "")
        references = "\n".join(f'[{c.n}]: <{self.url(c)}> "{_title(c)}"' for c in answer.citations)
        return f"{text}\n\n{references}" if references else text

    def url(self, citation: Citation) -> str:
        """Where the source stands, if it has an address; else this server's view of it, with the quotation marked."""
        for address in (citation.link, citation.url):
            if address and urlsplit(address).scheme in ("http", "https"):
                return quote(address, safe=_KEPT)
        return f"{self.base}document/{citation.document_id}?cite={citation.n}:{citation.start}-{citation.end}"

    @property
    def annotations(self) -> list[dict[str, Any]]:
        """One for each footnote in the text: the code points where its [n] stands, and what it points to."""
        known = {citation.n: citation for citation in self.answer.citations}
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "url": self.url(citation),
                    "title": citation.title,
                    "start_index": found.start(),
                    "end_index": found.end(),
                    "n": citation.n,
                    "file": citation.source,
                    "quote": citation.quote,
                    "document_id": citation.document_id,
                    "quote_start": citation.start,
                    "quote_end": citation.end,
                },
            }
            for found in _MARKER.finditer(self.answer.answer)
            if (citation := known.get(int(found[1])))
        ]

    @property
    def usage(self) -> dict[str, int]:
        written = count(self.content)
        return {
            "prompt_tokens": self.asked.words,
            "completion_tokens": written,
            "total_tokens": self.asked.words + written,
        }

    def whole(self) -> dict[str, Any]:
        """The completion in one piece; `footnote` is the answer as /api/ask gives it."""
        message = {
            "role": "assistant",
            "content": self.content,
            "refusal": None,
            "annotations": self.annotations,
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._envelope("chat.completion"),
            "choices": [choice],
            "usage": self.usage,
            "footnote": answer_to_json(self.answer),
        }

    def chunks(self, *, usage: bool) -> Iterator[dict[str, Any]]:
        """The completion in pieces: the role, the text line by line, the annotations, the end, and the usage if it is
        wanted. The last piece of the answer carries `footnote`."""
        yield self._chunk({"role": "assistant", "content": "", "refusal": None})
        for piece in self.content.splitlines(keepends=True):
            yield self._chunk({"content": piece})
        yield {
            **self._chunk({"annotations": self.annotations}, "stop"),
            "footnote": answer_to_json(self.answer),
        }
        if usage:
            yield {**self._envelope("chat.completion.chunk"), "choices": [], "usage": self.usage}

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**self._envelope("chat.completion.chunk"), "choices": [choice]}

    def _envelope(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": None,
        }


def _title(citation: Citation) -> str:
    """The title as Markdown takes it between quotation marks."""
    plain = " ".join(f"{citation.title} ({citation.source})".split())
    return plain.replace("\\", "\\\\").replace('"', '\\"')
