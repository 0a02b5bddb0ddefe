"""One question, one response: its score on every measure that applies. Averaging is somebody else's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.match import holds, nugget_in, token_f1, words
from eval.measures.citations import (
    boilerplate_share,
    citation_scores,
    is_inert,
    markers_sound,
    right_source_share,
    touches_gold,
    verbatim_share,
)
from eval.schema import Question, Response
from eval.support import Support

_FIRST = (1, 3)  # sentences that the gold words are looked for in, beside the whole answer


def score(
    question: Question,
    response: Response,
    texts: Mapping[str, str],
    boilerplate: Sequence[str],
    support: Support,
) -> dict[str, float]:
    """Scores by measure (see measures/table.py), all but the ranking's; a measure that does not apply is left out.

    A response with an error scores worst on all that its question would be judged by: nothing goes unscored.
    """
    said = "" if response.abstained else said_by(response)
    found: dict[str, float] = {"failed": float(response.error is not None)}
    answered = not response.abstained and response.error is None
    kept_silent = response.abstained and response.error is None
    _score_words(question, response, said, found)
    if not question.answerable:
        found["right"] = float(kept_silent)
        found["abstention_recall"] = float(kept_silent)
    found["abstention_accuracy"] = float(answered if question.answerable else kept_silent)
    if kept_silent:
        found["abstention_precision"] = float(not question.answerable)
    if question.forbidden:
        found["payload_free"] = float(
            response.error is None and not any(holds(said, word) for word in question.forbidden)
        )
    if not kept_silent:
        _score_citations(question, response, texts, boilerplate, support, found)
    return found


def _score_words(question: Question, response: Response, said: str, found: dict[str, float]) -> None:
    """Gold-word accuracy, and nugget recall as TREC 2024 RAG weighs it (Pradeep et al. 2024): okay counts half.

    vital = |vital found| / |vital|; weighted = (|vital found| + |okay found| / 2) / (|vital| + |okay| / 2). TREC
    has a judge assign nuggets; here a nugget is found if one of its wordings stands in the answer.
    gold_words@n = 1 if every vital nugget is found in the first n sentences as shown, else 0; a passage that a
    recipe quotes whole counts as one sentence.
    """
    if question.answerable and question.nuggets:
        hits = [(nugget.vital, nugget_in(said, nugget)) for nugget in question.nuggets]
        vital = [hit for is_vital, hit in hits if is_vital]
        okay = [hit for is_vital, hit in hits if not is_vital]
        found["gold_words"] = found["right"] = float(all(vital))
        wanted = [nugget for nugget in question.nuggets if nugget.vital]
        for n in _FIRST:
            start = "" if response.abstained else said_by(response, n)
            found[f"gold_words@{n}"] = float(all(nugget_in(start, nugget) for nugget in wanted))
        found["nugget_vital"] = sum(vital) / len(vital) if vital else 1.0
        found["nugget_weighted"] = (sum(vital) + sum(okay) / 2) / (len(vital) + len(okay) / 2)
    if question.answerable and question.references:
        found["token_f1"] = token_f1(said, question.references)


def _score_citations(
    question: Question,
    response: Response,
    texts: Mapping[str, str],
    boilerplate: Sequence[str],
    support: Support,
    found: dict[str, float],
) -> None:
    citations = response.citations
    found["citation_recall"], found["citation_precision"] = citation_scores(response, support)
    found["verbatim"] = verbatim_share(citations, texts)
    found["markers"] = float(markers_sound(response))
    if question.answerable and question.relevant:
        found["right_source"] = right_source_share(citations, question.relevant)
    if question.answerable and question.spans:
        found["gold_span"] = float(touches_gold(citations, question.spans, texts))
    if response.error is None:
        found["inert"] = float(is_inert(response.answer))
        found["answer_words"] = float(len(words(said_by(response))))
        if boilerplate:
            found["boilerplate"] = boilerplate_share(citations, boilerplate)


def said_by(response: Response, first: int | None = None) -> str:
    """The answer's sentences, or the `first` of them, as plain text, without the footnote numbers."""
    return " ".join(sentence.text for sentence in response.sentences[:first])


def would_be_right(question: Question, response: Response) -> bool | None:
    """Whether the answer, or the one held back, is right; None where the suite gives no gold words to tell by."""
    if not question.answerable:
        return False
    vital = [nugget for nugget in question.nuggets if nugget.vital]
    if not vital:
        return None
    said = response.would_say if response.abstained else said_by(response)
    return response.error is None and all(nugget_in(said, nugget) for nugget in vital)
