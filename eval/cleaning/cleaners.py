"""The cleaners that are measured. To measure another one, add it to CLEANERS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from eval.cleaning.measure import Cleaner
from eval.cleaning.pages import SitePage
from eval.cleaning.visible import visible_runs
from eval.errors import StartError
from index.clean import clean_page
from index.errors import SourceError
from index.formats import html


def none(pages: Sequence[SitePage]) -> list[list[str]]:
    """All visible text."""
    return [[text for _, text in visible_runs(page.html)] for page in pages]


def with_trafilatura(pages: Sequence[SitePage]) -> list[list[str]]:
    """trafilatura as it comes, but for comments."""
    extract = _library("trafilatura").extract
    return [(extract(page.html, include_comments=False) or "").splitlines() for page in pages]


def with_justext(pages: Sequence[SitePage]) -> list[list[str]]:
    """jusText with its English stop words."""
    justext = _library("justext")
    stop = justext.get_stoplist("English")
    return [[p.text for p in justext.justext(page.html.encode(), stop) if not p.is_boilerplate] for page in pages]


def footnote(pages: Sequence[SitePage]) -> list[list[str]]:
    """What an ingest would index of each page. A page that it refuses keeps nothing: its whole story is lost."""
    return [_footnote_lines(page) for page in pages]


def _footnote_lines(page: SitePage) -> list[str]:
    try:
        pages = html.read(page.html.encode(), page.name)
    except SourceError:
        return []
    return [line for one in pages for line in clean_page(one).text.split("\n\n")]


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise StartError(f"{name} cannot be imported ({error}); install it: pip install {name}") from error


CLEANERS: Mapping[str, Cleaner] = {
    "none": none,
    "trafilatura": with_trafilatura,
    "jusText": with_justext,
    "footnote": footnote,
}
