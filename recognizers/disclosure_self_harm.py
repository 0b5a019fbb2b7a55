"""SELF_HARM told round about: the words of means, of death and of thinking, and their cues.

- What counts is the whole clause (`disclosure_dark`): a means beside a thought of it, a screening question before, "no
  plan", "988" or a safety plan near; a question put to somebody else and everyday places weigh against.
- The lists are written for this project from general knowledge (Apache-2.0).
"""

from __future__ import annotations

import re

from recognizers.disclosure_cues import Cues, cue

_W = r"(?<![^\W_])"
_E = r"(?![^\W_])"
MEANS = (
    r"(?:bridge|drawbridge|agua|acid|tablets|pomo|mouth|chin|legs over|far down|going over|went over|step off|"
    r"under the|overpass|trestle|pier|river|canal|lake|ocean|tide|surf|quarry|falls|breakwater|train|freight|"
    r"tracks|log trucks?|semis?|highway|"
    r"guard ?rail|rail|railing|ledge|roof|parking (?:structure|deck|garage)|balcony|edge|stern|gun|pistol|"
    r"shotgun|rifle|deer rifle|revolver|glock|"
    r"\.?410|nine|trigger|bullet|shells?|lock ?box|belt|rope|noose|sheets?|cord|knife|razor|blade|box cutter|"
    r"scissors|lighter|pills|bottle of|"
    r"whole bottle|tylenol|insulin|vials?|garage|barn|engine|truck running|exhaust|door down|wheel|pump jack|"
    r"cliff|highwall|bathtub|tub|bunk rail|"
    r"puente|rio|pistola|pastillas|soga|tren|navaja|water|deck|dock|boat|car|truck|tree|woods|window|oven|"
    r"drano|bleach|hose|scaffold|crane|silo|"
    r"propane|beam|rafters|closet|levee|dam|ice|pond|creek|pool|cemetery|grave|burner|stove|match|gasoline|"
    r"road|median|embankment|curve)"
)
DEATH = (
    r"(?:die|dies|died|dying|shot (?:him|her|my)self|own life|get up|not get out|come back|turning around|"
    r"turn around|why am i|even here|past wish|wish to|a plan|thoughts are|dead|death|kill\w*|suicid\w*|end "
    r"(?:it|my|his|her)|ending|wake up|woke up|waking|wake|not be here|being here|"
    r"be here|here anymore|alive|disappear|goodbye|note|buried|funeral|heaven|gone|asleep|sleep forever|go to "
    r"sleep|sleep and|quiet|over with|"
    r"be with (?:him|her|my)|better off|without me|sin mi|no estar|morir\w*|muert\w*|matar\w*|despertar|"
    r"amanecer|vivir|burden|point of|hurt (?:myself|himself|herself)|"
    r"harm|cut|cuts|cutting|scratch\w*|burn\w*|jump\w*|hang|hung|drown\w*|overdose on purpose|on purpose|"
    r"attempt\w*|crash)"
)
THINK = (
    r"(?:thought|thoughts?|think|thinking|thinks|imagin\w+|figured|pictured?|wonder\w*|looked at|looking at|"
    r"look at|staring|stared|counted|counting|"
    r"wanted|wants?|wanting|wish\w*|pray\w*|plan|planned|going to|gonna|was gon|tried|try|trying|almost|ready "
    r"to|pens\w+|queria|quiero|casi|keep|"
    r"stood|sat|sitting|stand\w*|parked|drove|walk\w*|put|had|held|loaded|wrote|tied|took|swallowed|step\w*|"
    r"swim\w*|turn\w*|let|climb\w*|line[ds]? up|swimming|saved up|packed|counting|used that|tried anything|"
    r"reports?|denies|positive for|keeps?|avienta|aventar\w*|meterme|tomarme|tirarme)"
)
SCREEN = (
    r"(?:thoughts? of|thinking (?:about|of)|hurt(?:ing)? yourself|harm(?:ing)? yourself|suicid\w*|not being "
    r"here|not wanting to be here|ending (?:it|your)|"
    r"kill(?:ing)? yourself|dark (?:nights?|stuff|thoughts?|place)|the hard question|straight question|ask "
    r"everybody|ask everyone|i have to ask|c-?ssrs|columbia|"
    r"phq|safe (?:tonight|right now|rn)|are you safe|have you ever tried|wanting to die|pensado en|hacerte "
    r"dano|lastimarte|la pregunta)"
)
SAFE = (
    r"(?:988|nine eight eight|no plan|not now|not today|not tonight|no means|safety plan|denies|denied|"
    r"passive|none (?:now|since)|no intent|told (?:the|my|his|her|a) "
    r"(?:nurse|sponsor|peer|doctor)|called (?:the line|988|you)|crisis|safe now|gun (?:is|with|has)|locked up|"
    r"lock box|sitter|ward|psych|5150|hold|"
    r"not since|haven't told|never told|don't tell|nobody knows|first time (?:i|he|she)|out loud|phq|"
    r"depress\w*|no one knows|worse at night|bad nights?|before (?:i|he|she) called)"
)
SEED = re.compile(rf"{_W}(?:{MEANS}|{DEATH}|{THINK}){_E}")
FLOOR = 0.25  # least score that is reported; on authors not fitted on: recall .38, precision .42
CUES = Cues(
    bias=-6.5,
    floor=FLOOR,
    cues=(
        cue("self", rf"{_W}{MEANS}{_E}", 1.6),
        cue("self", rf"{_W}{DEATH}{_E}", 2.2),
        cue("self", rf"{_W}{THINK}{_E}", 1.5),
        cue(
            "self",
            rf"{_W}(?:thought|thoughts?|thinking|think|imagin\w+|figured|pens\w+|wonder\w*) (?:about|of|on|if|"
            rf"i'd|that|how|the|en|que|to)",
            1.5,
        ),
        cue(
            "self",
            rf"{_W}(?:look\w*|star\w+|counted|counting|stood|sat|sit\w*|stand\w*|parked)(?: \w+){{0,3}} (?:at|"
            rf"on|over|down|with|by|near|too|in|out)",
            0.5,
        ),
        cue(
            "self",
            rf"{_W}(?:want\w*|wish\w*|pray\w*|rather|soon|care\w*|mind)(?: \w+){{0,4}} (?:not|never|don't|"
            rf"wake|die|be|sleep|gone|dead|disappear|stop|end|if)",
            1.1,
        ),
        cue(
            "self",
            rf"{_W}(?:put|had|held|hold\w*|stuck|loaded|tied|took|wrote|swallow\w*|lined|tore|left)(?: "
            rf"\w+){{0,4}} (?:{MEANS}|note|chin|mouth|head|neck|arm|wrist|it|thing|all)",
            0.6,
        ),
        cue(
            "self",
            rf"{_W}(?:walk\w*|step\w*|swim\w*|driv\w*|drove|jump\w*|go\w*|went|turn\w*|leg\w*|run\w*)(?: "
            rf"\w+){{0,3}} (?:off|into|over|out|in front|under|in|back)(?: \w+){{0,3}} {MEANS}",
            1.6,
        ),
        cue(
            "self",
            rf"{_W}(?:cut|cuts|cutting|scratch\w*|burn\w*|pick\w*|carv\w*)(?: \w+){{0,2}} (?:arms?|wrists?|"
            rf"legs?|thighs?|skin|forearms?|on (?:my|his|her)|again|herself|himself|myself|place)",
            3.8,
        ),
        cue("self", rf"{_W}(?:kill|hurt|harm|hang|shoot|shot|cut|drown) ?(?:myself|himself|herself|themself)", 2.0),
        cue(
            "self",
            rf"{_W}(?:suicid\w*|end (?:it|my life|his life|her life)|take my (?:own )?life|took (?:his|her) "
            rf"(?:own )?life|attempt\w*|on purpose|goodbye|wake up|not be(?:ing)? here|want\w* to die)",
            0.4,
        ),
        cue(
            "self",
            rf"{_W}(?:bridge|overpass|pier|tracks|train|ledge|rope|noose|razor|blade|pistol|shotgun|rifle|gun|"
            rf"belt|bottle of|pills|garage|trestle|rail)",
            1.5,
        ),
        cue("self", rf"{_W}(?:i|i'd|i'm|i'll|my|me|yo|mi)(?![^\W_])", 0.6),
        cue("self", rf"{_W}(?:he|she|his|her|himself|herself|hers|they)(?![^\W_])", 0.2),
        cue("self", rf"{_W}(?:you|your|yourself|youre|you're)(?![^\W_])", -1.4),
        cue("before", SCREEN, 1.7),
        cue("right", r"\s?\?", -1.3),
        cue("near", SAFE, 1.0),
        cue(
            "near",
            r"988|nine eight eight|no plan|safety plan|suicid\w*|not now|not today|phq|c-?ssrs|columbia|"
            r"hurting (?:myself|himself|herself)|self[ -]harm",
            0.2,
        ),
        cue(
            "line",
            r"street|road|avenue|st|clinic|house|meeting|group|work\w*|job|plate|address|van|bus|ride|"
            r"live[sd]?|number|parking lot|license|insurance|rent|office|room|tow\w*|fish\w*|wash\w*|serial|unit",
            -0.5,
        ),
        cue("near", r"ptsd|nightmares?|dreams?|killed|shot by|war|hit me|deployed|crew|accident|wreck", 0.4),
        cue(
            "before",
            r"(?:last|in|that|the) (?:winter|spring|summer|fall|night|week|month|year|march|april|august|"
            r"october|november|january|february|december)|once|one (?:time|night)|sometimes|some nights|bad night",
            -0.2,
        ),
        cue(
            "before",
            r"hurt(?:ing)? yourself|harm(?:ing)? yourself|not being here|thoughts of|thinking about (?:dying|"
            r"not|ending|hurting|suicide|jumping)|ending it|suicid\w*",
            1.0,
        ),
    ),
)
