"""Choosing what is asked: by outlet, day and language, or by ticking articles in the library; and what there is to
choose from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from bot.ui.choices import choices_of
from index.build import ingest
from index.encode import Encoder
from index.filters import Filters
from index.schema import Document
from tests.fakes import document, write_articles
from tests.ui.conftest import running
from tests.ui.steps import PLACEHOLDER, answered, ask, drawn

FERRY = "When will the Oldmouth ferry sail again?"
OWLS = "How many pairs of owls nested in the Varn forest?"
GULL, CRIER, BOTE = "The Oldmouth Gull", "Crowle Crier", "Der Bote"


def story(outlet: str, day: str, language: str, title: str, text: str) -> str:
    return f"---\ntitle: {title}\noutlet: {outlet}\ndate: {day}\nlanguage: {language}\n---\n\n{text}\n"


ARTICLES = {
    "2022/gull-ferry.md": story(
        GULL, "2022-11-14", "en-GB", "Oldmouth ferry stops for the winter",
        "The Oldmouth ferry will stop on 2 December and sail again on 1 March, the harbour board said on Monday.\n\n"
        "The board blamed the engine, which was built in 1961. Repairs will cost 240,000 crowns.",
    ),
    "2023/crier-ferry.md": story(
        CRIER, "2023-02-20", "en", "Engine parts for the ferry are stuck at sea",
        "The Oldmouth ferry will sail again on 19 April, seven weeks late, the mayor of Crowle said.\n\n"
        "A ship with the parts has been waiting off Sand Isle since January. Nobody in Crowle was surprised.",
    ),
    "2023/gull-owls.md": story(
        GULL, "2023-06-09", "en-GB", "Owls return to the Varn forest",
        "Seventeen pairs of owls nested in the Varn forest this spring, more than in any year since 1988.\n\n"
        "The forester, Ulla Brandt, put the rise down to the mice. The winter had been a warm one, she said.",
    ),
    "bote [entwurf].md": story(
        BOTE, "2023-03-01", "de", "Die Fähre von Oldmouth",
        "Die Fähre von Oldmouth fährt am 19. April wieder, sagte die Bürgermeisterin von Crowle am Mittwoch.\n\n"
        "Auf Sand Isle wohnen 84 Menschen. Die Post kommt bis dahin mit einem Fischerboot auf die Insel.",
    ),
}  # fmt: skip
GULL_FERRY, CRIER_FERRY, GULL_OWLS, BOTE_FERRY = ARTICLES


@pytest.fixture(scope="module")
def server(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over stories of three outlets in two languages, two of them on one matter."""
    home = tmp_path_factory.mktemp("scope")
    ingest([str(write_articles(home / "articles", ARTICLES))], home / "index", model)
    with running(home / "index", FOOTNOTE_READER="off") as address:  # quick to load
        yield address


def scope(page: Any) -> Any:
    """The button that says what is asked."""
    return page.locator(".st-key-scope button").first


def opened(page: Any) -> None:
    scope(page).click()
    page.get_by_text("Ask only these", exact=True).wait_for()


def shut(page: Any) -> None:
    page.keyboard.press("Escape")
    page.get_by_text("Ask only these", exact=True).wait_for(state="detached")


def choose(page: Any, label: str, name: str) -> None:
    """Types the beginning of a choice and takes it."""
    page.get_by_role("combobox", name=label).fill(name)
    page.get_by_role("option", name=name).click()
    expect(scope(page)).to_contain_text(name)
    page.get_by_role("combobox", name=label).press("Escape")  # of the list


def choose_day(page: Any, label: str, iso: str) -> None:
    """Types a day into a date's field."""
    for part, value in zip(("year", "month", "day"), iso.split("-"), strict=True):
        page.get_by_role("spinbutton", name=f"{part}, {label}").click()
        page.keyboard.type(value)
    page.get_by_text("Ask only these", exact=True).click()  # it counts once the field is left


def sources(turn: Any) -> set[str]:
    """What the answer cites."""
    return set(turn.locator(".fn-evidence .fn-byline code").all_text_contents())


def asked_of(turn: Any, told: str = "") -> None:
    """Checks what the turn says that it was asked of; nothing if of all."""
    expect(turn).to_be_visible()
    if told:
        expect(turn.locator(".fn-scope")).to_have_text(f"▽ Asked only of: {told}")
    else:
        expect(turn.locator(".fn-scope")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.browser
def test_only_an_outlet_is_asked_and_the_answer_says_so(page: Any, server: str) -> None:
    page.goto(server)
    everything = ask(page, FERRY)
    asked_of(everything)
    assert sources(everything) >= {GULL_FERRY, CRIER_FERRY}
    expect(scope(page)).to_contain_text("All articles")
    opened(page)
    choose(page, "Outlet", CRIER)
    shut(page)
    turn = ask(page, FERRY, 2)
    asked_of(turn, CRIER)
    assert sources(turn) == {CRIER_FERRY} and "19 April" in turn.locator(".fn-answer").inner_text()
    titles = set(turn.locator(".fn-why tbody .fn-of").all_text_contents())
    assert titles == {"Engine parts for the ferry are stuck at sea"}  # nothing else was so much as considered
    asked_of(page.locator("#t1"))  # of all


@pytest.mark.slow
@pytest.mark.browser
def test_where_the_chosen_articles_are_silent_only_they_are_counted(page: Any, server: str) -> None:
    page.goto(server)
    opened(page)
    choose(page, "Outlet", CRIER)
    shut(page)
    turn = ask(page, OWLS)
    expect(turn).to_contain_text("The one article that was asked does not answer this question.")
    asked_of(turn, CRIER)
    assert set(turn.locator(".fn-nearest .fn-byline code").all_text_contents()) <= {CRIER_FERRY}
    opened(page)
    choose(page, "Outlet", BOTE)
    shut(page)
    turn = ask(page, OWLS, 2)
    expect(turn).to_contain_text("None of the 2 articles answers this question.")
    asked_of(turn, f"{CRIER}, {BOTE}")


@pytest.mark.browser
def test_only_articles_of_some_days_are_asked_both_days_included(page: Any, server: str) -> None:
    page.goto(server)
    opened(page)
    choose_day(page, "From", "2022-11-14")
    expect(scope(page)).to_contain_text("from 14 November 2022")
    choose_day(page, "To", "2023-02-19")
    expect(scope(page)).to_contain_text("to 19 February 2023")
    shut(page)
    turn = ask(page, FERRY)
    asked_of(turn, "from 14 November 2022, to 19 February 2023")
    assert sources(turn) == {GULL_FERRY}
    silent = ask(page, OWLS, 2)
    expect(silent).to_contain_text("The one article that was asked does not answer this question.")


@pytest.mark.slow
@pytest.mark.browser
def test_only_articles_in_a_language_are_asked(page: Any, server: str) -> None:
    page.goto(server)
    opened(page)
    choose(page, "Language", "English")
    shut(page)
    turn = ask(page, FERRY)
    asked_of(turn, "English")
    assert sources(turn) == {GULL_FERRY, CRIER_FERRY}  # those of Britain too
    expect(ask(page, "Who won the 1998 football World Cup?", 2)).to_contain_text("None of the 3 articles")


@pytest.mark.slow
@pytest.mark.browser
def test_what_is_asked_stays_over_a_refresh_with_its_conversation(page: Any, server: str) -> None:
    page.goto(server)
    ask(page, OWLS)
    first = page.url
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_selector(".fn-turn", state="detached")
    opened(page)
    choose(page, "Outlet", CRIER)
    choose_day(page, "From", "2023-01-01")
    expect(scope(page)).to_contain_text("from 1 January 2023")
    shut(page)
    asked_of(ask(page, FERRY), f"{CRIER}, from 1 January 2023")
    page.reload()
    asked_of(answered(page), f"{CRIER}, from 1 January 2023")
    expect(scope(page)).to_contain_text(f"{CRIER}, from 1 January 2023")
    assert sources(ask(page, FERRY, 2)) == {CRIER_FERRY}
    page.goto(first)  # another conversation, asked of all
    answered(page)
    expect(scope(page)).to_contain_text("All articles")


@pytest.mark.slow
@pytest.mark.browser
def test_all_articles_are_asked_again_at_a_click(page: Any, server: str) -> None:
    page.goto(server)
    opened(page)
    choose(page, "Outlet", CRIER)
    choose_day(page, "To", "2023-06-01")
    expect(scope(page)).to_contain_text("to 1 June 2023")
    page.get_by_role("button", name="Ask all articles").click()
    expect(scope(page)).to_contain_text("All articles")
    shut(page)
    turn = ask(page, OWLS)
    asked_of(turn)
    assert sources(turn) == {GULL_OWLS}


@pytest.mark.slow
@pytest.mark.browser
def test_the_end_cannot_be_chosen_before_the_beginning(page: Any, server: str) -> None:
    page.goto(server)
    opened(page)
    choose_day(page, "From", "2023-02-20")
    expect(scope(page)).to_contain_text("from 20 February 2023")
    choose_day(page, "To", "2022-12-01")
    page.keyboard.press("Escape")
    ask(page, FERRY)
    drawn(page)
    expect(page.locator("#t1")).not_to_contain_text("to 1 December")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


@pytest.mark.browser
def test_articles_ticked_in_the_library_are_asked_alone(page: Any, server: str) -> None:
    page.goto(server)
    opened(page)
    choose(page, "Outlet", CRIER)
    shut(page)
    ask(page, FERRY)
    page.get_by_role("link", name="Library").click()
    page.wait_for_selector(".fn-row")
    for title in ("Oldmouth ferry stops for the winter", "Die Fähre von Oldmouth"):
        row = page.locator("[class*=st-key-fn-row-]", has=page.get_by_role("link", name=title))
        row.locator("label").first.click()
    page.get_by_text("2 ticked").wait_for()
    page.get_by_role("button", name="Ask only these").click()
    page.get_by_placeholder(PLACEHOLDER).wait_for()
    page.wait_for_selector(".fn-turn", state="detached")  # a conversation of its own
    expect(scope(page)).to_contain_text("2 articles")
    expect(scope(page)).not_to_contain_text(CRIER)
    opened(page)
    page.get_by_text("Chosen in the library: 2 articles").wait_for()
    shut(page)
    turn = ask(page, FERRY)
    asked_of(turn, "2 articles")
    assert GULL_FERRY in sources(turn) <= {GULL_FERRY, BOTE_FERRY}
    expect(ask(page, OWLS, 2)).to_contain_text("None of the 2 articles answers this question.")
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_selector(".fn-turn", state="detached")
    expect(scope(page)).to_contain_text("All articles")
    turn = ask(page, OWLS)
    asked_of(turn)
    assert sources(turn) == {GULL_OWLS}


def offered(index: str, since: str | None, until: str | None) -> None:
    """The page of one who asks articles of these days; Streamlit runs this source by itself."""
    from pathlib import Path
    from types import SimpleNamespace

    from bot.settings import Settings
    from bot.ui import scope
    from bot.ui.words import words_for
    from index.filters import Filters

    current = SimpleNamespace(filters=Filters(since=since, until=until), id="c", cleared=0)
    scope.draw(SimpleNamespace(settings=Settings(index=Path(index)), current=current), words_for("en"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("since", "until"),
    [(None, None), ("2019-01-01", None), (None, "2030-01-01"), ("2030-01-01", None), (None, "2019-01-01"),
     ("2019-01-01", "2019-12-31"), ("2023-01-01", "2022-01-01")],
)  # fmt: skip
def test_days_chosen_of_an_index_that_has_changed_since_can_still_be_shown(
    small: Path, since: str | None, until: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The articles are of 2021 to 2023; a day out of bounds would be shown as an error of the reader's."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # AppTest puts a module of its own there
    page = AppTest.from_function(offered, kwargs={"index": str(small), "since": since, "until": until}).run(timeout=30)
    assert not page.exception
    fields: list[Any] = list(page.date_input)
    assert [field.value and field.value.isoformat() for field in fields] == [since, until]
    for field in fields:
        assert field.min <= (field.value or field.min) <= field.max


def article(source: str = "a.txt", **told: Any) -> Document:
    return replace(document("It rained.", source=source), **told)


def test_choices_are_what_occurs_the_commonest_first() -> None:
    found = choices_of(
        [
            article("1", outlet="Tern", language="de", published="2022-05-03"),
            article("2", outlet="Gull", language="en-GB", published="2021-01-01T10:00:00Z"),
            article("3", outlet="Gull", language="EN_us", published=None, updated="2024-02-29"),
            article("4", outlet=None, language=None, published=None, updated=None),
            article("5", outlet="", language="", published="Spring 2020", updated="2025-01-01"),
        ]
    )
    assert (found.outlets, found.languages) == (("Gull", "Tern"), ("en", "de"))
    assert (found.first, found.last) == (date(2021, 1, 1), date(2024, 2, 29))


def test_of_nothing_there_is_nothing_to_choose() -> None:
    for documents in ([], [article(outlet=None, language=None, published=None, updated=None)]):
        found = choices_of(documents)
        assert (found.outlets, found.languages, found.first, found.last) == ((), (), None, None)


def test_every_choice_admits_what_it_was_made_of() -> None:
    documents = [article("1", outlet="GULL", language="en-GB"), article("2", outlet="Gull", language="en_US")]
    found = choices_of(documents)
    assert len(found.outlets) == 1  # to the filter, they are the same
    assert all(Filters(outlets=found.outlets, languages=found.languages).admit(d) for d in documents)
