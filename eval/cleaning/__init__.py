"""Measuring the removal of boilerplate: web pages written for this project, each block known to be story or chrome.

What counts as what:

- story: paragraphs, standfirsts, subheads, list items, table rows, questions and answers, captions, corrections and
  editors' notes, posts that the story quotes, with the name below them.
- chrome: all that works the page or leads away from it, and what repeats or describes the story: bylines, dates and
  times of publication, credits of photographs, tags, pull quotes (their words stand in the story as well), tables of
  contents, lists of references, pointers to other articles, biographies of authors, comments of readers, files to
  download, what an organisation says of itself under every release, and the headline where a page repeats it.
- the headline itself is the title: no block, never counted.

`python -m eval.cleaning` prints the figures of several cleaners; `python -m eval.cleaning.make` makes the pages again
from the stories in `stories/` and the templates in `sites/`. The labels come from that composition, not from a cleaner.
"""
