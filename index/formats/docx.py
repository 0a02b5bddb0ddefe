"""Word documents (.docx) to a page: paragraphs, headings, lists, tables and notes as a reader of them sees them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.errors import SourceError
from index.formats import Block, Page, Place
from index.formats.archive import MAX_NAME_SHOWN, read_members
from index.formats.properties import sensible_author, sensible_title
from index.formats.text import without_controls

if TYPE_CHECKING:
    from datetime import datetime

MAX_MARKS = 3_000_000  # tags and attributes in all; each takes some 200 bytes of memory
_MAX_STYLES_UP = 10  # a style is based on another, and that on another
_LABEL_CHARS = 120

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXTS = (f"{_W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_MARKS = {f"{_W}tab": " ", f"{_W}ptab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
# What a reader does not see, or sees elsewhere: deleted and moved text, a second copy for old programs, furigana.
_UNSEEN = {f"{_W}{tag}" for tag in ("del", "moveFrom", "rt", "txbxContent", "pPr", "rPr", "sdtPr")} | {_FALLBACK}
_WRAPPERS = {f"{_W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_STYLES = {"heading ": "heading", "title": "title", "list bullet": "list", "list number": "list", "toc ": "contents"}
_LEVELS = tuple("012345678")

_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_ENCODINGS = (b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read(data: bytes, name: str) -> list[Page]:
    """One page; a block's place is the heading above it.

    Raises SourceError for what is no .docx, has a password, is too large or damaged, or holds no text.
    """
    if data.startswith(_OLD_OFFICE):
        raise SourceError("an old Word file (.doc) or one with a password; open it and save it as .docx without one")
    from docx import Document

    try:
        document = Document(io.BytesIO(_safe_copy(data)))
        reader = _Reader(document)
        blocks = tuple(reader.blocks())
        properties = document.core_properties
        made_by_library = properties.author == "python-docx"  # the dates are those of its template
        created, modified = properties.created, properties.modified
        title, author = properties.title, properties.author
    except SourceError:
        raise
    except Exception as error:  # damaged and hostile files end in errors of every kind
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise SourceError(f"not a Word document (.docx), or damaged ({reason}); open it and save it again") from error
    if not blocks:
        raise SourceError("no text in the document (pictures only?); give the text in it")
    return [
        Page(
            blocks,
            title=reader.title or sensible_title(title, name),
            author=sensible_author(author),
            updated=None if made_by_library else _iso(modified) or _iso(created),
        )
    ]


def _iso(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment and moment.year >= 1990 else None


def _safe_copy(data: bytes) -> bytes:
    """The archive with nothing in it but bounded XML: pictures emptied, nothing packed, no document types."""
    members = read_members(data, _is_wanted)
    for member in filter(_is_wanted, members):
        _check_xml(member, members[member])
    marks = sum(xml.count(b"<") + xml.count(b"=") for xml in members.values())
    if marks > MAX_MARKS:
        raise SourceError(f"{marks:,} XML marks are over the limit of {MAX_MARKS:,}; split the document")
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return copy.getvalue()


def _is_wanted(member: str) -> bool:
    member = member.lower()
    return member.endswith(".rels") or (member.endswith(".xml") and not member.startswith("customxml/"))


def _check_xml(member: str, xml: bytes) -> None:
    """Raises SourceError for XML that could define entities, or hide in its encoding that it does."""
    member = member[:MAX_NAME_SHOWN]
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = xml.decode("utf-16", "replace").encode("utf-8", "replace")
    else:
        xml = xml.removeprefix(b"\xef\xbb\xbf")
        declared = _ENCODING.match(xml[:1000])
        if b"\x00" in xml or xml[:1] != b"<" or (declared and declared.group(1).lower() not in _ENCODINGS):
            raise SourceError(f"{member!r} is in an encoding that Word does not write; save the document again")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise SourceError(f"{member!r} holds a document type, which Word does not write; refused")


class _Reader:
    """Walks a document in reading order."""

    def __init__(self, document: Any) -> None:
        self.title: str | None = None  # the first paragraph in the style "Title"
        self._document = document
        self._place: Place | None = None
        self._styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")}
        self._kinds: dict[str, frozenset[str]] = {}

    def blocks(self) -> Iterator[Block]:
        body = self._document.element.body
        yield from self._inside(body)
        linked = [rel for rel in self._document.part.rels.values() if not rel.is_external]
        for kind in ("footnote", "endnote"):
            for rel in linked:
                if rel.reltype.endswith(f"/{kind}s"):
                    yield from self._notes(rel.target_part.blob, kind, body.iter(f"{_W}{kind}Reference"))

    def _notes(self, xml: bytes, kind: str, references: Iterator[Any]) -> Iterator[Block]:
        """The notes that the text refers to, in the order in which it does."""
        from docx.oxml import parse_xml

        notes = {note.get(f"{_W}id"): note for note in parse_xml(xml).iter(f"{_W}{kind}")}
        for number, reference in enumerate(references, 1):
            note = notes.pop(reference.get(f"{_W}id"), None)
            self._place = Place(f"{kind} {number}")
            if note is not None:
                yield from self._inside(note)

    def _inside(self, parent: Any) -> Iterator[Block]:
        for element in _members(parent, f"{_W}p", f"{_W}tbl"):
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            else:
                for row in _members(element, f"{_W}tr"):
                    yield from self._row(list(_members(row, f"{_W}tc")))

    def _row(self, cells: list[Any]) -> Iterator[Block]:
        """A row as a block; a row of one cell is a frame around what it holds. Tables within cells are part of them."""
        if len(cells) == 1:
            yield from self._inside(cells[0])
            return
        place = self._place
        texts = [" ".join(block.text for block in self._inside(cell)) for cell in cells]
        if any(texts):
            yield Block(" | ".join(texts), place)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        text, kind = _text(paragraph), self._kind(paragraph.find(f"{_W}pPr"))
        if text and "contents" not in kind:
            if "heading" in kind:
                self._place = Place(text[:_LABEL_CHARS])
                yield Block(text, self._place, True)
            else:
                yield Block(f"- {text}" if "list" in kind else text, self._place)
            if "title" in kind and self.title is None:
                self.title = text
        for box in paragraph.iter(f"{_W}txbxContent"):
            if next(box.iterancestors(f"{_W}p")) is paragraph and next(box.iterancestors(_FALLBACK), None) is None:
                yield from self._inside(box)

    def _kind(self, properties: Any) -> frozenset[str]:
        """What a paragraph is, by its properties and its style: any of "heading", "title", "list", "contents"."""
        if properties is None:
            return frozenset()
        kind = self._style_kind(_value(properties, "pStyle"))
        if _value(properties, "outlineLvl") in _LEVELS:
            kind |= {"heading"}
        numbering = _value(properties, "numPr", "numId")
        return kind if numbering is None else kind - {"list"} if numbering == "0" else kind | {"list"}

    def _style_kind(self, style_id: str | None) -> frozenset[str]:
        if style_id is None:
            return frozenset()
        if style_id not in self._kinds:
            kind: set[str] = set()
            style = self._styles.get(style_id)
            for _ in range(_MAX_STYLES_UP):
                if style is None:
                    break
                name = (_value(style, "name") or "").lower()
                kind |= {what for start, what in _STYLES.items() if name.startswith(start)}
                if _value(style, "pPr", "outlineLvl") in _LEVELS or name == "title":
                    kind |= {"heading"}
                if _value(style, "pPr", "numPr", "numId") not in (None, "0"):
                    kind |= {"list"}
                style = self._styles.get(_value(style, "basedOn"))
            self._kinds[style_id] = frozenset(kind)
        return self._kinds[style_id]


def _value(element: Any, *path: str) -> str | None:
    for tag in path:
        element = element.find(f"{_W}{tag}")
        if element is None:
            return None
    value: str | None = element.get(f"{_W}val")
    return value


def _members(parent: Any, *tags: str) -> Iterator[Any]:
    """The children with one of the tags, those in content controls and insertions too."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _members(child, *tags)


def _text(paragraph: Any) -> str:
    """What a paragraph shows, on one line."""
    parts: list[str] = []
    stack = [paragraph]
    while stack:
        element = stack.pop()
        if element.tag in _TEXTS:
            parts.append(element.text or "")
        elif element.tag in _MARKS:
            parts.append(_MARKS[element.tag])
        elif element.tag not in _UNSEEN and not (element.tag == f"{_W}r" and _is_hidden(element)):
            stack.extend(reversed(element))
    return " ".join(without_controls("".join(parts)).split())


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "true") not in ("0", "false", "off")
