"""The documents of a suite as the product sees them: read, cleaned, with the sources that the grades name."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.settings import Settings
from bot.wire import make_encoder
from eval.schema import Suite
from eval.systems import Setup
from eval.systems.footnote import index_corpus
from index.opened import open_index
from index.schema import Document


def cleaned_documents(suite: Suite) -> Sequence[Document]:
    """The documents, by source. Article files are ingested into a directory that is thrown away afterwards."""
    settings = Settings.load()
    with tempfile.TemporaryDirectory(prefix="footnote-export-") as folder:
        setup = Setup(suite.corpus, Path(folder) / "index", settings)
        index_corpus(setup, make_encoder(settings))
        documents = open_index(setup.place).documents.values()
    return sorted(documents, key=lambda document: document.source)
