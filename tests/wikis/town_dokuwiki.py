"""The pages of an invented town's wiki in DokuWiki's markup; towns, people and figures are made up."""

from __future__ import annotations

# By id. Of the ferry's page this is the first revision.
PAGES: dict[str, str] = {}

FERRY_BEFORE = """====== Ferry ======

The ferry carries forty people.
"""
FERRY_NOW = """====== The Hallowby ferry ======

The **Hallowby ferry** carries sixty people over the //Pollan//((The river is 300 metres wide there.)).
It sails to [[town:far_side|the far side]], [[.:museum]] and [[#Fares and such]] every half hour.

{{ :town:lady_ossory.png?200|The Lady Ossory at the quay}}

===== History =====

Jonas Prell rowed people over for a loaf of bread -- from 1871 on\\\\ and nobody paid him in ''money'' before 1880...

==== First boat ====

  * The **Marigold**
    * built in 1880
      * of //oak//
    * sunk in 1902((See [[town:museum#marigold]].))
  * and nothing else

==== Second boat ====

  - Lady Ossory
    - built in 1954
  - Her engine: 140 x 2 horsepower, H<sub>2</sub>O cooled, 10<sup>3</sup> litres

===== Fares and such =====

^ Who        ^ One way ^ Return  ^
| Grown-ups  |  3      |       5 |
| [[Children]] | 1     | %%2|3%% |
^ Dogs       | travel free    ||
| ::: | only small ones | <del>none</del> |

A ticket is valid for <del>two days</del> one day.

===== History =====

> Did she sink?
>> No, said the harbour master.
> Then what?

The museum keeps her bell. Write to <bell@museum.example> or see http://ferry.example/bell?a=1,2.

----

===== 24x7: what's "new" & <old>? =====

Nothing is new.

=== Small print ===

<code python bell.py>
def ring(): return "[[not a link]]"
</code>

  == not a heading ==
  raw **text**

<nowiki>Raw **words** stay</nowiki> and so do %%//these//%%.
"""
PAGES["town:ferry"] = FERRY_BEFORE
PAGES["town:museum"] = """~~NOTOC~~
====== Museum of Salt ======

The museum opened in 1961 (c) by the town. ~~NOCACHE~~
Today it shows 3x4 rooms; it is {{:town:map.pdf|on the map}}.

===== Rooms =====

  * Boat hall
  * Salt cellar: <file>
keep it dry
</file>

===== Rooms (2nd floor) =====

There is **__//no//__** second floor.

===== Marigold =====

Her rudder hangs here -> above the door. FIXME

===== 1961 =====

That year cost 400 crowns.

===== Öffnungszeiten & Straße =====

Von 10 bis 16 Uhr; [[wp>Salt|Salz]] gibt es nicht, [[https://salt.example/buy]] schon.

==== - ====

Nichts mehr.
"""
PAGES["town:works:pumps"] = """The pumps of the town have no headline, only prose.

They lift 1,900 cubic metres a day.
"""
PAGES["town:works:wells"] = """===== Wells =====

The town has four wells, all of them dry since the pumps came.
"""
PAGES["start"] = """====== Hallowby ======

===== Welcome =====

Hallowby is a town of 4,312 people. [[town:ferry]] [[town:works:]] [[паром]]

  * [[town:museum|{{:town:salt.png?50|a picture of salt}}]]
  * a tie: 2 ** 3

===== Version =====

~~INFO:version~~

===== Raw =====

<html><b>Raw</b> html</html> is off.
"""
PAGES["паром"] = """====== Паром ======

Паром ходит каждые полчаса.

===== Цены =====

Билет стоит три кроны.
"""

EDITS = {"town:ferry": FERRY_NOW}

# What the package ships, besides a playground with nothing on it.
SHIPPED = {"wiki:dokuwiki", "wiki:syntax", "wiki:welcome"}
CONTENT = set(PAGES) | SHIPPED
