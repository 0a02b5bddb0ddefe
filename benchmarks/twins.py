"""How alike rewrites of a story are, and how fast twins are found: python -m benchmarks.twins [--documents N]

Twelve invented stories, each rewritten by hand in degrees, are compared by kind of rewrite: the true Jaccard similarity
of their word triples, its estimate from the signatures, the true containment, and how many pairs were joined. Then N
documents are signed and grouped, a tenth of them twins, and N reports of one template; the same signatures in
datasketch's MinHashLSH, without the check of what it finds, stand beside them in the same run.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from index import twins


@dataclass(frozen=True, slots=True)
class Story:
    """A story and its rewrites. Paragraphs are parted by an empty line, the first is the headline."""

    text: str
    headline: str  # another one
    edits: tuple[tuple[str, str], ...]  # a light copy-edit: words as they stand, words in their place
    lead: str  # the first paragraph of a local paper's version
    added: str  # two paragraphs more
    heavy: str = ""  # every sentence rewritten, in the same order
    anew: str = ""  # the same events, by another author
    template: str = ""  # other facts in the same form


STORIES = (
    Story(
        text="""
        Calder Bridge to close for eleven weeks

        The Calder Bridge in Port Marlow will close to all traffic from Monday after engineers found cracks in two of
        the steel hangers that hold its deck, the county said.

        Pedestrians and cyclists may use the eastern walkway, but buses on routes 4 and 17 will be sent round by
        Elmgate, which adds about twenty minutes to the journey at busy hours.

        "We would rather have an angry town than an unsafe bridge," said Hanna Orlet, who leads the county's roads
        department. She expects the work to take eleven weeks and to cost 2.3 million crowns.

        Shopkeepers on Quay Street fear for their summer. "Half of my customers come over that bridge," said Tomas
        Veld, who sells fishing tackle. The county promised free parking at the old gasworks and a shuttle every ten
        minutes.

        The bridge, opened in 1961, carries some 19,000 vehicles a day. It was last repaired in 2004, when its
        bearings were replaced.
        """,
        headline="Cracked hangers shut Port Marlow's bridge until autumn",
        edits=(
            ("will close to all traffic from Monday", "is to close to all traffic from Monday"),
            ("which adds about twenty minutes", "adding about twenty minutes"),
            ("who leads the county's roads department", "the head of the county's roads department"),
            ("She expects the work", "She said she expected the work"),
            ("fear for their summer", "are worried about their summer"),
            ("some 19,000 vehicles", "around 19,000 vehicles"),
        ),
        lead="""Commuters from Elmgate face long queues next week, as buses and cars from Port Marlow are sent
        through the village while the Calder Bridge is mended.""",
        added="""The county council will hold an open meeting in the corn exchange on Thursday evening, where
        engineers are to show photographs of the damage and answer questions.

        A temporary ferry, proposed by the sailing club, was ruled out because the landing stage at Northbank is too
        weak to bear a crowd.""",
        heavy="""
        Calder Bridge shut for eleven weeks

        Port Marlow is to lose its main crossing on Monday, when the county closes the Calder Bridge because two steel
        hangers supporting the roadway have been found to be cracked.

        Walkers and people on bicycles can still cross by the walkway on the eastern side; the 4 and 17 buses must
        take the way through Elmgate, some twenty minutes longer in the rush hour.

        Hanna Orlet, head of roads at the county, said that she preferred an angry town to an unsafe bridge. The
        repair should last eleven weeks, she added, with a bill of 2.3 million crowns.

        Traders in Quay Street are anxious about the season: Tomas Veld of the tackle shop reckons that every second
        customer comes across the river. Parking by the former gasworks will be free, and a shuttle is to run six
        times an hour.

        About 19,000 vehicles cross each day. The bridge dates from 1961 and had its bearings renewed in 2004.
        """,
        anew="""
        "They told us on a Friday night": a town without its bridge

        When the letter came, Tomas Veld had just taken delivery of four hundred boxes of hooks and floats. From
        Monday, it said, nobody would be driving past his window on Quay Street for the best part of a summer.

        Engineers hanging from ropes had looked at the Calder Bridge in the last week of May. In two places the steel
        was cracked deep enough to take a coin. The county, which has the bridge in its care, did not wait for a
        second opinion.

        I walked across on Saturday. Families had come to take pictures; a boy on a scooter asked a policeman whether
        it would fall down. It carries nearly twenty thousand cars and lorries on a weekday, and has done so, with one
        overhaul, since the sixties.

        Hanna Orlet, the official who signed the order, has been shouted at in the bakery. She does not regret it. Her
        sum for the repair is 2.3 million crowns; her guess at its length, less than three months. Until then the
        buses crawl through Elmgate.
        """,
    ),
    Story(
        text="""
        Thieves take medieval coins from Halden museum

        Thieves broke into the town museum in Halden in the early hours of Sunday and took a hoard of 212 silver coins
        from the thirteenth century, police said.

        The alarm rang at 3.40 am, but the burglars had left by the time officers arrived nine minutes later. They had
        come through a skylight and let themselves down on a rope.

        The coins, found by a ploughman in 1988, are worth about 150,000 crowns, but could hardly be sold, said the
        museum's director, Ines Falk. "Every dealer in Europe has their picture. I fear that they will be melted
        down."

        Nothing else was touched, which suggests that the theft was ordered, said Inspector Jonas Brandt. He asked
        anyone who had seen a dark van with a ladder near Mill Lane to come forward.

        The museum will stay closed until Thursday. A replica of the hoard, made for schools, is to take its place in
        the case.
        """,
        headline="Halden hoard stolen in nine minutes through a skylight",
        edits=(
            ("in the early hours of Sunday", "early on Sunday morning"),
            ("had left by the time", "were gone by the time"),
            ("are worth about 150,000 crowns", "are valued at about 150,000 crowns"),
            ("which suggests that", "suggesting that"),
            ("to come forward", "to call the police"),
            ("will stay closed", "remains closed"),
        ),
        lead="""Pupils of Mill Lane school, who made drawings of the Halden hoard only last month, were in tears on
        Monday when they heard that it is gone.""",
        added="""Two years ago the council turned down a request for new cameras in the upper gallery, at a price of
        8,000 crowns. Its leader said on Monday that the decision would be looked at again.

        Police in three neighbouring districts have been told, and the border service has been given a list of the
        pieces with their weights.""",
        heavy="""
        Medieval silver gone from museum in Halden

        Burglars got into Halden's museum before dawn on Sunday and made off with 212 silver coins struck in the
        thirteenth century, according to police.

        Although an alarm went off at 3.40 am and officers were there within nine minutes, nobody was found. The
        intruders had climbed down a rope from a skylight.

        A ploughman turned up the hoard in 1988. It is valued at roughly 150,000 crowns but is next to unsaleable, the
        director, Ines Falk, explained: dealers all over Europe know it from pictures, and she is afraid of the
        melting pot.

        Since no other piece was taken, Inspector Jonas Brandt believes that somebody had ordered the coins. Witnesses
        who noticed a dark van carrying a ladder by Mill Lane should get in touch with him.

        Visitors are let in again from Thursday, and will find in the case the copy that is otherwise lent to schools.
        """,
        anew="""
        The silver that a plough brought up

        Ask anybody in Halden over forty and they will tell you where they stood when old Per Lund walked into the
        bank with a bucket. In it, under the mud, lay what became the pride of the town.

        On Sunday night the bucket's worth of silver left Halden, the way it must have come some seven centuries ago:
        in the dark, in a hurry. Somebody climbed on to the museum's roof, lifted a pane and went down hand over hand.

        Why only the coins? A painting worth more hung two steps away. Collectors, say people who know the trade, do
        not ask where a thing is from if they want it enough; the police, too, think of an order.

        Ines Falk, in charge of the house since last spring, showed me the empty velvet. Plaster copies will lie there
        by the end of the week. "Children cannot tell the difference," she said, and then: "I can."
        """,
    ),
    Story(
        text="""
        Water company fined over dead fish in the Aller

        Norrwater was fined 640,000 crowns on Tuesday for letting untreated sewage into the river Aller, where some
        3,000 trout and grayling died in August last year.

        The district court in Sandvik heard that a pump had failed on a Friday evening and that the warning went to an
        employee who had left the company in spring.

        "This was not bad luck but bad housekeeping," said Judge Mirja Toll. For eleven hours nobody noticed that the
        tank was running over into a ditch that leads to the river.

        The company admitted the offence and said that it had since put in a second pump and a duty roster. It will
        also pay 90,000 crowns to the anglers' club for new fish.

        Anglers called the fine too low. "They earn that in a day and a half," said the club's chairman, Oskar Lind.
        Norrwater supplies 400,000 households in the north of the country.
        """,
        headline="Court: eleven hours of sewage were 'bad housekeeping'",
        edits=(
            ("was fined 640,000 crowns on Tuesday", "has been fined 640,000 crowns"),
            ("heard that a pump had failed", "was told that a pump had failed"),
            ("the warning went to", "the alarm went to"),
            ("nobody noticed that", "no one noticed that"),
            ("had since put in", "had since installed"),
            ("called the fine too low", "said the fine was too low"),
        ),
        lead="""The anglers of Sandvik will get 90,000 crowns to bring the fish back to their stretch of the Aller,
        half of which has been empty since last summer.""",
        added="""Tests in March found small trout again below the weir, but no grayling, which are slower to come
        back and need gravel free of mud to spawn.

        The environment agency, which brought the case, said that it was looking into two further spills from the same
        works in the past winter.""",
    ),
    Story(
        text="""
        Tram drivers in Lindhaven to strike on Friday

        No trams will run in Lindhaven on Friday, as drivers walk out for 24 hours over new rosters, their union said
        after talks broke down on Wednesday night.

        The union says that the rosters, due to begin in June, leave some drivers with nine hours between two shifts.
        It asks for eleven. The transport company offers ten.

        "A tired driver with two hundred people behind him is a danger," said the union's secretary, Lea Morand. Of
        610 drivers, 88 per cent voted for the strike.

        The company's head, Ruben Stahl, called it out of proportion. He said that buses would run on the main lines
        every quarter of an hour, and that tickets for the week stay valid on regional trains.

        Schools have been told to excuse pupils who come late. The last strike on the trams, in 2016, went on for
        three days and ended with a rise of four per cent.
        """,
        headline="Lindhaven without trams for a day",
        edits=(
            ("as drivers walk out for 24 hours", "when drivers walk out for 24 hours"),
            ("due to begin in June", "due to start in June"),
            ("It asks for eleven", "It wants eleven"),
            ("called it out of proportion", "said it was out of proportion"),
            ("have been told to excuse", "were asked to excuse"),
            ("went on for three days", "lasted three days"),
        ),
        lead="""Pupils from the hill villages will have to find another way to school on Friday: the trams of
        Lindhaven stand still, and the buses that replace them stop at the ring road.""",
        added="""The chamber of commerce put the cost of a day without trams at one million crowns and asked both
        sides to go back to the table before the weekend market.

        A mediator, the former mayor Edda Kranz, has offered her help. The union accepted; the company said that it
        would answer on Thursday.""",
        heavy="""
        Friday's trams cancelled in Lindhaven

        Lindhaven's trams stand still this Friday: drivers are stopping work for a full day because of changed
        rosters, the union announced once Wednesday's late talks had failed.

        From June, it complains, there could be as little as nine hours from one shift to the next. Drivers demand
        eleven hours, while the operator is prepared to give ten.

        Lea Morand, the secretary, spoke of a danger to two hundred passengers if the man in front is tired. The
        ballot among the 610 drivers went 88 per cent in favour.

        For Ruben Stahl, who runs the company, the measure goes too far. Every fifteen minutes a bus is to serve the
        principal lines, he promised, and regional trains will take weekly tickets.

        Late pupils are to be excused. When trams last struck, in 2016, it took three days and a four per cent rise to
        settle matters.
        """,
    ),
    Story(
        text="""
        Islanders buy their lighthouse for one crown

        The people of Skerry have bought the lighthouse on their island from the state for one crown, ending a quarrel
        of six years over who should pay for its roof.

        About 140 people live on Skerry all year. They formed a trust in 2019, after the maritime office had said that
        the tower, which has been dark since 1997, would be pulled down.

        Repairs will cost 780,000 crowns, most of it from a heritage fund. The trust wants to let the keeper's house
        to guests and to light the lamp again on feast days.

        "My grandfather climbed those 164 steps each evening," said Agnes Holm, who chairs the trust. "I mean to climb
        them once more before my knees give up."

        The contract forbids the island to sell the tower for fifty years. A tern colony on the rocks below is to be
        left alone from April to July.
        """,
        headline="A lighthouse changes hands for small change",
        edits=(
            ("ending a quarrel", "which ends a quarrel"),
            ("About 140 people live", "Some 140 people live"),
            ("had said that", "announced that"),
            ("wants to let", "plans to let"),
            ("those 164 steps each evening", "those 164 steps every evening"),
            ("is to be left alone", "must be left alone"),
        ),
        lead="""A ferry captain from Northbank is among the first guests who want to sleep in the keeper's house on
        Skerry, now that the islanders own it.""",
        added="""Volunteers have begun to carry out the rubble: forty tonnes of it, by hand, since no lorry can pass
        the narrow lane from the harbour.

        The lens, taken to the capital in 1998, is to come home next spring. The technical museum gives it back as a
        loan without end.""",
        anew="""
        Light, please: what 140 people can do with a tower

        There is no bank on Skerry, so the crown was handed over in the post office, in a coin, in front of a dozen
        witnesses and a dog. The official from the maritime office gave a receipt.

        For years both sides had counted other coins. The state did not want to put slates on a tower that nobody
        sailed by; the island did not want a ruin to fall on its sheep. In the end Agnes Holm wrote a letter every
        month until somebody in the capital gave in.

        She wants lodgers in the cottage, a lamp at midsummer and Christmas, and, she admits, her grandfather's
        stairs. The heritage fund found most of the money last autumn. The birds will be let nest in peace, it is
        written in the deed.
        """,
    ),
    Story(
        text="""
        Phones stay in lockers at Brae school

        Pupils at the Brae school hand in their telephones at the gate from this term, and most of their parents are
        glad of it, a survey by the school shows.

        Of 430 parents who answered, 81 per cent are for the rule, which was tried out in two forms last year. Among
        the pupils it was 37 per cent.

        "The yard has become loud again," said the headmistress, Ruth Abendroth. "They play, they quarrel, they make
        it up." Teachers report fewer interruptions but no better marks so far.

        Telephones lie in lockers that the pupils paint themselves. Whoever needs one for medical reasons may keep it;
        at present these are six children.

        The ministry of education will look at the results in spring. Seven other schools in the district have asked
        for lockers, which cost 60 crowns each.
        """,
        headline="School yard 'loud again' without telephones",
        edits=(
            ("hand in their telephones", "hand in their phones"),
            ("are for the rule", "support the rule"),
            ("has become loud again", "is loud again"),
            ("but no better marks so far", "but marks are no better so far"),
            ("Whoever needs one", "Those who need one"),
            ("will look at the results", "is to look at the results"),
        ),
        lead="""Two schools in Elmgate are waiting for lockers of their own after a trial at the neighbouring Brae
        school pleased parents more than pupils.""",
        added="""Some pupils have found a way round: old telephones without a card are handed in, the good one stays
        in the sock. The caretaker says that he has counted nine.

        The pupils' council wants the lockers opened in the long break on Fridays. The headmistress has promised to
        try that after Easter.""",
    ),
    Story(
        text="""
        Weather for the Marlow coast: rain by evening

        It will be cloudy on Tuesday with light rain spreading from the west by evening. Temperatures will reach 14 to
        16 degrees, on the coast 13. The wind is moderate from the south-west, with gusts of up to 45 kilometres an
        hour.

        On Wednesday there will be sunny spells and scattered showers in the hills. Temperatures will reach 17
        degrees, and fall to 8 degrees at night.

        On Thursday a high over the sea brings dry weather for most of the region, with fog in the valleys in the
        morning. Temperatures will reach 19 degrees.

        The outlook: warm and mostly dry until the weekend, with thunderstorms on Sunday. Sunrise is at 5.21 am,
        sunset at 8.47 pm. The water temperature at Port Marlow is 12 degrees.
        """,
        headline="Some rain tonight, then a warm week on the coast",
        edits=(
            ("spreading from the west by evening", "moving in from the west by evening"),
            ("The wind is moderate", "The wind will be moderate"),
            ("scattered showers in the hills", "a few showers in the hills"),
            ("warm and mostly dry", "warm and largely dry"),
        ),
        lead="""Take an umbrella to tonight's concert in Elmgate: it will be cloudy on Tuesday with light rain
        spreading from the west by evening.""",
        added="""Sailors should note that the harbour at Northbank is closed to boats over ten metres while the
        dredger is at work, and that buoy six is adrift.

        The pollen count for grasses is high on Wednesday and Thursday, and low after the storms at the weekend.""",
        template="""
        Weather for the Marlow coast: frost by evening

        It will be sunny on Friday with light frost spreading from the north by evening. Temperatures will reach 2 to
        4 degrees, on the coast 5. The wind is weak from the north-east, with gusts of up to 20 kilometres an hour.

        On Saturday there will be long sunny spells and scattered clouds in the hills. Temperatures will reach 3
        degrees, and fall to minus 6 degrees at night.

        On Sunday a low over the sea brings wet weather for most of the region, with snow in the valleys in the
        morning. Temperatures will reach 1 degree.

        The outlook: cold and mostly wet until the middle of the week, with snow on Tuesday. Sunrise is at 8.02 am,
        sunset at 4.11 pm. The water temperature at Port Marlow is 6 degrees.
        """,
    ),
    Story(
        text="""
        Marlow Rovers 3, Halden Town 1

        Marlow Rovers beat Halden Town 3-1 at home on Saturday to move up to fourth in the Second Division, with two
        goals from Erik Sande in front of 2,410 spectators.

        Sande headed the Rovers in front after twelve minutes from a corner by Luca Prinz. Halden drew level through
        Milan Dorr on the half hour, when the defence could not clear a free kick.

        After the break the home side pressed, and Sande scored his ninth of the season in the 58th minute. Substitute
        Jo Kvist made it three from the spot eight minutes from time.

        "We were patient and we were rewarded," said the coach, Anton Reiss. Halden, who have not won away since
        March, stay in fourteenth place. Rovers play at Sandvik on Wednesday.
        """,
        headline="Sande's double lifts Rovers to fourth",
        edits=(
            ("to move up to fourth", "and moved up to fourth"),
            ("drew level through", "equalised through"),
            ("could not clear", "failed to clear"),
            ("stay in fourteenth place", "remain in fourteenth place"),
        ),
        lead="""A bus full of supporters from Elmgate saw their old school friend Erik Sande score twice on Saturday
        as Marlow Rovers beat Halden Town 3-1.""",
        added="""The referee sent off Halden's captain, Timo Raab, in the last minute for a second yellow card after
        a foul near the touchline.

        Rovers were without the goalkeeper Nils Berg, who broke a finger in training; the young Ole Hamm kept his
        place and did well.""",
        template="""
        Sandvik United 2, Lindhaven Athletic 0

        Sandvik United beat Lindhaven Athletic 2-0 at home on Saturday to move up to second in the Second Division,
        with two goals from Karl Thun in front of 3,105 spectators.

        Thun headed United in front after thirty minutes from a cross by Sami Holt. Lindhaven came close through Piet
        Maas on the stroke of half time, when the defence could not clear a corner.

        After the break the home side pressed, and Thun scored his fifth of the season in the 71st minute. Substitute
        Max Ode hit the post two minutes from time.

        "We were strong and we were brave," said the coach, Willem Grote. Lindhaven, who have not won at all since
        April, stay in last place. United play at Brae on Wednesday.
        """,
    ),
    Story(
        text="""
        Ostrand Steel: profit up 12 per cent in the first quarter

        Ostrand Steel made a net profit of 48 million crowns in the first quarter, 12 per cent more than a year
        before, the company said on Thursday. Sales rose by 5 per cent to 612 million crowns.

        Operating profit was 71 million crowns, compared with 64 million crowns in the same period of last year. The
        margin rose to 11.6 per cent from 11.0 per cent. Earnings per share were 1.92 crowns.

        The company raised its outlook for the full year and now expects sales to grow by 4 to 6 per cent. "Demand
        from shipyards remains strong," said the chief executive, Marta Dahl.

        Shares in Ostrand Steel, which employs 2,300 people at three sites, rose by 3.1 per cent in early trading. The
        company will publish figures for the second quarter on 24 July.
        """,
        headline="Shipyards drive Ostrand's earnings",
        edits=(
            ("made a net profit", "posted a net profit"),
            ("compared with 64 million", "against 64 million"),
            ("now expects sales to grow", "now sees sales growing"),
            ("in early trading", "in early trade"),
        ),
        lead="""The steelworks in Sandvik will take on forty apprentices in autumn, its owner Ostrand Steel said on
        Thursday as it reported a net profit of 48 million crowns for the first quarter.""",
        added="""Costs of energy fell by a tenth, as the works at Sandvik drew two thirds of their power from wind
        under a contract signed in December.

        The board proposes a dividend of 2.10 crowns a share, to be paid in June if the owners agree at their meeting
        on 20 May.""",
        template="""
        Norrwater: profit down 7 per cent in the first quarter

        Norrwater made a net profit of 31 million crowns in the first quarter, 7 per cent less than a year before, the
        company said on Tuesday. Sales rose by 2 per cent to 405 million crowns.

        Operating profit was 52 million crowns, compared with 57 million crowns in the same period of last year. The
        margin fell to 12.8 per cent from 14.4 per cent. Earnings per share were 0.88 crowns.

        The company confirmed its outlook for the full year and still expects sales to grow by 1 to 3 per cent.
        "Demand from households remains stable," said the chief executive, Per Wik.

        Shares in Norrwater, which employs 1,150 people at nine sites, fell by 2.4 per cent in early trading. The
        company will publish figures for the second quarter on 30 July.
        """,
    ),
    Story(
        text="""
        Magnitude 4.1 earthquake near Sandvik

        A magnitude 4.1 earthquake struck 12 kilometres north-east of Sandvik at 6.14 am on Tuesday, the national
        earthquake service reported. The quake was at a depth of 9 kilometres.

        There were no immediate reports of damage or injuries. People up to 40 kilometres away may have felt the
        quake.

        In the past ten days there have been 3 earthquakes of magnitude 3.0 or greater in the same area. On average
        the region has 14 such earthquakes a year.

        Did you feel this earthquake? Consider telling the earthquake service what you felt. Even if you are not near
        the place, find out what to do before and during an earthquake: hold on to something firm, stay away from
        windows, and keep a bag with water, a torch and a radio by the door.

        This report was made by a program from the figures of the national earthquake service and read by an editor
        before it was published. If you find a mistake in it, or would like to know more about how such reports are
        made, write to the newsroom.
        """,
        headline="Earth trembles at breakfast in Sandvik",
        edits=(
            ("struck 12 kilometres north-east of Sandvik", "was felt 12 kilometres north-east of Sandvik"),
            ("no immediate reports", "no reports at first"),
            ("Consider telling", "Please consider telling"),
            ("keep a bag with water", "have a bag with water"),
            ("read by an editor", "checked by an editor"),
        ),
        lead="""Cups rattled in the bakery on Mill Lane on Tuesday: a magnitude 4.1 earthquake struck 12 kilometres
        north-east of Sandvik at 6.14 am, the national earthquake service reported.""",
        added="""Trains between Sandvik and Halden stood for half an hour while staff walked the line. No fault was
        found, the railway said.

        The mayor, Bodil Ek, said that the old town hall would be looked at by an engineer, as plaster had come down
        in the stairwell.""",
        template="""
        Magnitude 3.6 earthquake near Brae

        A magnitude 3.6 earthquake struck 5 kilometres west of Brae at 11.52 pm on Saturday, the national earthquake
        service reported. The quake was at a depth of 14 kilometres.

        There were no immediate reports of damage or injuries. People up to 25 kilometres away may have felt the
        quake.

        In the past ten days there have been 2 earthquakes of magnitude 3.0 or greater in the same area. On average
        the region has 6 such earthquakes a year.

        Did you feel this earthquake? Consider telling the earthquake service what you felt. Even if you are not near
        the place, find out what to do before and during an earthquake: hold on to something firm, stay away from
        windows, and keep a bag with water, a torch and a radio by the door.

        This report was made by a program from the figures of the national earthquake service and read by an editor
        before it was published. If you find a mistake in it, or would like to know more about how such reports are
        made, write to the newsroom.
        """,
    ),
    Story(
        text="""
        Petrol at 1.78 crowns a litre this week

        A litre of petrol costs 1.78 crowns on average this week, 2 cents more than a week ago, according to the
        motoring club, which asks 900 filling stations every Monday. Diesel is at 1.69 crowns, 1 cent less than a week
        ago.

        Petrol is cheapest in Halden at 1.72 crowns and dearest in Lindhaven at 1.86 crowns. For diesel the range is
        from 1.63 crowns in Brae to 1.77 crowns in Port Marlow.

        The club blames the price of crude oil, which rose to 84 dollars a barrel on Friday, and a weaker crown. It
        advises drivers to fill up between 6 and 8 in the evening, when prices are some 7 cents lower than in the
        morning.

        A year ago a litre of petrol cost 1.91 crowns and a litre of diesel 1.83 crowns. The highest price so far was
        paid in June 2022, with 2.24 crowns for petrol.
        """,
        headline="Drivers pay a little more for petrol, less for diesel",
        edits=(
            ("according to the motoring club", "the motoring club says"),
            ("Petrol is cheapest in Halden", "The cheapest petrol is in Halden"),
            ("The club blames", "The club puts it down to"),
            ("when prices are some 7 cents lower", "when prices are about 7 cents lower"),
        ),
        lead="""Nowhere in the country is petrol cheaper than in Halden: 1.72 crowns a litre this week, six cents
        below the average.""",
        added="""At motorway stations a litre costs 38 cents more than in town, the club found in a sample of sixty.
        It asks the cartel office to look into that.

        Electric current at public columns stands at 0.49 crowns a unit, and has not changed since January.""",
        template="""
        Petrol at 1.83 crowns a litre this week

        A litre of petrol costs 1.83 crowns on average this week, 5 cents more than a week ago, according to the
        motoring club, which asks 900 filling stations every Monday. Diesel is at 1.74 crowns, 4 cents more than a
        week ago.

        Petrol is cheapest in Brae at 1.76 crowns and dearest in Port Marlow at 1.92 crowns. For diesel the range is
        from 1.66 crowns in Halden to 1.84 crowns in Lindhaven.

        The club blames the price of crude oil, which rose to 89 dollars a barrel on Friday, and a weaker crown. It
        advises drivers to fill up between 6 and 8 in the evening, when prices are some 8 cents lower than in the
        morning.

        A year ago a litre of petrol cost 1.88 crowns and a litre of diesel 1.79 crowns. The highest price so far was
        paid in June 2022, with 2.24 crowns for petrol.
        """,
    ),
    Story(
        text="""
        Police seek witnesses after crash on the A12

        A man of 54 was badly hurt on Monday afternoon when his car left the A12 near Elmgate and struck a tree,
        police said. He was flown to hospital in Lindhaven.

        The accident happened at about 4.20 pm in the bend behind the quarry. The man, from Port Marlow, was alone in
        a grey estate car and was going towards Halden. Why he lost control is not known.

        The road was closed for three hours, and traffic was sent round by the village. Damage is put at 18,000
        crowns.

        Police ask anyone who saw the accident, or who was on the A12 between 4 and 4.30 pm and has a camera in the
        car, to call the station in Elmgate on 0555 0147.
        """,
        headline="Driver, 54, flown to hospital after hitting tree",
        edits=(
            ("was badly hurt", "was seriously injured"),
            ("The accident happened at about 4.20 pm", "The crash happened at about 4.20 pm"),
            ("is not known", "is unclear"),
            ("Damage is put at", "Damage is estimated at"),
        ),
        lead="""A head gardener from Port Marlow whom many know from the castle park is in hospital after his car
        left the A12 near Elmgate on Monday afternoon and struck a tree.""",
        added="""Residents have asked for years for a lower limit in the bend, where four cars have come off the road
        since 2020. The county wants to measure speeds in June.

        The fire brigade was there with 22 people and cut the man out of the wreck. It thanked two hikers who had
        given first aid.""",
        template="""
        Police seek witnesses after crash on the A7

        A woman of 31 was slightly hurt on Thursday morning when her car left the A7 near Brae and struck a wall,
        police said. She was taken to hospital in Sandvik.

        The accident happened at about 7.50 am in the bend before the bridge. The woman, from Halden, was alone in a
        red van and was going towards Sandvik. Why she lost control is not known.

        The road was closed for one hour, and traffic was sent round by the harbour. Damage is put at 9,000 crowns.

        Police ask anyone who saw the accident, or who was on the A7 between 7.30 and 8 am and has a camera in the
        car, to call the station in Brae on 0555 0182.
        """,
    ),
)


def paragraphs(text: str) -> list[str]:
    return [" ".join(block.split()) for block in text.strip().split("\n\n")] if text else []


def whole(text: str) -> str:
    return "\n\n".join(paragraphs(text))


def rewrites(story: Story) -> Iterator[tuple[str, str]]:
    """Every rewrite of a story, after its kind."""
    parts, added, (lead,) = paragraphs(story.text), paragraphs(story.added), paragraphs(story.lead)
    text = whole(story.text)
    place = STORIES.index(story)
    second, third = (whole(STORIES[(place + i) % len(STORIES)].text) for i in (1, 2))
    yield "another headline", "\n\n".join([story.headline, *parts[1:]])
    yield "light copy-edit", edited(text, story.edits)
    for i in range(1, len(parts)):
        yield "one paragraph cut", "\n\n".join(parts[:i] + parts[i + 1 :])
    yield "two paragraphs added", "\n\n".join([*parts[:3], added[0], *parts[3:], added[1]])
    yield "local lead before", "\n\n".join([story.headline, lead, *parts[1:]])
    yield "local lead instead", "\n\n".join([story.headline, lead, *parts[2:]])
    yield "cut to its first half", text[: len(text) // 2]
    yield "cut to its first third", text[: len(text) // 3]
    yield "in a digest of two", f"{text}\n\n{second}"
    yield "in a digest of three", f"{text}\n\n{second}\n\n{third}"
    for kind, other in (
        ("every sentence rewritten", story.heavy),
        ("told anew", story.anew),
        ("same template", story.template),
    ):
        if other:
            yield kind, whole(other)


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        if old not in text:
            raise ValueError(f"{old!r} is not in the story {text[:40]!r}; mend the edit")
        text = text.replace(old, new)
    return text


def triples(text: str) -> set[tuple[str, ...]]:
    """The word triples of a text in Latin letters, told apart independently of the product's code."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return set(zip(words, words[1:], words[2:], strict=False))


def similarity_table() -> None:
    pairs = [(kind, whole(story.text), text) for story in STORIES for kind, text in rewrites(story)]
    pairs += [("unrelated", whole(one.text), whole(other.text)) for one, other in combinations(STORIES, 2)]
    print(f"{'kind':26}{'pairs':>6}{'Jaccard':>14}{'estimated':>14}{'containment':>14}{'joined':>8}")
    for kind in dict.fromkeys(kind for kind, _, _ in pairs):
        rows = [compared(one, other) for name, one, other in pairs if name == kind]
        spans = "".join(f"{min(column):>8.2f} -{max(column):.2f}" for column in list(zip(*rows, strict=True))[:3])
        print(f"{kind:26}{len(rows):6}{spans}{sum(row[3] for row in rows):8.0f}")


def compared(one: str, other: str) -> tuple[float, float, float, float]:
    """Jaccard similarity, its estimate, containment of the smaller in the larger, and 1 if they were joined."""
    a, b = triples(one), triples(other)
    left, right = twins.signature(one), twins.signature(other)
    joined = bool(twins.groups({"one": left, "other": right}))
    return len(a & b) / len(a | b), twins.similarity(left, right), len(a & b) / min(len(a), len(b)), float(joined)


def mixed(count: int, rng: random.Random) -> list[str]:
    """Texts of 400 made-up words, a tenth of them copies of the one before with 12 words changed."""
    words = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randint(2, 10))) for _ in range(20_000)]
    texts = [rng.choices(words, k=400)]
    while len(texts) < count:
        copy = list(texts[-1]) if len(texts) % 10 == 1 else rng.choices(words, k=400)
        for place in rng.sample(range(400), 12):
            copy[place] = rng.choice(words)
        texts.append(copy)
    return [" ".join(text) for text in texts]


def templated(count: int, rng: random.Random) -> list[str]:
    """As many reports of the earthquake service, each with numbers of its own."""
    form = next(whole(story.text) for story in STORIES if "earthquake" in story.headline or "4.1" in story.text)
    return [re.sub(r"\d+", lambda _: str(rng.randint(1, 999)), form) for _ in range(count)]


def seconds_to_group(name: str, texts: list[str]) -> None:
    from datasketch import MinHash, MinHashLSH

    started = time.perf_counter()
    signed = {f"{n:06}": twins.signature(text) for n, text in enumerate(texts)}
    signing = time.perf_counter() - started
    started = time.perf_counter()
    found = twins.groups(signed)
    grouping = time.perf_counter() - started
    blank = MinHash(num_perm=128)
    started = time.perf_counter()
    lsh = MinHashLSH(num_perm=128, params=(42, 3))
    hashes = {
        key: MinHash(hashvalues=values[:128], permutations=blank.permutations, scheme="affine32")
        for key, values in signed.items()
    }
    for key, value in hashes.items():
        lsh.insert(key, value)
    asked = list(hashes)[:: max(1, len(hashes) // 500)]  # a sample: on reports of one template each answer is long
    inserted = time.perf_counter()
    for key in asked:
        lsh.query(hashes[key])
    theirs = inserted - started + (time.perf_counter() - inserted) * len(hashes) / len(asked)
    print(
        f"{name}: {len(texts)} signed at {signing / len(texts) * 1e6:.0f} us each, {len(found)} groups in "
        f"{grouping:.2f} s; MinHashLSH {theirs:.2f} s (of its queries {len(asked)} timed), "
        f"ratio {grouping / theirs:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Likeness of rewrites, and the speed of finding twins.")
    parser.add_argument("--documents", type=int, default=10_000)
    options = parser.parse_args()
    similarity_table()
    rng = random.Random(7)
    twins.signature("a warm-up that loads the library")
    seconds_to_group("mixed", mixed(options.documents, rng))
    seconds_to_group("one template", templated(options.documents, rng))


if __name__ == "__main__":
    main()
