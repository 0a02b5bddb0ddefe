"""The pages of an invented town's wiki in MediaWiki's markup; towns, people and figures are made up."""

from __future__ import annotations

# By title. Written first; FERRY_NOW is the newest revision of one of them.
PAGES: dict[str, str] = {}

PAGES["Template:Vessel"] = """<noinclude>A box with the figures of a vessel.</noinclude><includeonly>
{| class="infobox"
! colspan="2" | {{{name|{{PAGENAME}}}}}
|-
| Length || {{{length}}} m
{{#if:{{{built|}}}|
{{!}}-
{{!}} Built {{!}}{{!}} {{{built}}}
}}
|}
</includeonly>"""
PAGES["Template:Crowns"] = """<includeonly>{{{1}}} crowns</includeonly><noinclude>
An amount, as in 12 crowns. [[Category:Templates]]</noinclude>"""
PAGES["Template:Ship"] = "''{{{1}}}''<!-- names of ships are slanted -->"
PAGES["Template:Years"] = "{{{from|?}}} to {{{to|today}}}"
PAGES["Template:Source needed"] = "<sup>[''[[Help:Sources|source needed]]'']</sup>"
PAGES["Template:Size of"] = "{{#switch:{{{1}}}|cart=a cart of four metres|#default=anything else}}"
PAGES["Template:Notice"] = '<div class="notice">This article is looked after by the harbour board.</div>\n'
PAGES["Template:Fare list"] = "* Grown-ups pay {{Crowns|3}}.\n* Children pay {{Crowns|1}}.\n"
PAGES["Template:Lang"] = '<span lang="{{{1}}}">{{{2}}}</span>'

FERRY_BEFORE = """The '''Hallowby ferry''' carries forty people over the Pollan.

== History ==
It was founded in 1871 and nobody knows by whom.
"""
FERRY_NOW = """{{Notice}}
{{Vessel
| name = Lady Ossory
| length = 23
| built = 1954
}}
[[File:Lady Ossory.png|thumb|left|The ferry at the [[Harbour board|board's]] quay]]
The '''Hallowby ferry''' carries sixty people over the ''Pollan'',
from [[Hallowby]] to [[Øster Brügg|the far side]].<ref>Harbour board, ''Yearbook'', p. 4.</ref>
It sails every [[Harbour board/Rules#Hours|half hour]] and costs {{Crowns|3}} a head{{Source needed}}.
<!-- Do not put the timetable here. -->

The first boat, {{Ship|Marigold}}, sank in 1902;<ref name="sunk">The ''Pollan Gazette'', 3 May 1902.</ref>
the second one, '''{{Ship|Lady Ossory}}''' of ''1954'', still runs.<ref name="sunk" />

__TOC__
== History == <!-- the long story -->
A fisherman, Jonas Prell, rowed people over for a loaf of bread from 1871 on.
Nobody paid him in money before 1880.

=== The first boat ===
The {{Ship|Marigold}} was built at Øster Brügg ({{Years|from=1880|to=1902}}) and could hold {{Size of|cart}}.

: She was, said the harbour master,
:: “a bathtub with ideas”.

=== The second boat ===
The engine of the {{Ship|Lady Ossory}} gives 140&nbsp;horsepower &ndash; enough for 9&nbsp;knots.

==== Engine ====
It burns 12<sup>3</sup> litres of CO<sub>2</sub>-free oil a week, at 1,200 revolutions{{Source needed}}.

==== Crew ====
# The '''captain'''
#* steers
#* and swears
# The mate
#: who sells tickets
## and counts them

== Fares ==
{{Fare list}}
{| class="wikitable sortable"
|+ Fares ''in crowns''
! scope="col" | Who !! scope="col" | One way !! scope="col" | Return
|-
! scope="row" | Grown-ups
| 3 || 5
|- style="background:#eee"
! scope="row" | [[Children]]
| 1
| 2<ref>Under 14.</ref>
|-
| colspan="2" | Dogs travel free ||
|}
A ticket is valid for one day.

== The museum's boats ==
The [[Museum of Salt]] keeps two of the old boats.

=== History ===
The museum bought them in 1961 for {{Crowns|400}}, engines and all.

== Costs & <small>such</small> 100%AB ==
Repairs cost {{formatnum:240000}} crowns in 2019.

== See also ==
* [[Tarn water works]]
* [http://ferry.example/timetable The timetable], [http://ferry.example/map] and http://ferry.example/contact.

== References ==
<references />

[[Category:Ferries]]
[[Category:Hallowby|Ferry]]
"""
PAGES["Hallowby ferry"] = FERRY_BEFORE

PAGES[
    "Hallowby"
] = """{{DISPLAYTITLE:Hallowby}}'''Hallowby''' is a town of 4,312 people on the river Pollan, below the [[Tarn]].

It has a [[Hallowby ferry|ferry]], [[museum of Salt|a museum]] and [[water work]]s.
In the local tongue it is called {{lang|xx|Hallebü}}.

== Geography ==
The town lies 14 metres above the sea and <s>three</s> <ins>four</ins> kilometres from it.

{{Missing template|x}}
=== Hills ===
; Long Hill : 112 metres
; The Knob
: 88 metres, with a mast
:* built in 1974
:* painted red

== Mayors ==
{| class="wikitable"
! Years
! Mayor
! Known for
|-
| {{Years|from=1999|to=2011}}
| Ada Quern
|
* the bridge that never came
* the bench at the quay
|-
| rowspan="2" | {{Years|from=2011}}
| Bo Tarnwell || opening the [[Museum of Salt]]
|-
| Cy Ossory (deputy)
|
{|
| one || two
|}
|}

== {{PAGENAME}} in songs ==
<poem>
O Hallowby, thy quay is wet,
  Thy ferry has not sunk us yet.
</poem>

<blockquote>
Nobody leaves Hallowby twice.
</blockquote>

== Weather<ref>Measured at the quay.</ref> ==
It rains on 210 days a year.

== References ==
<references />
[[Category:Hallowby]]
"""

PAGES["Museum of Salt"] = """= Museum of Salt =
The '''Museum of Salt''' shows ''salt'', and l'''autre''' too. It opened in 1961<ref>{{Crowns|9}} were spent.</ref>.

== Rooms ==
<gallery caption="The rooms">
File:Lady Ossory.png|The boat hall
File:Lady Ossory.png|The ''salt'' cellar
</gallery>

=== Boat hall ===
Two boats hang from the roof.<br />The larger weighs 2.4&nbsp;t; see [[#Salt cellar|below]].

=== Salt cellar ===
<div style="float:right">Bring a coat.</div>
The cellar holds 3 × 10<sup>6</sup> grains, or 2<sup>−21</sup> tons of it.

===== Grains =====
A grain weighs less than 0.1&nbsp;g & costs nothing.

====== Smallest grain ======
It is kept under glass.

== Rooms ==
There are plans for a third room, said {{Ship|nobody}}.

== Opening hours ==
<table>
<tr><th>Day</th><th>Hours</th></tr>
<tr><td>Monday</td><td>closed</td></tr>
<tr><td>Sunday</td><td>10 to 16</td></tr>
</table>

Write to [mailto:salt@museum.example the keeper] or read ISBN 978-3-16-148410-0.

== Notes ==
----
<ul>
<li>Lifts: none</li>
<li>Dogs: only small ones</li>
</ul>

[[Category:Museums]]
"""

PAGES["Tarn water works"] = """The '''Tarn water works''' pump 1,900&nbsp;m<sup>3</sup> a day.

== Pumps ==
The control program begins with
<syntaxhighlight lang="python">
if level < 3: start("pump [[A]]")
</syntaxhighlight>
and ends with <code>stop(''all'')</code>. A valve is written as <nowiki>[[valve]] {{open}}</nowiki>.

 Pump A   12 kW
 Pump ''B''   15 kW

<pre>
== not a heading ==
'''raw''' &amp; plain
</pre>

== What''ever'' [[Hallowby|Hallowby]] drinks? ==
Each person uses 120&nbsp;litres a day; half of it is &lt;lost&gt;.

== 24&times;7 "watch" ==
The watch is kept by [[User:Ada|Ada]], and by [[:Category:People|people]] of the {{ucfirst:tarn}}.

== pumps ==
Smaller pumps stand at the [[Hallowby ferry#The first boat|quay]].

== Pumps ==
The oldest pump is from {{#if: yes | 1911 | never }}.

== 50%25 ==
Half of the pipes are lead.

== Straße, naïve ==
Some pipes run below the German street{{Source needed}}.

== [http://works.example Site] ==
The site has {{#expr: 3 * 4}} tanks, of which {{NUMBEROFTANKS}} leak.
"""

PAGES["Øster Brügg"] = """'''Øster Brügg''' liegt am anderen Ufer; its people say “Bryg”.

== Fähre & Brücke ==
Die Fähre kostet {{Crowns|3}}. [[Media:Lady Ossory.png|Ein Bild]] hängt im Amt.

== Ålesund-straße (süd) ==
* eins
** zwei
*** drei
* vier

== Привет, «мир» ==
Добро пожаловать на паром.

== 日本語 ==
渡し船は三十分ごとに出ます。

[[Category:Hallowby]]
"""

PAGES[
    "Who pays?"
] = """The town pays {{Crowns|1,200}} a year; the rest is paid by [[Hallowby ferry|the ferry]]'s guests.

== C++ & Co: (a), 100% #1 ==
The firm “C++ & Co” lends the money at 4.5%.

== A_b  c ==
Nothing is owed.
"""

PAGES["Ferry"] = "#REDIRECT [[Hallowby ferry]]\n\nThis text is seen by nobody."
PAGES["Old ferry"] = "#redirect:[[Hallowby ferry#History]]"
PAGES["Talk:Hallowby ferry"] = "== Forty or sixty? ==\nI counted sixty. ~~~~\n:So did I. ~~~~"
PAGES["User:Ada"] = "I write about pumps."
PAGES["Help:Sources"] = "== How to ==\nGive a source for each figure.\n\n# Find it.\n# Cite it.\n"
PAGES["Category:Ferries"] = "Ferries on the Pollan, past and present."
PAGES["Category:Hallowby"] = ""
PAGES["MediaWiki:Common.css"] = ".notice { border: 1px solid }"

# Saved afterwards, by another of MediaWiki's scripts.
EDITS = {
    "Hallowby ferry": FERRY_NOW,
    "Harbour board/Rules": """The rules of the [[Harbour board]].

== Hours ==
{| class="wikitable"
! Season !! First boat !! Last boat
|-
| Summer || 5:30 || 22:00
|-
| Winter || 7:00 || 18:30
|}

== Rules ==
#Nobody stands on the rail.
#Nobody {{Source needed}}sings.

<noinclude>These rules are in force.</noinclude>
<includeonly>Never seen on the page itself.</includeonly>
""",
    "Harbour board": "The board has five members.\n\n{{/Rules}}\n\n== Members ==\nThey meet at {{Years}}.\n",
}

# The pages that are documents. The wiki itself begins with a Main Page.
CONTENT = {
    "Main Page", "Hallowby ferry", "Hallowby", "Museum of Salt", "Tarn water works", "Øster Brügg", "Who pays?",
    "Harbour board", "Harbour board/Rules", "Help:Sources", "Category:Ferries",
}  # fmt: skip
