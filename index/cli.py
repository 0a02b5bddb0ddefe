"""The ingest command line: add or refresh, list, remove, prune."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path

from index.access import EVERYTHING, parse_labels
from index.address import IndexPlace, index_place
from index.bars import Bars
from index.build import ingest, remove
from index.encode import Encoder, open_encoder
from index.errors import FootnoteIndexError, LabelError
from index.formats.table import Columns
from index.how import How
from index.opened import open_index
from index.report import IngestReport
from index.schema import Document
from index.workers import InProcess, Workers

DONE, NOTHING_DONE, SOME_SKIPPED, INTERRUPTED = 0, 1, 3, 130


def main(
    arguments: Sequence[str],
    *,
    default_index: IndexPlace,
    model: str,
    milvus_token: str = "",
    cache: Path | None = None,
) -> int:
    """Runs the command. Returns 0 (all ingested), 3 (some skipped) or 1 (nothing done, or an error)."""
    options = _parser(default_index).parse_args(arguments)
    try:
        place = index_place(options.index, milvus_token) if options.index else default_index
    except FootnoteIndexError as error:
        print(f"error: {error}", file=sys.stderr)
        return NOTHING_DONE
    actions = bool(options.paths or options.prune) + options.list + bool(options.remove)
    if actions != 1:
        print("error: give paths to ingest, or one of --list, --remove, --prune (see --help)", file=sys.stderr)
        return NOTHING_DONE
    if not options.paths and (options.labels or options.no_labels):
        print("error: labels are given to what is ingested; name its paths (PATH --label NAME)", file=sys.stderr)
        return NOTHING_DONE
    busy = partial(_say_busy, place) if options.wait else None
    try:
        if options.list:
            return _list(place, options.json)
        open_model = partial(open_encoder, model, cache)
        encoder = open_model()
        with Bars() as bars:
            if options.paths or options.prune:
                labels = () if options.no_labels else tuple(options.labels) if options.labels else None
                how = How(options.columns, options.allow_private, options.base_url, labels)
                with _workers(options.workers, encoder, open_model) as workers:
                    report = ingest(
                        options.paths,
                        place,
                        encoder,
                        how=how,
                        prune=options.prune,
                        workers=workers,
                        progress=bars.show,
                        busy=busy,
                    )
            else:
                _check_indexed(place, options.remove)
                report = remove(place, encoder, partial(is_named, options.remove), progress=bars.show, busy=busy)
    except FootnoteIndexError as error:
        print(f"error: {error}", file=sys.stderr)
        return NOTHING_DONE
    except BrokenPipeError:
        raise  # whoever reads the output has seen enough
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"error: {error.strerror or error}{where}; the previous index is untouched", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("interrupted; the previous index is untouched", file=sys.stderr)
        return INTERRUPTED
    _print_report(report, place, options.json)
    done = len(report.added) + len(report.changed) + len(report.unchanged) + len(report.removed)
    if report.skipped:
        return SOME_SKIPPED if done else NOTHING_DONE
    return DONE if done or options.prune else NOTHING_DONE


def _parser(default_index: IndexPlace) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python ingest.py", description="Put articles into the index.")
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH_OR_URL",
        help="files, folders of them, web pages, feeds, sitemaps, lists of URLs",
    )
    parser.add_argument("--index", metavar="DIR", help=f"index directory, or milvus:URI (default: {default_index})")
    parser.add_argument(
        "--columns",
        type=_columns,
        metavar="text=body,title=headline",
        help="which columns of a table (CSV, JSONL) hold what: text, title, author, published, url, id",
    )
    parser.add_argument("--allow-private", action="store_true", help="fetch from private addresses too (an intranet)")
    parser.add_argument(
        "--base-url",
        type=_base_url,
        metavar="URL",
        help="where the folder given is published, for the links of citations (DokuWiki: where its doku.php is)",
    )
    labels = parser.add_mutually_exclusive_group()
    labels.add_argument(
        "--label",
        dest="labels",
        action="extend",
        type=_labels,
        metavar="NAME",
        help="who may see these sources, now and after later ingests: readers with this label (several: any of them)",
    )
    labels.add_argument("--no-labels", action="store_true", help="take all labels off these sources: open to all")
    parser.add_argument(
        "--workers",
        type=_cluster,
        metavar="ray[:HOST:PORT]",
        help="do the work on a Ray cluster of which this machine is a node, or on one started here (docs/ray.md)",
    )
    parser.add_argument("--wait", action="store_true", help="wait while another ingest writes the index")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--list", action="store_true", help="list what is indexed")
    parser.add_argument("--remove", nargs="+", metavar="SOURCE", help="take these sources out")
    parser.add_argument("--prune", action="store_true", help="take out sources whose files or pages are gone")
    return parser


def _columns(text: str) -> Columns:
    pairs = [pair.partition("=") for pair in text.split(",")]
    names = {field.name for field in fields(Columns)}
    for name, _, column in pairs:
        if name.strip() not in names or not column.strip():
            raise argparse.ArgumentTypeError(f"{text!r} is no mapping; write it as text=body,title=headline")
    return Columns(**{name.strip(): column.strip() for name, _, column in pairs})


def _labels(text: str) -> tuple[str, ...]:
    try:
        found = parse_labels(text)
    except LabelError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not found:
        raise argparse.ArgumentTypeError("the label is empty; give a name, or --no-labels to take all off")
    return found


def _cluster(text: str) -> str:
    """The address of a Ray cluster; empty for one that is to be started."""
    kind, _, address = text.partition(":")
    if kind != "ray" or (text != kind and not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:/\s]+):\d{1,5}", address)):
        raise argparse.ArgumentTypeError(
            f"{text!r} are no workers; write ray, or ray:HOST:PORT as in ray:10.0.0.1:6379"
        )
    return address


@contextmanager
def _workers(cluster: str | None, encoder: Encoder, open_model: Callable[[], Encoder]) -> Iterator[Workers]:
    if cluster is None:
        yield InProcess(encoder)
        return
    from index.workers.ray_cluster import ray_workers

    with ray_workers(cluster, open_model, encoder.spec) as spread:
        yield spread
    if spread.retried:
        print(f"{spread.retried} tasks were done again, as their workers were lost", file=sys.stderr)


def _base_url(text: str) -> str:
    if not text.startswith(("http://", "https://")) or "#" in text or "?" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a folder; write it as https://wiki.example.org/")
    return text.rstrip("/") + "/"


def _list(place: IndexPlace, as_json: bool) -> int:
    index = open_index(place)
    counts = index.view(EVERYTHING).counts()
    rows = [
        {k: v for k, v in asdict(d).items() if k not in ("text", "origin", "spots")} | {"passages": counts.get(d.id, 0)}
        for d in sorted(index.documents.values(), key=lambda document: document.source)
    ]
    if as_json:
        print(json.dumps({"index": str(place), "documents": rows}, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            labels = f"\t[{', '.join(row['labels'])}]" if row["labels"] else ""
            print(f"{row['source']}\t{row['passages']} passages\t{row['title']}{labels}")
    return DONE


def _say_busy(place: IndexPlace) -> None:
    print(f"another ingest is writing the index at {place}; waiting until it is done", file=sys.stderr)


def _check_indexed(place: IndexPlace, sources: list[str]) -> None:
    indexed = {d.source for d in open_index(place).documents.values()}
    indexed |= {source.partition("#")[0] for source in indexed}  # a file of many documents, by its own name
    unknown = [s for s in sources if s not in indexed]
    if unknown:
        raise FootnoteIndexError(f"{unknown[0]!r} is not in the index at {place}; see --list for what is")


def is_named(sources: list[str], document: Document) -> bool:
    """True if the document is one of the sources, or of the many in a file that is."""
    return document.source in sources or document.source.partition("#")[0] in sources


def _print_report(report: IngestReport, place: IndexPlace, as_json: bool) -> None:
    for skipped in report.skipped:
        print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    if as_json:
        print(json.dumps({"index": str(place), **asdict(report)}, ensure_ascii=False, indent=1))
        return
    for group in report.duplicates:
        print(f"the same story: {', '.join(group)}")
    parts = [
        f"{len(sources)} {name}"
        for name in ("added", "changed", "unchanged", "removed", "labelled", "skipped")
        if (sources := getattr(report, name))
    ]
    took = f" ({report.seconds:.1f} s, {report.passages_per_second:.0f} passages a second)" if report.seconds else ""
    print(
        f"{', '.join(parts) or 'nothing to do'}; {place} now holds {report.documents} articles "
        f"in {report.passages} passages{took}"
    )
