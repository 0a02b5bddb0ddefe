"""Templates of a MediaWiki: what a page's markup says where it calls them, as far as the export itself tells.

Templates whose text is in the export are put in, with their parameters; so are the plainest of MediaWiki's functions
and what most wikis' templates of some names show. All that needs more (other functions, modules, pages that are not in
the export) is left out: LOST while it may still turn out not to be needed, GONE in the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from index.formats.wikitext_brackets import Values, expand, hidden
from index.formats.wikitext_expand import GONE, LOST, RAISE, RAISED, lift

Value = Callable[[str], str]  # of a part of a call
MAX_LIBRARY_CHARS = 16 * 2**20
MAX_SHOWN_CHARS = 64 * 2**20  # that templates add to all pages of an export together
_LONGEST_BODY = 100_000
_DEEPEST = 8  # templates within templates
_REDIRECT = re.compile(r"\s*#redirect\s*:?\s*\[\[[^]|#:]*:([^]|#]+)", re.I)
# A raised note on the text, in brackets, such as that a source is missing.
_NOTE = re.compile(f"\\s*{RAISE}['\\s]*(?:\\[(?!\\[)|&#91;)[^{RAISED}]*{RAISED}\\s*")
_NO_NAME = re.compile(rf"[^\S ]|(?!{LOST}|{GONE})[\x00-\x1f<>\[\]{{}}]")
_STARTS_LINE = re.compile(r"\{\||[*#:;]")

# Templates that most wikis have under these names, and which of their parameters a reader sees.
_SEEN = dict.fromkeys("nowrap nobr nobold small smaller big larger em strong abbr tooltip mono".split(), "1")
_SEEN |= {"lang": "2", "langx": "2"}
_MARKS = {
    "nbsp": "\xa0", "ndash": "–", "mdash": "—", "snd": " – ", "spnd": " – ", "spaced ndash": " – ", "!": "|", "=": "=",
    "'": "'", "·": " · ", "dot": " · ", "-": "",
}  # fmt: skip
_NUMBER = re.compile(r"[\d.,/+−-]+")
_BETWEEN = {"to": "to", "and": "and", "or": "or", "by": "by", "-": "–", "–": "–", "x": "×", "×": "×"}


class Library:
    """The templates in an export: by name, what of them is put into pages."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._chars = 0
        self._shown = 0

    def add(self, title: str, text: str) -> None:
        """Takes a template in; `title` is its page's, with the namespace."""
        self._chars += len(text)
        if len(text) <= _LONGEST_BODY and self._chars <= MAX_LIBRARY_CHARS:
            self._bodies[_key(title.partition(":")[2])] = text if _REDIRECT.match(text) else _included(text)

    def find(self, name: str) -> tuple[str, str] | None:
        """The name under which a template stands and its text, one redirect followed; None if there is none."""
        key = _key(name)
        if (body := self._bodies.get(key)) and (moved := _REDIRECT.match(body)):
            key = _key(moved[1])
        body = self._bodies.get(key)
        return None if body is None or _REDIRECT.match(body) else (key, body)

    def allows(self, shown: str) -> bool:
        """Counts what a template adds to a page; false when there has been too much."""
        self._shown += len(shown)
        return self._shown <= MAX_SHOWN_CHARS


NO_TEMPLATES = Library()


def _key(name: str) -> str:
    plain = " ".join(name.replace("_", " ").split())
    return plain[:1].upper() + plain[1:]


def _included(text: str) -> str:
    """What of a template's text is put into pages."""
    pieces = re.split(r"<(/?)onlyinclude\s*>", text, flags=re.I)
    if len(pieces) > 1:
        text = "".join(piece for piece, before in zip(pieces[2::2], pieces[1::2], strict=True) if not before)
    pieces = re.split(r"<(/?)noinclude\s*>", text, flags=re.I)
    text = pieces[0] + "".join(piece for piece, before in zip(pieces[2::2], pieces[1::2], strict=True) if before)
    return re.sub(r"</?includeonly\s*>", "", text, flags=re.I)


def put_in(markup: str, variables: Mapping[str, str], library: Library, aside: list[str]) -> str:
    """The markup of a page (as `lift` gives it) with its templates put in, brackets in pairs (see `expand`).

    `variables` are what stands in braces and means something on this page, such as PAGENAME.
    """
    page = _Page(variables, library, aside, 20_000 + 10 * len(markup))
    return expand(markup, _Frame(page, {}, ()), page.values).replace(LOST, GONE)


class _Page:
    """What all calls on one page share. `chars` bounds what templates add, for time to stay in step with the page."""

    def __init__(self, variables: Mapping[str, str], library: Library, aside: list[str], chars: int) -> None:
        self.variables = variables
        self.values = Values()
        self.library = library
        self._aside = aside
        self._chars = chars
        self._lifted: dict[str, str] = {}

    def body(self, name: str, within: Sequence[str]) -> tuple[str, str] | None:
        """A template's name and markup; None if there is none or it must not be put in here."""
        found = self.library.find(name)
        if found is None or found[0] in within or len(within) >= _DEEPEST or not self.allows(found[1]):
            return None
        key, text = found
        if key not in self._lifted:
            self._lifted[key] = lift(text, self._aside)
        return key, self._lifted[key]

    def allows(self, text: str) -> bool:
        """Counts a text; false when there have been too many."""
        self._chars -= len(text) + 1
        return self._chars >= 0


class _Frame:
    """The calls in one text: a page, or a template with its arguments."""

    def __init__(self, page: _Page, arguments: dict[str, str], within: tuple[str, ...]) -> None:
        self._page = page
        self._arguments = arguments
        self._within = within
        self._resolve = page.values.resolve

    def parameter(self, parts: Sequence[str]) -> str:
        value = self._arguments.get(self._trimmed(parts[0]))
        if value is None:
            return self._resolve(parts[1]) if len(parts) > 1 else LOST
        return value if self._page.allows(value) else LOST

    def template(self, parts: Sequence[str]) -> str:
        function, colon, first = parts[0].partition(":")
        if colon and (evaluate := _FUNCTIONS.get(self._resolve(function).strip().lower())):
            return _begun(evaluate([first, *parts[1:]], self._trimmed))
        head = self._resolve(parts[0])
        name = " ".join(head.replace("_", " ").split())
        if name in self._page.variables:
            return self._page.variables[name]
        if _NO_NAME.search(head.strip()):
            return f"{hidden('{{')}{self._resolve('|'.join(parts))}{hidden('}}')}"
        if (mark := _MARKS.get(name.lower())) is not None:
            return mark
        arguments = self._read(parts[1:])
        shown = self._put_in(name, arguments)
        return _usual(name.lower(), arguments) if LOST in shown else shown

    def _read(self, parts: Sequence[str]) -> dict[str, str]:
        arguments: dict[str, str] = {}
        number = 0
        for part in parts:
            name, sign, value = part.partition("=")
            if sign:
                arguments[self._trimmed(name)] = self._trimmed(value).replace(LOST, GONE)
            else:
                number += 1
                arguments[str(number)] = self._resolve(part).replace(LOST, GONE)
        return arguments

    def _trimmed(self, part: str) -> str:
        return self._resolve(part).strip()

    def _put_in(self, name: str, arguments: dict[str, str]) -> str:
        """What a template of this wiki shows; LOST if that cannot be told."""
        if (found := self._page.body(name, self._within)) is None:
            return LOST
        key, body = found
        shown = expand(body, _Frame(self._page, arguments, (*self._within, key)), self._page.values)
        if not (self._page.allows(shown) and self._page.library.allows(shown)):
            return LOST
        return GONE if _NOTE.fullmatch(shown) else _begun(shown)


def _begun(shown: str) -> str:
    """What begins a list or a table is on a line of its own, wherever it is put in."""
    return f"\n{shown}" if _STARTS_LINE.match(shown) else shown


def _usual(name: str, arguments: dict[str, str]) -> str:
    """What a template of this name shows in most wikis. A measure is given as written, not converted."""
    if name in ("convert", "cvt"):
        return _measure(arguments)
    if name in _SEEN or name.startswith("lang-"):
        return arguments.get(_SEEN.get(name, "1"), "").strip() or LOST
    return LOST


def _measure(values: dict[str, str]) -> str:
    first, second, third, fourth = (values.get(number, "").strip() for number in "1234")
    if not _NUMBER.fullmatch(first):
        return LOST
    if second in _BETWEEN and _NUMBER.fullmatch(third) and fourth:
        return f"{first} {_BETWEEN[second]} {third}\xa0{fourth}"
    return f"{first}\xa0{second}" if second and second not in _BETWEEN else LOST


def _if(parts: Sequence[str], value: Value) -> str:
    condition = value(parts[0])
    return LOST if LOST in condition else value((*parts, "", "")[1 if condition else 2])


def _if_equal(parts: Sequence[str], value: Value) -> str:
    one, other = value(parts[0]), value((*parts, "")[1])
    if LOST in one + other:
        return LOST
    same = one == other or (_number(one) is not None and _number(one) == _number(other))
    return value((*parts, "", "", "")[2 if same else 3])


def _switch(parts: Sequence[str], value: Value) -> str:
    wanted, *cases = parts
    if LOST in (sought := value(wanted)):
        return LOST
    default = cases[-1] if cases and "=" not in cases[-1] else ""
    falls_through = False
    for case in cases:
        name, sign, result = case.partition("=")
        falls_through = falls_through or value(name) == sought
        if sign and falls_through:
            return value(result)
        if sign and value(name) == "#default":
            default = result
    return value(default)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", text) else None


# A number is given as written: how it is set depends on the wiki's language.
_FUNCTIONS: dict[str, Callable[[Sequence[str], Value], str]] = {
    "#if": _if,
    "#ifeq": _if_equal,
    "#switch": _switch,
    "lc": lambda parts, value: value(parts[0]).lower(),
    "uc": lambda parts, value: value(parts[0]).upper(),
    "lcfirst": lambda parts, value: value(parts[0])[:1].lower() + value(parts[0])[1:],
    "ucfirst": lambda parts, value: value(parts[0])[:1].upper() + value(parts[0])[1:],
    "formatnum": lambda parts, value: value(parts[0]),
    "displaytitle": lambda parts, value: "",
    "defaultsort": lambda parts, value: "",
}
