"""python -m bot ask|search|mcp|keys: see `bot.cli`."""

import sys

from bot.cli import main
from index.pipes import piped

if __name__ == "__main__":
    sys.exit(piped(main))
