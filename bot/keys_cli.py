"""The command `keys`: makes, lists and revokes keys of the API."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.keys import add_key, read_keys, revoke_key
from bot.settings import Settings
from index.access import Access


def add_parser(commands: Any, labels: Callable[[str], Access]) -> None:
    """Adds the command to those of a parser; `labels` reads a list of labels."""
    keys = commands.add_parser("keys", help="make, list and revoke keys of the API")
    actions = keys.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make a key and print it, once")
    add.add_argument("name", metavar="NAME", help="whose it is, as in lists and logs")
    add.add_argument("--labels", type=labels, metavar="NAME,...", help="access labels of who asks with it")
    revoke = actions.add_parser("revoke", help="take a key away; a running server knows at the next request")
    revoke.add_argument("name", metavar="NAME")
    listing = actions.add_parser("list", help="names, labels and when made; never a key")
    for action in (add, revoke, listing):
        action.add_argument("--file", metavar="FILE", help="the file of keys (default: FOOTNOTE_KEYS)")


def run(options: argparse.Namespace, settings: Settings) -> None:
    """Does what was asked for. Raises InputError or KeysError."""
    path = Path(options.file) if options.file else settings.keys
    if options.action == "add":
        print(add_key(path, options.name, tuple(sorted(options.labels.labels)) if options.labels else ()))
    elif options.action == "revoke":
        revoke_key(path, options.name)
        print(f"revoked {options.name}")
    else:
        for key in read_keys(path):
            print(f"{key.name}  {','.join(key.labels) or '-'}  {key.made}")
