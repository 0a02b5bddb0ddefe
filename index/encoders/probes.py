"""Texts that two encoders are compared on: of many scripts and lengths, with what tokenizers disagree about."""

PROBES = (
    "",
    "a",
    "Trams",
    "The ferry stops for the winter, and nobody minds.",
    "  Spaces\tand\nlines  before, between and behind.  ",
    "The MAYOR of Łódź said: “We've 1,250.75 reasons — and none of them is NATO’s.”",
    "Cats and dogs - don't they co-exist? state-of-the-art (see §4.2, p. 17) @home #1 50% <b>bold</b> [MASK] </s>",
    "Grüße aus Köln; le café naïve coûte 3 €; ¿dónde está el niño?",
    "Thủ tướng nói rằng các điều kiện vẫn chưa được đáp ứng.",
    "Москва назвала условия, при которых отношения могли бы стать нормальными.",
    "部长说，会议将在星期三举行。首相は水曜日に会うと述べた。총리는 수요일에 만난다고 말했다.",
    "قال الوزير إن الاجتماع يوم الأربعاء. ראש העיר אמר שלא יהיה כך.",
    "मंत्री ने कहा कि बैठक बुधवार को होगी।",
    "🚋🎟️ 👩‍👧‍👦 ﬁne ｆｕｌｌ ½ H₂O e\u0301 \u200bzero\u00adwidth",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3,
    "Prices rose by a tenth in the spring. Bakers blamed the flour; millers blamed the rain. " * 5,
    "The council met for the ninth time and again could not agree on who pays for the bridge. " * 60,
)
