"""Mail to pages: what its writer wrote, whatever it is wrapped in."""

from __future__ import annotations

import mailbox
import random
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.errors import SourceError
from index.formats import Page, mail

STORY = "The harbour board voted on Tuesday to close the ferry line after forty years of service."


def message(text: str = STORY, **headers: str) -> EmailMessage:
    made = EmailMessage()
    given = {"From": "Ada Marsh <ada@example.org>", "Subject": "The ferry", "Date": "Tue, 09 Mar 2021 08:00:00 +0100"}
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        made[name] = value
    made.set_content(text)
    return made


def raw(body: bytes = STORY.encode(), *headers: bytes) -> bytes:
    return b"\r\n".join([b"From: ada@example.org", *headers, b"", body])


def read(data: bytes) -> Page:
    (page,) = mail.read(data, "note.eml")
    assert page.part == ""
    return page


def texts(data: bytes | EmailMessage) -> list[str]:
    return [block.text for block in read(data if isinstance(data, bytes) else data.as_bytes()).blocks]


def refusal(data: bytes, name: str = "note.eml") -> str:
    with pytest.raises(SourceError) as caught:
        mail.read(data, name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def boxed(tmp_path: Path, *messages: EmailMessage) -> bytes:
    """A mailbox as the standard library writes it."""
    path = tmp_path / "box.mbox"
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for each in messages:
        box.add(each)
    box.close()
    return path.read_bytes()


def test_a_message_is_a_page() -> None:
    page = read(message("First.\n\nSecond.\n").as_bytes())
    assert [block.text for block in page.blocks] == ["First.", "Second."]
    assert (page.title, page.author, page.published) == ("The ferry", "Ada Marsh", "Tue, 09 Mar 2021 08:00:00 +0100")


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("Ada Marsh <ada@example.org>", "Ada Marsh"),
        ('"Marsh, Ada" <ada@example.org>', "Marsh, Ada"),
        ("ada@example.org (Ada Marsh)", "Ada Marsh"),
        ("ada@example.org", "ada@example.org"),
        ("=?utf-8?q?Ad=C3=A9_Marsh?= <ada@example.org>", "Adé Marsh"),
        ("=?utf-8?q?Marsh=2C_Ada?= <ada@example.org>", "Marsh, Ada"),
        ("", None),
    ],
)
def test_the_author_is_the_senders_name_or_else_the_address(sender: str, author: str | None) -> None:
    assert read(f"From: {sender}\nSubject: x\n\n{STORY}".encode()).author == author


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?B?RsOkaHJl?= =?utf-8?Q?_f=C3=A4hrt?=", "Fähre fährt"),
        (b"=?utf-8?B?RsM=?= =?utf-8?B?pGhyZQ==?=", "Fähre"),
        (b"=?iso-8859-1?q?F=E4hre?= today", "Fähre today"),
        (b"=?x-unknown?q?F=C3=A4hre?=", "Fähre"),
        (b"=?utf-8?b?###?=", "=?utf-8?b?###?="),
        ("Fähre".encode(), "Fähre"),
        ("Fähre".encode("cp1252"), "Fähre"),
        (b"The ferry\r\n  closes", "The ferry closes"),
        (b"The \x00\x1bferry", "The ferry"),
        (b"", None),
    ],
)
def test_a_subject_is_decoded(subject: bytes, title: str | None) -> None:
    assert read(raw(STORY.encode(), b"Subject: " + subject)).title == title


def test_a_header_of_encoded_words_without_end_takes_no_time() -> None:
    page = read(raw(STORY.encode(), b"Subject: " + b"=?a?q?" * 200_000))
    assert page.title and len(page.title) < 3_000


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "Fähre – „Möwe“".encode()),
        ("iso-8859-1", "Fähre – „Möwe“".encode("cp1252")),
        ("x-unknown", "Fähre – „Möwe“".encode()),
        ("us-ascii", "Fähre – „Möwe“".encode()),
        ("punycode", "Fähre – „Möwe“".encode()),
        ("a\x00b", "Fähre – „Möwe“".encode()),
    ],
)
def test_any_charset_is_survived(charset: str, body: bytes) -> None:
    assert texts(raw(body, f'Content-Type: text/plain; charset="{charset}"'.encode())) == ["Fähre – „Möwe“"]


def test_a_japanese_message_is_read() -> None:
    words = "フェリーは廃止される。港の理事会が火曜日に決めた。"
    header = b"Content-Type: text/plain; charset=iso-2022-jp"
    assert texts(raw(words.encode("iso-2022-jp"), header)) == [words]


def test_plain_text_goes_before_html_and_html_is_read_where_there_is_no_other() -> None:
    both = message("The plain words of the board.")
    both.add_alternative("<p>The marked up words of the board.</p>", subtype="html")
    assert texts(both) == ["The plain words of the board."]
    html = message()
    html.set_content(
        f"<html><body><p>{STORY}</p><p>It was <b>old</b>, they said, and too slow.</p></body></html>", "html"
    )
    assert texts(html) == [STORY, "It was old, they said, and too slow."]
    empty = message("  \n")
    empty.add_alternative(f"<p>{STORY}</p>", subtype="html")
    assert texts(empty) == [STORY]


def test_quotes_and_signature_in_html_are_left_out() -> None:
    html = message()
    html.set_content(
        f"<div><p>{STORY}</p></div><div class='gmail_quote'>"
        "<div>On 3 March 2021 Bo Reed &lt;bo@example.org&gt; wrote:</div>"
        "<blockquote class='gmail_quote'><p>What has the board decided about the ferry, please?</p></blockquote></div>"
        "<div class='gmail_signature'>Ada Marsh, Harbour Lane 7, the second door on the left</div>",
        "html",
    )
    assert texts(html) == [STORY]


def test_attachments_are_left_out() -> None:
    made = message()
    made.add_attachment("A text that is attached.", filename="a.txt")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    made.add_attachment(message("A message that is attached."))
    assert texts(made) == [STORY]


def test_text_in_several_parts_is_joined() -> None:
    made = message("First.")
    made.make_mixed()
    second = EmailMessage()
    second.set_content("Second.")
    made.attach(second)
    assert texts(made) == ["First.", "Second."]


@pytest.mark.parametrize(
    "quote",
    [
        "On Tue, 2 Mar 2021 at 10:00, Bo Reed <bo@example.org> wrote:\n> What now?\n> Tell me.",
        "On Tue, 2 Mar 2021 at 10:00, Bo Reed\n<bo@example.org> wrote:\n\n> What now?\n>> Older.",
        "Am 2. März 2021 um 10:00 schrieb Bo Reed:\n> What now?",
        "-----Original Message-----\nFrom: Bo Reed\nWhat now?",
        "____________________\nFrom: Bo Reed <bo@example.org>\nSent: 2 March\nTo: Ada\nSubject: x\n\nWhat now?",
        "-- \nAda Marsh\nHarbour Lane 7",
    ],
)
def test_quotes_and_signatures_are_left_out(quote: str) -> None:
    assert texts(raw(f"{STORY}\n\n{quote}\n".encode())) == [STORY]


def test_answers_between_quotes_stay() -> None:
    body = "> Is it closed?\n\nIt is.\n\nOn 2 March Bo wrote:\n> Why?\n\nIt was old.\n"
    assert texts(raw(body.encode())) == ["It is.", "It was old."]


def test_what_only_looks_like_a_quote_stays() -> None:
    body = "On 2 March 2021 the director of the line wrote:\n\nWe are closed.\n\n--\n" + "And so on.\n\n" * 12
    assert texts(raw(body.encode()))[:2] == ["On 2 March 2021 the director of the line wrote:", "We are closed."]


def test_a_forwarded_message_is_what_it_is_about() -> None:
    body = "See below.\n\n-----Original Message-----\nFrom: Bo Reed\n\nThe line is closed."
    assert texts(raw(body.encode(), b"Subject: Fwd: the ferry"))[-1] == "The line is closed."
    assert texts(raw(b"From: Bo Reed\nSent: 2 March\nTo: Ada\n\nThe line is closed."))[-1] == "The line is closed."


def test_lines_cut_at_a_column_are_joined_and_others_are_not() -> None:
    cut = "The harbour board voted on Tuesday to close the ferry line after forty\nyears of service, as it is old.\n"
    letter = "Dear all,\nthe line is closed.\nYours\nAda"
    assert texts(raw(f"{cut}\n- a boat\n- a pier\n\n{letter}".encode())) == [
        "The harbour board voted on Tuesday to close the ferry line after forty years of service, as it is old.",
        *("- a boat", "- a pier", "Dear all,", "the line is closed.", "Yours", "Ada"),
    ]


def test_flowed_lines_are_joined_where_they_flow() -> None:
    body = "The board voted \nto close the line.\nNobody spoke.\n"
    assert texts(raw(body.encode(), b"Content-Type: text/plain; format=flowed")) == [
        "The board voted to close the line.",
        "Nobody spoke.",
    ]


def test_a_mailbox_is_a_page_for_each_message_with_text(tmp_path: Path) -> None:
    attached = message(" ", Message_ID="<2@example.org>")
    one, three = message("One.", Message_ID="<1@example.org>"), message("From here on it is closed.\n\nFrom me.")
    pages = mail.read(boxed(tmp_path, one, attached, three, one), "box.mbox")
    assert [page.text for page in pages] == ["One.", "From here on it is closed.\n\nFrom me."]
    assert pages[0].part == "1@example.org"
    assert len(pages[1].part) == 16


def test_the_name_of_a_message_does_not_depend_on_the_others(tmp_path: Path) -> None:
    ours = message("Ours.")
    (alone,) = mail.read(boxed(tmp_path, ours), "box.mbox")
    ours["Status"] = "RO"
    among = mail.read(boxed(tmp_path, message("Another."), ours, message("A third.")), "box.mbox")
    assert among[1].part == alone.part
    assert len({page.part for page in among}) == 3


def test_messages_begin_at_their_from_lines_only() -> None:
    box = (
        b"From ada@example.org Tue Mar  9 08:00:00 2021\nSubject: One\n\nFirst.\n\nFrom 10:30 on it is closed.\n"
        b"\n>From 1981 on it was open.\n\nFrom - Tue Mar  9 09:00:00 2021\r\nSubject: Two\r\n\r\nSecond.\r\n"
    )
    pages = mail.read(box, "export")
    assert [(page.title, page.text) for page in pages] == [
        ("One", "First.\n\nFrom 10:30 on it is closed.\n\nFrom 1981 on it was open."),
        ("Two", "Second."),
    ]


def test_a_message_with_a_mailbox_line_is_a_message() -> None:
    assert read(b"From ada@example.org Tue Mar  9 08:00:00 2021\n" + message().as_bytes()).text == STORY


def nested(depth: int, kind: bytes) -> bytes:
    head = b"".join(b'Content-Type: %s; boundary="b%d"\n\n--b%d\n' % (kind, n, n) for n in range(depth))
    return b"Subject: x\n" + head + b"\nThe innermost words.\n" * 200


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no mail"),
        (b"The ferry is closed.\n\nIt is.", "no mail"),
        (bytes(range(256)) * 50, "no mail"),
        (b"From: a@example.org\n\n", "no text in the message"),
        (nested(200, b"multipart/mixed"), "within each other"),
        (nested(900, b"multipart/mixed"), ";"),
        (nested(3_000, b"multipart/mixed"), "too many parts"),
        (b"Subject: x\n" + b"Content-Type: message/rfc822\n\n" * 5_000 + b"Words.", ";"),
        (b"Subject: x\n" + b"boundary=x\n" * 20_000 + b"\nWords.", "too many parts"),
    ],
)
@pytest.mark.timeout(60)
def test_what_is_no_mail_or_hostile_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_message_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    start = b"From ada@example.org Tue Mar  9 08:00:00 2021\n"
    good, bad = start + message().as_bytes() + b"\n", start + nested(200, b"multipart/mixed") + b"\n"
    headless = start + b"The ferry is closed.\n\nIt is.\n\n"
    pages = mail.read(good + bad + start + message("Two.").as_bytes() + b"\n" + headless, "box.mbox")
    assert [(page.text, page.problem) for page in pages if page.blocks] == [(STORY, ""), ("Two.", "")]
    second, fourth = (page for page in pages if not page.blocks)
    assert second.part == "message 2" and "within each other; " in second.problem
    assert fourth.part == "message 4" and fourth.problem.startswith("no mail: ")
    assert refusal(bad, "box.mbox").startswith("message 1: over ")
    assert refusal(good + bad + headless, "box.mbox").startswith(
        "2 of 3 parts cannot be read, the first is message 2: "
    )


def test_a_mailbox_without_messages_is_refused(tmp_path: Path) -> None:
    assert "no mailbox" in refusal(b"Subject: x\n\nWords.", "box.mbox")
    assert "no message with text" in refusal(boxed(tmp_path, message(" ")), "box.mbox")


def test_no_damage_leads_to_anything_but_a_refusal() -> None:
    made = message("Words – of the board.")
    made.add_alternative(f"<p>{STORY}</p>", subtype="html")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="ä.png")
    whole, chance = made.as_bytes(), random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            mail.read(bytes(data), "x.eml")[0].text.encode("utf-8")
        except SourceError as error:
            assert "\n" not in str(error)
