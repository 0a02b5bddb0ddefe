"""A folder with a file of every format, and what is to be found in it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.written import feed, item, mbox, message, pdf, web_page, wiki_export, word


@dataclass(frozen=True)
class Known:
    """A fact in one of the files, with a question for it and what stands around it; then all that its citation says."""

    question: str
    fact: str
    around: str
    source: str
    title: str
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    outlet: str | None = None
    language: str | None = None
    url: str | None = None
    place: str | None = None
    fragment: str = ""


SURVEY = Known(
    "How deep is the silt in the outer basin?",
    "In the outer basin the silt is 340 centimetres deep.",
    "Divers went down at low water on two days in April and drove iron rods into the mud until they met rock.",
    "survey.pdf",
    "The harbour survey",
    author="Ines Falk",
    updated="2023-05-11",
    place="page 3",
    fragment="page=3",
)
COUNCIL = Known(
    "Who voted against the tannery?",
    "Only Bertil Osk voted against the tannery.",
    "The owners have promised to keep the smell from the school and to hire forty people before the winter comes.",
    "council.docx",
    "The council in March",
    author="Rosa Lind",
    updated="2022-03-18",
    place="Leather",
)
LIGHTHOUSE = Known(
    "What colour will the lighthouse be painted?",
    "From June the lighthouse will be painted a pale blue.",
    "It has been white for a hundred years, and the pilots who steer by it were not asked, as they complained in a "
    "letter that eleven of them signed. The painters will hang from ropes and can work only when there is no wind.",
    "lighthouse.html",
    "Lighthouse to change its colour",
    author="Ada Fenwick",
    published="2024-03-05T08:00:00+01:00",
    updated="2024-03-06T09:30:00+01:00",
    outlet="The Saltmarsh Gazette",
    language="en-GB",
    url="https://gazette.example/lighthouse",
    place="The paint",
    fragment="the-paint",
)
BEES = Known(
    "How many hives did the beekeepers lose?",
    "The beekeepers lost 71 hives to the frost.",
    "Snow lay on the heather until May, and when it went the queens had nothing to eat but sugar from the shop.",
    "bees.md",
    "A hard year for bees",
    author="Petra Holm",
    published="2023-06-09",
    updated="2023-06-12",
    outlet="Varn Weekly",
    language="en",
    url="https://varn.example/bees",
    place="The losses",
    fragment="the-losses",
)
FERRY = Known(
    "What did the engine of the ferry cost?",
    "The new engine of the ferry cost 240,000 crowns.",
    "It was brought over the mountains on a cart built for church bells, which lost a wheel twice on the way down.",
    "ferry.txt",
    "The Oldmouth ferry sails again",
    author="Agnes Thule",
    published="2022-11-14",
)
CHOIR = Known(
    "Where does the choir rehearse?",
    "The choir rehearses in the salt store on Thursdays.",
    "Bring a coat and something to sit on, for the benches went to the museum and nobody knows when they come back.",
    "choir.eml",
    "The choir",
    author="Jonas Rook",
    published="2021-03-09T08:00:00+01:00",
)
KEYS = Known(
    "Which key opens the boathouse?",
    "The brass key with the red ribbon opens the boathouse.",
    "Please hang it back on the nail behind the stove, and do not lend it to the rowers from the grammar school.",
    "club.mbox#keys@tolm.example",
    "Keys",
    author="Mona Petrel",
    published="2020-07-01T18:20:00+02:00",
)
REGATTA = Known(
    "When does the regatta begin?",
    "The regatta begins at noon on Whit Sunday.",
    "Nine crews have put their names down so far, among them two that came in last when the race was last rowed.",
    "club.mbox#regatta@tolm.example",
    "The regatta",
    author="Mona Petrel",
    published="2020-07-02T09:00:00+00:00",
)
CELLO = Known(
    "What did the tram driver find?",
    "The tram driver found a cello on the back seat.",
    "Nobody had asked for it by the evening, so she took it home and learned to play a lullaby within the week.",
    "news.csv#17",
    "Music on line 6",
    author="Tobias Lunt",
    published="2021-05-03",
    url="https://crowle.example/17",
)
PIER = Known(
    "How long is the new pier?",
    "The new pier is 212 metres long.",
    "Anglers may stand on its northern side, walkers on the southern, and the gulls have taken all of the lamps.",
    "archive.tsv#p-9",
    "Crowle has a pier",
    author="Edwin Sarn",
    published="1998-10-02",
)
MULE = Known(
    "What is the baker's mule called?",
    "The baker's mule is called Admiral.",
    "He knows every door in the lane and stops at each of them by himself, also on days on which there is no bread.",
    "stories.jsonl#https://crowle.example/mule",
    "Round the lanes",
    author="Marta Quill, Tobias Lunt",
    published="2019-08-01T10:00:00+00:00",
    url="https://crowle.example/mule",
)
MILL = Known(
    "Which monks built the mill?",
    "The mill was built by monks from Ister in 1702.",
    "They ground rye for the poor on two days of the week and sold what they ground on the other four to the army.",
    "fenpedia.xml#Old Mill",
    "Old Mill",
    updated="2024-05-01T10:00:00+00:00",
    outlet="Fenpedia",
    language="en",
    url="https://fen.example/wiki/Old_Mill",
    place="Early history",
    fragment="Early_history",
)
PUMP = Known(
    "Which spanner fits the bilge pump?",
    "The bilge pump takes the 27 millimetre spanner.",
    "Close the valve first. Whoever forgets that will have the whole estuary in the cabin before the kettle boils.",
    "dokuwiki/data/pages/boats/pump.txt",
    "Bilge pump",
    place="Tools and spares",
    fragment="tools_and_spares",
)
SAILS = Known(
    "By whom are the sails repaired in Ister?",
    "The sails are repaired by Olof Krans in Ister.",
    "Take them down to his loft dry and folded, and do not believe him when he says that it will be done by Friday.",
    "dokuwiki/data/pages/sails.txt",
    "Sails",
)
SWANS = Known(
    "How many swans winter on the reservoir?",
    "On the reservoir 58 swans spend the winter.",
    "They were counted from the dam with the club's new telescope, twice, by people who were not told of each other.",
    "minutes.txt",
    "Minutes of the bird club",
    author="Hedda Moll",
    updated="2020-01-30",
    place="page 1",
    fragment="page=1",
)
ORGAN = Known(
    "Why was the organ silent?",
    "The organ was silent because mice had eaten its bellows.",
    "The congregation sang without it for eleven Sundays, faster each time, until a harmonium was lent by a school "
    "that had not used it since the war. The bellows are being sewn anew from the hide of one very large cow.",
    "saved.txt",
    "No music in Saint Olave",
    author="Ada Fenwick",
    published="2024-04-01",
    outlet="The Saltmarsh Gazette",
)
HERONS = Known(
    "Where do the herons nest?",
    "The herons nest in the crane of the old shipyard.",
    "Its owner has asked for leave to take it down and was told to come back when the last of the chicks has flown.",
    "https://tolm.example/herons",
    "Nine nests",
    author="Hedda Moll",
    published="2024-02-06T07:00:00+00:00",
    url="https://tolm.example/herons",
)
KNOWN = (
    *(SURVEY, COUNCIL, LIGHTHOUSE, BEES, FERRY, CHOIR, KEYS, REGATTA, CELLO, PIER, MULE, MILL, PUMP, SAILS, SWANS),
    *(ORGAN, HERONS),
)


def write_everything(folder: Path) -> Path:
    """The files that KNOWN speaks of, with dates that can be trusted; returns the folder."""
    pages = folder / "dokuwiki" / "data" / "pages"
    (pages / "boats").mkdir(parents=True)
    files: dict[str, bytes | str] = {**_papers(), **_tables(), **_markup()}
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    mona = "Mona Petrel <mona@tolm.example>"
    mbox(
        folder / "club.mbox",
        message(KEYS.title, mona, "Wed, 01 Jul 2020 18:20:00 +0200", "keys@tolm.example", _text(KEYS)),
        message(REGATTA.title, mona, "Thu, 02 Jul 2020 09:00:00 +0000", "regatta@tolm.example", _text(REGATTA)),
    )
    made_old(folder)
    return folder


def made_old(folder: Path) -> None:
    """Sets the files' times back to where a change would show."""
    then = time.time() - 3600
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def _text(known: Known) -> str:
    return f"{known.fact} {known.around}\n"


def _papers() -> dict[str, bytes]:
    first = "The harbour of Tolm was last measured in 1931, by a captain who wrote his figures on the wall of an inn."
    second = "The inner basin was dredged in 1987, and the mud was spread on the common, where nothing has grown since."
    budget = "The budget for roads was passed without a word, as all who might have spoken were late because of them."
    choir = (
        f"Dear all,\n\n{_text(CHOIR)}\nOn Mon, 8 Mar 2021, Mona Petrel wrote:\n> Where do we sing?\n\n-- \nJonas Rook\n"
    )
    jonas, date = "Jonas Rook <jonas@tolm.example>", "Tue, 09 Mar 2021 08:00:00 +0100"
    return {
        "survey.pdf": pdf([[first], [second], [_text(SURVEY)]], SURVEY.title, "Ines Falk", "D:20230511120000+02'00'"),
        "minutes.txt": pdf([[_text(SWANS)]], SWANS.title, "Hedda Moll", "D:20200130120000Z"),
        "council.docx": word(
            [("Roads", budget), ("Leather", _text(COUNCIL))],
            COUNCIL.title,
            "Rosa Lind",
            datetime(2022, 3, 17),
            datetime(2022, 3, 18),
        ),
        "choir.eml": message(CHOIR.title, jonas, date, "choir@tolm.example", choir).as_bytes(),
    }


def _tables() -> dict[str, str]:
    return {
        "news.csv": "id,title,author,date,url,text\n"
        '16,Rain,Tobias Lunt,2021-05-02,,"It rained, they said, from the first of the month to the last."\n'
        f'17,{CELLO.title},Tobias Lunt,2021-05-03,{CELLO.url},"{CELLO.fact} {CELLO.around}"\n',
        "archive.tsv": "id\theadline\tbyline\tpublished\tbody\n"
        f'p-9\t{PIER.title}\tEdwin Sarn\t2 October 1998\t"{PIER.fact} {PIER.around}"\n',
        "stories.jsonl": '{"headline": "Round the lanes", "authors": ["Marta Quill", {"name": "Tobias Lunt"}], '
        f'"date": "2019-08-01T10:00:00Z", "url": "{MULE.url}", "body": "{MULE.fact} {MULE.around}"}}\n',
    }


def _markup() -> dict[str, bytes | str]:
    vote = "The harbour board voted for the change by nine to four, after an evening on which voices were raised often."
    organ = web_page(ORGAN.title, [_text(ORGAN)], author="Ada Fenwick", datePublished="2024-04-01", outlet=ORGAN.outlet)
    herons = f"<p>{HERONS.fact} {HERONS.around}</p>"
    return {
        "lighthouse.html": web_page(
            LIGHTHOUSE.title,
            [vote],
            [("The paint", _text(LIGHTHOUSE))],
            author="Ada Fenwick",
            datePublished="2024-03-05T08:00:00+01:00",
            dateModified="2024-03-06T09:30:00+01:00",
            outlet="The Saltmarsh Gazette",
            lang="en-GB",
            url="https://gazette.example/lighthouse",
        ),
        "saved.txt": organ,
        "bees.md": "---\ntitle: A hard year for bees\nauthor: Petra Holm\ndate: 2023-06-09\nupdated: 12 June 2023\n"
        "site: Varn Weekly\nlang: en\nurl: https://varn.example/bees\n---\n\n"
        f"It began well.\n\n## The losses\n\n{BEES.fact} *Snow* {BEES.around.removeprefix('Snow ')}\n",
        "ferry.txt": f"{FERRY.title}\n\nBy Agnes Thule\n14 November 2022\n\n{_text(FERRY)}",
        "fenpedia.xml": wiki_export(
            "Old Mill",
            "'''Old Mill''' is a mill on the [[River Varn|Varn]].<ref>A book.</ref>\n\n"
            f"== Early history ==\n{_text(MILL)}\n[[Category:Mills]]",
            "Ulla Brandt",
            "2024-05-01T10:00:00Z",
        ),
        "dokuwiki/data/pages/boats/pump.txt": f"====== {PUMP.title} ======\n\nSee [[sails|the sails]] as well.\n\n"
        f"===== Tools and spares =====\n\n{PUMP.fact} **Close** {PUMP.around.removeprefix('Close ')}\n",
        "dokuwiki/data/pages/sails.txt": f"==== {SAILS.title} ====\n\n{_text(SAILS)}",
        "feed.xml": feed(item(HERONS.source, HERONS.title, "Hedda Moll", "Tue, 06 Feb 2024 07:00:00 +0000", herons)),
    }
