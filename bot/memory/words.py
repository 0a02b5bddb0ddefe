"""The words that the rules of follow-up questions look for. English only; no names of anyone or anywhere."""

from __future__ import annotations

import re

AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|shall|may|might|must|isn['’]t|didn['’]t)"
)
WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
# What a question asks by: "who", "how many sanctions", "on which days", "for how much".
WH_PHRASE = (
    rf"(?:(?:for|on|in|at|by|with|to|from|of|since|until)\s+)?"
    rf"(?:how\s+(?:many|much)(?:\s+(?!{AUXILIARY}\b)[\w’'-]+){{0,3}}?|how\s+\w+|"
    rf"(?:which|what|whose)\s+(?!{AUXILIARY}\b)[\w’'-]+|{WH})"
)
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"january|february|april|june|july|august|september|october|november|december)"
)
# "in 2021", "at the end of July", "on 7 March 2022", "last year", "the year before", "in the year to May 2022".
TIME = (
    rf"(?:(?:in|on|at|by|since|until|before|after|during|from)\s+)?(?:"
    rf"the\s+(?:year|month|week|day)\s+(?:to\s+(?:\d+\s+)?{MONTH}(?:\s+\d{{4}})?|before|after)|"
    rf"(?:the\s+)?(?:beginning|start|middle|end|spring|summer|autumn|winter)\s+of\s+(?:\d{{4}}|{MONTH}(?:\s+\d{{4}})?)|"
    rf"(?:early\s+|late\s+|mid-)?(?:\d{{1,2}}\s+)?{MONTH}(?:\s+\d{{1,2}},)?(?:\s+\d{{4}})?|"
    r"(?:the\s+)?(?:last|next|previous|following|same)\s+(?:year|month|week|day|spring|summer|autumn|winter|time)|"
    r"(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)days?|(?:the\s+)?weekends?|"
    r"(?:a|one)\s+(?:year|month|week)\s+(?:earlier|later|before|ago)|(?:19|20)\d{2}|yesterday|today|tomorrow|now)"
)

# "No, I meant ...", "sorry, I mean ...", "not Brandt, ...": what follows takes the place of what was understood.
CORRECTION = re.compile(
    r"^\W*(?:(?:no|nope|sorry|wait|oops|actually|well|not that(?: one)?)\b\W*)*"
    r"(?:(?:i|we)\s+(?:mean|meant|said|was asking about|am asking about)\b\W*"
    r"|not\s+(?P<wrong>[\w’'. -]{2,40}?)\s*(?:,|but|—|–|-)\s+(?:but\s+)?)",
    re.I,
)
REFUSAL = re.compile(r"^\W*(?:(?:no|nope|sorry|wait|oops|actually)\b\W*)+", re.I)
OPENING = re.compile(
    r"^\W*(?:(?:ok|okay|so|thanks|hm+|yes|right|well)\b\W*)*(?:(?:and|but|or|then)\b\W*)*"
    r"(?P<what>(?:(?:what|how)\s+about|same\s+(?:question\s+)?(?:for|about))\b\W*)?",
    re.I,
)

PERSON = re.compile(r"\b(?P<pronoun>he|she|him|his|hers?|himself|herself)\b(?!['’](?:d|ll))", re.I)
PERSONS = re.compile(
    r"(?:wo)?m[ae]n|person|people|boys?|girls?|child(?:ren)?|mother|father|parents?|sisters?|brothers?|daughters?|sons?|"
    r"wife|husband|widow(?:er)?|aunt|uncle|friends?|victims?|members?|residents?|neighbours?|students?|pupils?|patients?",
    re.I,
)
THING = re.compile(r"\b(?P<pronoun>it|its|they|them|their|theirs)\b", re.I)
POSSESSIVE = frozenset("his hers its their theirs".split())
SUBJECT = frozenset("he she they".split())
MALE, FEMALE = frozenset("he him his himself mr".split()), frozenset("she her hers herself ms mrs miss".split())
PLURAL = frozenset("they them their theirs these those".split())
# A pronoun in the clause that one of these opens may mean something named in the clause before.
SUBORDINATOR = re.compile(
    r"\b(?:that|when|after|before|because|if|whether|who|whom|which|while|as|since|until|than|and|but|why|how|where|what)\b|,",
    re.I,
)
# "How many people are there", "there was": no place is meant.
EXISTS = r"(?:is|are|was|were|be|been|has|have|had|isn['’]t|wasn['’]t|will|would|exists?)"
THERE = re.compile(rf"(?<!\bover )(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?!\s+{EXISTS}\b)", re.I)
THEN = re.compile(r"(?<!since )(?<!until )(?<!\bif )\s+(?:then|at\s+(?:that|the)\s+time)(?=\s*\W*$)", re.I)

_COUNT = r"(?:number|figure|amount|sum|total|count|estimate|price|cost|share|percentage)"
THAT_COUNT = re.compile(rf"\b(?:that|this|the same)\s+{_COUNT}\b", re.I)
_KIND_OF_THING = (
    r"(?:claim|statement|decision|proposal|offer|treaty|plan|law|deal|country|countries|meeting|summit|article|report|"
    r"idea|phrase|place|city|company|club|measures?|condition|step|talks?|demand|trip|visit|agreement|comment|remark|"
    r"people|things?|ones?|event|story|case|matter|issue|question|year|day|month|week)"
)
# "about that?", "is that true", "that decision", "those measures"; not "say that", "a treaty that limits".
THAT = re.compile(
    rf"\b(?:that|this|those|these)\s+{_KIND_OF_THING}\b"
    r"|\b(?:about|of|to|for|by|with|on|from|at|against|behind|after)\s+(?:that|this|those|these)(?=\s*\W*$)"
    rf"|(?<=\bis )(?:that|this)\b|(?<=\bwas )(?:that|this)\b|(?<=\bdid )(?:that|this|those|these)(?=\s+\w+)"
    r"|\b(?:say|mean|do|said|explain|repeat|deny|confirm)\s+(?:that|this)(?=\s*\W*$)",
    re.I,
)
ORDINALS = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
ORDINAL = re.compile(
    rf"\bthe\s+(?:(?P<nth>{'|'.join(ORDINALS)})\s+(?:one\b|of\s+(?:them|these|those|the\s+\w+)|(?=\W*$))|(?P<alone>former|latter))\b",
    re.I,
)
THE_OTHER = re.compile(r"\bthe\s+other\s+one\b", re.I)

# "What is hegemonism?" says all that it asks; "what is the price?" does not.
TELLS_WHAT = re.compile(
    r"^\W*(?:what|who|where)\s*(?:['’]s|is|are|was|were)\s+(?!(?:the|this|that|his|her|its|their)\b)\w",
    re.I,
)
# Words that any question may hold, whatever it is about.
COMMON = (
    "say says said saying tell told talk speak spoke mention think thought know knew known mean meant explain "
    "describe detail details example go goes went gone continue elaborate happen happens become became get got give "
    "gave given take took taken make made do done want have come came leave left bring brought keep kept put find "
    "found show see saw start begin began begun end stop open opened opening close closed finish last live work die "
    "dead kill hurt injure win won winner lose lost loss pay paid pays cost price fee fare spend spent raise rise "
    "rose fall fell drop grow grew increase change buy bought sell sold use build built own owner owned run ran "
    "join joined resign retire replace hire apply vote agree disagree approve reject support oppose object respond "
    "response reply react reaction answer ask announce announced decide decision plan hope expect need offer "
    "promise try arrive travel visit attend free money sum amount number figure total share budget profit salary "
    "wage ticket deadline size length height weight people person man woman somebody anyone anybody someone "
    "anything something everything thing way part kind sort name age staff member visitor old new young long short "
    "much many often far big small large high low good bad better worse early late earlier later soon next previous "
    "ago time date day week month year hour minute today yesterday tomorrow now place reason result effect "
    "consequence purpose source problem true false sure right wrong really exactly actually instead also still yet "
    "already one two three first second third fourth former latter other others another rest else same different "
    "compare compared please thanks thank okay ok sorry mr mrs ms "
)
# "Who else", "the rest of it", "which one", "what came next".
ANAPHORIC = re.compile(
    r"\b(?:else|others?|another|the rest|the same|such an?|instead|afterwards|beforehand|likewise|both|neither|too|"
    r"which (?:one|of)|the (?:first|second|third|last) (?:one|two)|"
    r"(?:earlier|later|next|since|before|after)(?=\W*$))\b",
    re.I,
)
COURTESY = re.compile(
    r"^\W*(?:(?:thanks?|thank you|ok|okay|great|cool|nice|perfect|hello|hi|hey|bye|goodbye|got it|i see|very|much|so|"
    r"a lot)\b\W*)+$|^\W*(?:who|what) (?:are|can) you\b",
    re.I,
)
OPENED = re.compile(r"^\W*(?:(?:ok|okay|thanks|thank you|hm+|yes|right|well)\b\W*)*(?:and|but|or|so|then)\b", re.I)
BARE_WH = re.compile(rf"^\W*{WH_PHRASE}(?:\s+(?:not|so|else|exactly|again|then))*\W*$", re.I)
INDEFINITE = frozenset(
    "i you we he she it they this that these those there anyone anybody someone somebody everyone everybody nobody no "
    "one any some all most many what who which how when where why not".split()
)
# Words of English that no other language's short questions are likely to hold; "in" and "was" are German, too.
ENGLISH = frozenset(
    "the and or but of to for from with about what who whom whose which when where why how is are were did does do has "
    "have had will would can could should he she it they him her them his its their this that these those there then "
    "not no yes any more else other same one first second say said many much sorry mean meant".split()
)
# "And" and "but" of other languages; the rules do not read on after one.
FOREIGN_AND = re.compile(
    r"^\W*(?:und|aber|oder|et|mais|ou|y|pero|e|ma|però|mas|en|maar|och|men|og|a|ale|i|и|а|но|та|але|ve|ja|és)\s+\w",
    re.I,
)
LABEL = re.compile(r"^\W*(?:standalone|stand-alone|rewritten|rephrased)?\s*(?:question|query|rewrite)\s*:\s*", re.I)
