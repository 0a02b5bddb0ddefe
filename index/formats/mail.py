"""Mail to pages: a message (.eml) or a mailbox of them (.mbox). What its writer wrote, without quotes and signature."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

from index.errors import SourceError
from index.formats import Block, Page, check_parts
from index.formats.html_decode import decode_page
from index.formats.mail_text import own_html_paragraphs, own_paragraphs
from index.formats.text import check_blocks, without_controls, without_surrogates

MAX_MESSAGES = 100_000
MAX_PARTS = 1_000
MAX_DEPTH = 50
MAX_TEXT_BYTES = 8 * 2**20  # of a part of a message that is text
MAX_WORK = 20_000_000  # the parser looks in each line for the end of each part that is open
_HEADER_CHARS = 2_000
_TYPE_CHARS = 10_000  # of a part's Content-Type; to take it apart takes the square of its length

_START = re.compile(rb"From \S{1,200} [^\r\n]{0,100}\d:\d\d[^\r\n]{0,60}(?:19|20)\d\d[^\r\n]*\r?\n")
_LAX_START = re.compile(rb"From [^\r\n]*\r?\n")
_CHARSET = re.compile(r"charset\*?\s*=\s*[\"']?([\w.:+-]{1,40})", re.I)
_FORWARD = re.compile(r"(?:fwd?|wg|tr|rv)\s*:", re.I)


def read(data: bytes, name: str) -> list[Page]:
    """One page for each message that has text of its own; in a mailbox `part` is its Message-ID, or a hash of it. What
    cannot be read of a mailbox has a problem.

    Raises SourceError for what is no mail, for a message alone that is nested too deep or too large, for a mailbox that
    is mostly so, or if no message has text.
    """
    is_mailbox = name.lower().endswith(".mbox") or (bool(_START.match(data)) and not name.lower().endswith(".eml"))
    if not is_mailbox:
        page = _page(data.partition(b"\n")[2] if data.startswith(b"From ") else data, name)
        if page is None:
            raise SourceError("no text in the message (attachments only?); save the attachments and give those")
        return [page]
    pages: dict[tuple[str, str], Page] = {}
    blocks = 0
    for number, message in enumerate(_messages(data), 1):
        if number > MAX_MESSAGES:
            raise SourceError(f"over {MAX_MESSAGES:,} messages in the mailbox; split it")
        try:
            page = _page(message, name, in_mailbox=True)
        except SourceError as error:
            page = Page((), part=f"message {number}", problem=str(error))
        if page:  # the same message may lie in a mailbox twice
            pages.setdefault((page.part, page.text), page)
            check_blocks(blocks := blocks + len(page.blocks))
    check_parts(pages.values())
    if not pages:
        raise SourceError("no message with text in the mailbox; give one (mbox) that holds some")
    return list(pages.values())


def _messages(data: bytes) -> Iterator[bytes]:
    """The messages of a mailbox without its "From " lines, as they were before it put > before others like those."""
    begun: int | None = None
    for match in (_START if _START.match(data) else _LAX_START).finditer(data):
        if match.start() and not data[max(0, match.start() - 3) : match.start()].endswith((b"\n\n", b"\n\r\n")):
            continue
        if begun is not None:
            yield _unescaped(data[begun : match.start()])
        begun = match.end()
    if begun is None:
        raise SourceError('no mailbox: it does not begin with a line "From ..."; export it as mbox')
    yield _unescaped(data[begun:])


def _unescaped(message: bytes) -> bytes:
    return re.sub(rb"\n>(>*From )", rb"\n\1", message)


def _page(data: bytes, name: str, *, in_mailbox: bool = False) -> Page | None:
    """The page of a message, None if it has no text of its own."""
    if data.lower().count(b"boundary") * data.count(b"\n") > MAX_WORK:
        raise SourceError("too many parts within a message; save the parts that matter")
    try:
        message = message_from_bytes(data, _class=_Part)
        headers = _headers(message)
        if not {"from", "subject", "date", "message-id"} & headers.keys():
            raise SourceError("no mail: it has none of the headers From, Subject and Date; give a message as .eml")
        is_forward = bool(_FORWARD.match(_words(headers.get("subject", ""))))
        blocks = tuple(Block(text) for part in _texts(message) for text in _blocks(part, name, is_forward))
    except SourceError:
        raise
    except Exception as error:  # the parser gives up on hostile messages with errors of every kind
        raise SourceError(f"the message is damaged ({type(error).__name__}); save it again") from error
    if not blocks:
        return None
    seen = (headers.get("from", ""), headers.get("date", ""), *(block.text for block in blocks))
    part = headers.get("message-id", "").strip("<> ") or hashlib.sha256("\x00".join(seen).encode()).hexdigest()[:16]
    author, address = _sender(headers.get("from", ""))
    return Page(
        blocks,
        title=_words(headers.get("subject", "")) or None,
        author=_words(author) or address or None,
        published=headers.get("date") or None,
        part=part if in_mailbox else "",
    )


def _headers(message: Message) -> dict[str, str]:
    """The first header of each name (in lower case), as written, on one line."""
    headers: dict[str, str] = {}
    for key, value in message.raw_items():
        raw = str(value)[:_HEADER_CHARS].encode("utf-8", "surrogateescape")
        headers.setdefault(key.lower(), _one_line(_decoded(raw)))
    return headers


class _Part(Message):
    """A part of a message, whose type is not taken apart if it is too long to be one."""

    def get_boundary(self, failobj: Any = None) -> Any:
        if len(str(self.get("Content-Type", ""))) > _TYPE_CHARS:
            raise SourceError(f"a Content-Type of over {_TYPE_CHARS:,} characters; save the message again")
        return super().get_boundary(failobj)


def _sender(header: str) -> tuple[str, str]:
    """Name and address of who sent a message; the name as written where it cannot be taken apart."""
    try:
        return parseaddr(header)
    except RecursionError:  # comments within comments
        return header, ""


def _words(header: str) -> str:
    """A header with its encoded words decoded; as it is where they are damaged."""
    try:
        pieces = decode_header(header)
    except (ValueError, HeaderParseError):  # the second: base64 that is none
        return header
    words = ""
    for text, charset in pieces:
        if isinstance(text, bytes):
            text = _decoded(text, charset) if charset else text.decode("raw_unicode_escape", "replace")
        words += text
    return _one_line(words) or header


def _decoded(raw: bytes, charset: str | None = None) -> str:
    """A few words in a charset, if that is one and fits, in UTF-8, or in the commonest of the older ones."""
    try:
        return decode_page(raw, charset) if charset else raw.decode("utf-8")
    except (SourceError, UnicodeDecodeError):
        return raw.decode("cp1252", "replace")


def _one_line(text: str) -> str:
    return " ".join(without_surrogates(without_controls(text)).split())


def _texts(message: Message) -> list[Message]:
    """The parts of a message that a reader is shown, in order; plain text where there is the same as HTML."""
    count = 0

    def shown(part: Message, depth: int) -> list[Message]:
        nonlocal count
        count += 1
        if depth > MAX_DEPTH or count > MAX_PARTS:
            raise SourceError(f"over {MAX_PARTS:,} parts, or {MAX_DEPTH} within each other; save those that matter")
        disposition = str(part.get("Content-Disposition", "")).lower()
        if depth and (disposition.startswith("attachment") or "filename" in disposition):
            return []
        kind = part.get_content_type()
        if part.is_multipart():
            if not kind.startswith("multipart/"):
                return []  # a message within the message
            children = [child for child in part.get_payload() if isinstance(child, Message)]
            found = [texts for child in children if (texts := shown(child, depth + 1))]
            if kind == "multipart/alternative" and found:
                plain = [texts for texts in found if texts[0].get_content_type() == "text/plain"]
                return (plain or found[-1:])[0]
            return [text for texts in found for text in texts]
        return [part] if kind in ("text/plain", "text/html") and _content(part).strip() else []

    return shown(message, 0)


def _content(part: Message) -> bytes:
    # Decoded to bytes only: to text, the library would use any codec that the message names.
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _blocks(part: Message, name: str, is_forward: bool) -> list[str]:
    """The paragraphs of a part that its writer wrote."""
    data = _content(part)
    if len(data) > MAX_TEXT_BYTES:
        raise SourceError(f"a text of over {MAX_TEXT_BYTES // 2**20} MB in a message; save it as a file of its own")
    found = _CHARSET.search(str(part.get("Content-Type", "")))
    try:
        text = decode_page(data, found.group(1) if found else None)
        if part.get_content_type() == "text/html":
            return own_html_paragraphs(text, name)
    except SourceError:
        return []  # nothing in it that a reader would see
    is_flowed = "flowed" in str(part.get("Content-Type", "")).lower()
    return own_paragraphs(text, is_forward=is_forward, is_flowed=is_flowed)
