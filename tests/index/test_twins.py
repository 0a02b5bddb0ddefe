"""Twins: copies of a story find each other, other stories stay apart, and the same input gives the same groups."""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
import sys
import time
from importlib import import_module
from itertools import combinations, permutations
from typing import Any

import pytest

from index import twins
from index.errors import IndexCorruptError

# The stories and their rewrites; imported by name, as the benchmarks are scripts and no package.
stories: Any = import_module("benchmarks.twins")

JOINED = (
    "another headline",
    "light copy-edit",
    "one paragraph cut",
    "two paragraphs added",
    "local lead before",
    "local lead instead",
)
APART = (
    "every sentence rewritten",
    "told anew",
    "same template",
    "cut to its first third",
    "in a digest of three",
)
TALE = stories.whole(stories.STORIES[0].text)
QUAKE = next(story for story in stories.STORIES if "4.1 earthquake" in story.text)


def grouped(*texts: str, threshold: float = twins.THRESHOLD) -> list[str]:
    """The groups as letters: the first text is a."""
    signed = {chr(97 + i): twins.signature(text) for i, text in enumerate(texts)}
    return ["".join(group) for group in twins.groups(signed, threshold=threshold)]


def rewrites(kind: str) -> list[tuple[str, str]]:
    return [
        (stories.whole(story.text), text)
        for story in stories.STORIES
        for name, text in stories.rewrites(story)
        if name == kind
    ]


def made_up(words: int, seed: int) -> list[str]:
    """Words without numbers."""
    rng = random.Random(seed)
    return ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(3, 9))) for _ in range(words)]


@pytest.mark.parametrize("kind", JOINED)
def test_copies_of_a_story_are_twins(kind: str) -> None:
    pairs = rewrites(kind)
    assert len(pairs) >= 12
    assert [text[:60] for one, text in pairs if grouped(one, text) != ["ab"]] == []


@pytest.mark.parametrize("kind", APART)
def test_other_accounts_and_other_facts_are_not(kind: str) -> None:
    pairs = rewrites(kind)
    assert len(pairs) >= 3
    assert [text[:60] for one, text in pairs if grouped(one, text)] == []


def test_unlike_stories_are_not() -> None:
    assert grouped(*(stories.whole(story.text) for story in stories.STORIES)) == []


def test_reports_of_one_template_are_told_apart_by_their_numbers_alone() -> None:
    one, other = stories.whole(QUAKE.text), stories.whole(QUAKE.template)
    assert twins.similarity(twins.signature(one), twins.signature(other)) > twins.THRESHOLD
    assert grouped(one, other) == []
    assert grouped(one, other.replace("Brae", "Sandvik")) == []


def test_a_few_other_numbers_do_not_part_copies() -> None:
    text = re.sub(r"\d", "", TALE)
    assert grouped(f"{text} Printed on page 3, issue 41, line 8.", f"{text} Printed on page 7, issue 52.") == ["ab"]
    assert grouped(f"{text} Printed on 3 4 5 6.", f"{text} Printed on 7 8 9 10.") == []
    assert grouped(f"{text} Printed on 3 4 5 6.", f"{text} Printed on 7 8 5 6 9 10.") == ["ab"]


def test_numbers_count_as_the_same_however_they_are_pointed() -> None:
    numbers = "Prices: 1,250 and 3.40 and 17,800 and 9.15 and 2,660."
    assert grouped(f"{TALE} {numbers}", f"{TALE} {numbers.replace('.', ':').replace(',', '.')}") == ["ab"]


def test_a_digest_never_makes_one_story_of_two() -> None:
    texts = [stories.whole(story.text) for story in stories.STORIES]
    for one, other in combinations(texts, 2):
        for group in grouped(one, other, f"{one}\n\n{other}"):
            assert not {"a", "b"} <= set(group)


def test_twins_of_twins_are_one_group() -> None:
    words = made_up(400, 1)
    chain = [" ".join(words[start : start + 300]) for start in (0, 50, 100)]
    assert grouped(chain[0], chain[2]) == []
    for order in permutations(chain):
        assert grouped(*order) == ["abc"]


def test_groups_are_the_connected_parts_of_all_pairs_compared() -> None:
    rng = random.Random(3)
    texts = [made_up(120, seed) for seed in range(25)]
    while len(texts) < 150:
        copy = list(rng.choice(texts))
        for place in rng.sample(range(120), rng.randint(1, 14)):
            copy[place] = "changed" + "abcdefgh"[rng.randrange(8)]
        texts.append(copy)
    signed = {f"{i:03}": twins.signature(" ".join(text)) for i, text in enumerate(texts)}
    part = {name: name for name in signed}
    for one, other in combinations(signed, 2):
        if twins.similarity(signed[one], signed[other]) >= twins.THRESHOLD:
            old, new = part[other], part[one]
            part = {name: new if label == old else label for name, label in part.items()}
    expected = sorted(tuple(n for n in signed if part[n] == label) for label in set(part.values()))
    found = twins.groups(signed)
    assert found == [group for group in expected if len(group) > 1]
    assert 5 < len(found) < 25


def test_the_order_of_the_documents_does_not_matter() -> None:
    texts = [text for kind in JOINED for pair in rewrites(kind)[:3] for text in pair]
    signed = {f"doc-{i}": twins.signature(text) for i, text in enumerate(texts)}
    found = twins.groups(signed)
    for seed in range(3):
        names = random.Random(seed).sample(sorted(signed), len(signed))
        assert twins.groups({name: signed[name] for name in names}) == found
    assert found == sorted(tuple(sorted(group)) for group in found)
    assert len(found) == 3


def test_a_threshold_of_one_joins_only_equal_signatures() -> None:
    assert grouped(TALE, TALE.upper(), TALE.replace("angry", "cross"), threshold=1.0) == ["ab"]


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.01, float("nan")])
def test_a_threshold_that_is_none_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        twins.groups({}, threshold=threshold)


def test_nothing_and_one_document_have_no_twins() -> None:
    assert twins.groups({}) == []
    assert grouped(TALE) == []


def test_very_short_texts_are_twins_only_as_exact_copies() -> None:
    words = TALE.split()
    note = " ".join(words[:29])
    assert grouped(note, note.upper(), note.replace(" ", "\n")) == ["abc"]
    assert grouped(note, note.replace("Monday", "Tuesday")) == []
    assert grouped(note, f"{note}!") == []
    assert grouped(note, " ".join(words[:30])) == []
    assert grouped("", "Yes.", "No.") == []
    assert grouped(" ".join([*words[:29], "one"]), " ".join([*words[:29], "two"])) == ["ab"]


def test_a_story_in_a_script_without_spaces_is_found_with_a_sentence_cut() -> None:
    story = (
        "河港镇的老桥从星期一起关闭。工程师在两根钢索上发现了裂缝。行人可以走东边的小路，公共汽车要绕道。"
        "县里的官员说维修需要十一个星期。商店的老板们担心夏天的生意。这座桥每天有很多汽车经过。"
    )
    other = (
        "博物馆的银币在星期天夜里被偷走。小偷从屋顶的窗户进来，用绳子爬下去。警察九分钟以后才到。"
        "馆长说这些银币很有名，没有人敢买。学校用的复制品会放在柜子里。参观的人要等到星期四。"
    )
    assert grouped(story, story.replace("行人可以走东边的小路，公共汽车要绕道。", ""), other) == ["ab"]


def test_the_same_text_has_the_same_signature_in_every_process_and_release() -> None:
    stored = twins.signature(TALE).astype("<u4").tobytes()
    code = (
        "import sys\nfrom index import twins\n"
        "sys.stdout.buffer.write(twins.signature(sys.stdin.buffer.read().decode()).astype('<u4').tobytes())"
    )
    ran = subprocess.run([sys.executable, "-c", code], input=TALE.encode(), capture_output=True, check=True)
    assert ran.stdout == stored
    # Stored signatures are compared with new ones: if this changes, the index needs a new format version.
    assert hashlib.sha256(stored).hexdigest()[:16] == "5f292a8f9ac8117a"


def test_a_signature_of_another_kind_names_the_document_and_the_remedy() -> None:
    values = twins.signature(TALE)
    assert values.shape == (288,)
    assert values.dtype == "uint32"
    with pytest.raises(IndexCorruptError, match=r"signature of 'b' .*delete the index and ingest again"):
        twins.groups({"a": values, "b": values[:128]})


def test_importing_loads_no_library() -> None:
    code = "import sys, index.twins; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "copy",
    [
        "“They said ‘no’,” wrote   Ana\u00a0Ruiz\n\n– in a café – on\tpage 3.",
        "\"THEY SAID 'NO',\" WROTE ANA RUIZ - IN A CAFÉ - ON PAGE 3.",
        "«They said 'no'», wrote Ana Ruiz — in a cafe\u0301 — on page 3.".replace("», ", ",» "),
        "\ufeff„They said ‚no‘,“ wrote Ana Ru\u00adiz - in a café - on\u2028page 3.\n",
    ],
)
def test_one_key_for_other_spaces_quotes_dashes_and_case(copy: str) -> None:
    assert twins.text_key(copy) == twins.text_key("\"They said 'no',\" wrote Ana Ruiz - in a café - on page 3.")


def test_another_key_for_other_words_numbers_signs_and_order() -> None:
    texts = ["It was -5 degrees", "It was 5 degrees", "It was 5 degrees.", "It was £5 degrees", "5 it was degrees", ""]
    keys = [twins.text_key(text) for text in [*texts, "It was5 degrees", "Itwas 5 degrees"]]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 for key in keys)


@pytest.mark.parametrize(
    "hostile",
    ["a " * 2_000_000, "a" * 4_000_000, "\ufdfa" * 500_000, "\x00\ud800" * 500_000, "7" * 2_000_000, "1 " * 1_000_000],
    ids=["one letter", "one word", "letters that grow", "no text", "one number", "many numbers"],
)
def test_hostile_texts_are_signed_in_bounded_time(hostile: str) -> None:
    started = time.process_time()
    values = twins.signature(hostile)
    assert len(twins.text_key(hostile)) == 32
    assert values.shape == (288,)
    assert time.process_time() - started < 15


def test_thousands_of_copies_that_all_share_their_buckets() -> None:
    words = made_up(60, 5)
    copies = [[*words[:i], "changed", *words[i + 1 :]] for i in range(60)]
    signed = {f"{i:04}": twins.signature(" ".join(copies[i % 60])) for i in range(3000)}
    started = time.process_time()
    assert twins.groups(signed) == [tuple(sorted(signed))]
    assert time.process_time() - started < 10


def test_similarity_is_the_share_of_common_triples() -> None:
    words = made_up(400, 9)
    one, other = (twins.signature(" ".join(part)) for part in (words[:300], words[100:]))
    assert twins.similarity(one, one) == 1.0
    assert abs(twins.similarity(one, other) - 198 / 398) < 0.15
