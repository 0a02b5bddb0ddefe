"""Sources in, index out: python ingest.py PATH... [--index DIR]. The work is in `index.cli`."""

import sys
from functools import partial

from bot.errors import FootnoteError
from bot.settings import Settings
from index.cli import main
from index.pipes import piped

if __name__ == "__main__":
    try:
        settings = Settings.load()
    except FootnoteError as error:
        sys.exit(f"error: {error}")
    told = partial(main, default_index=settings.index, model=settings.model, milvus_token=settings.milvus_token)
    sys.exit(piped(partial(told, sys.argv[1:], cache=settings.cache)))
