"""SELF_HARM and TRAUMA told round about: clauses weighed as a whole.

- People seldom name these; they say "I looked at the bridge too long", "they never found him". A clause is a candidate
  when it holds a seed (a means, a fall, a weapon, a death, a blow); what it says and what stands around it decides
  (`disclosure_cues`): a screening question before it, "no plan", "988", nightmares, an age, a kin.
- A clause runs between points, commas, line ends and a few joining words; at most 100 characters are marked.
- Read on the plain text of `disclosure_phrases.plain`; every pattern is bounded, so the cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.labels import Category, Label
from recognizers.disclosure_cues import Cues, cue
from recognizers.reading import Found

_IN = r"[^.?!,;:\n()\[\]\"“”]"
_JOIN = r"(?: (?:and|but|so|then|cause|because|pero|porque|when|that he|that she|until|till|i got|i'm) )"
CLAUSE = re.compile(rf"{_IN}{{12,100}}?(?={_JOIN}|[.?!,;:\n()\[\]\"“”]|\Z)|{_IN}{{4,100}}(?=[\s.?!,;:\n()\[\]\"“”]|\Z)")
_W = r"(?<![^\W_])"
_E = r"(?![^\W_])"
MEANS = (
    r"(?:bridge|drawbridge|agua|acid|tablets|pomo|mouth|chin|legs over|far down|going over|went over|step off|under the|overpass|trestle|pier|river|canal|lake|ocean|tide|surf|quarry|falls|breakwater|train|freight|tracks|log trucks?|semis?|highway|"
    r"guard ?rail|rail|railing|ledge|roof|parking (?:structure|deck|garage)|balcony|edge|stern|gun|pistol|shotgun|rifle|deer rifle|revolver|glock|"
    r"\.?410|nine|trigger|bullet|shells?|lock ?box|belt|rope|noose|sheets?|cord|knife|razor|blade|box cutter|scissors|lighter|pills|bottle of|"
    r"whole bottle|tylenol|insulin|vials?|garage|barn|engine|truck running|exhaust|door down|wheel|pump jack|cliff|highwall|bathtub|tub|bunk rail|"
    r"puente|rio|pistola|pastillas|soga|tren|navaja|water|deck|dock|boat|car|truck|tree|woods|window|oven|drano|bleach|hose|scaffold|crane|silo|"
    r"propane|beam|rafters|closet|levee|dam|ice|pond|creek|pool|cemetery|grave|burner|stove|match|gasoline|road|median|embankment|curve)"
)
DEATH = (
    r"(?:die|dies|died|dying|shot (?:him|her|my)self|own life|get up|not get out|come back|turning around|turn around|why am i|even here|past wish|wish to|a plan|thoughts are|dead|death|kill\w*|suicid\w*|end (?:it|my|his|her)|ending|wake up|woke up|waking|wake|not be here|being here|"
    r"be here|here anymore|alive|disappear|goodbye|note|buried|funeral|heaven|gone|asleep|sleep forever|go to sleep|sleep and|quiet|over with|"
    r"be with (?:him|her|my)|better off|without me|sin mi|no estar|morir\w*|muert\w*|matar\w*|despertar|amanecer|vivir|burden|point of|hurt (?:myself|himself|herself)|"
    r"harm|cut|cuts|cutting|scratch\w*|burn\w*|jump\w*|hang|hung|drown\w*|overdose on purpose|on purpose|attempt\w*|crash)"
)
THINK = (
    r"(?:thought|thoughts?|think|thinking|thinks|imagin\w+|figured|pictured?|wonder\w*|looked at|looking at|look at|staring|stared|counted|counting|"
    r"wanted|wants?|wanting|wish\w*|pray\w*|plan|planned|going to|gonna|was gon|tried|try|trying|almost|ready to|pens\w+|queria|quiero|casi|keep|"
    r"stood|sat|sitting|stand\w*|parked|drove|walk\w*|put|had|held|loaded|wrote|tied|took|swallowed|step\w*|swim\w*|turn\w*|let|climb\w*|line[ds]? up|swimming|saved up|packed|counting|used that|tried anything|reports?|denies|positive for|keeps?|avienta|aventar\w*|meterme|tomarme|tirarme)"
)
SCREEN = (
    r"(?:thoughts? of|thinking (?:about|of)|hurt(?:ing)? yourself|harm(?:ing)? yourself|suicid\w*|not being here|not wanting to be here|ending (?:it|your)|"
    r"kill(?:ing)? yourself|dark (?:nights?|stuff|thoughts?|place)|the hard question|straight question|ask everybody|ask everyone|i have to ask|c-?ssrs|columbia|"
    r"phq|safe (?:tonight|right now|rn)|are you safe|have you ever tried|wanting to die|pensado en|hacerte dano|lastimarte|la pregunta)"
)
SAFE = (
    r"(?:988|nine eight eight|no plan|not now|not today|not tonight|no means|safety plan|denies|denied|passive|none (?:now|since)|no intent|told (?:the|my|his|her|a) "
    r"(?:nurse|sponsor|peer|doctor)|called (?:the line|988|you)|crisis|safe now|gun (?:is|with|has)|locked up|lock box|sitter|ward|psych|5150|hold|"
    r"not since|haven't told|never told|don't tell|nobody knows|first time (?:i|he|she)|out loud|phq|depress\w*|no one knows|worse at night|bad nights?|before (?:i|he|she) called)"
)
SEED_SELF = re.compile(rf"{_W}(?:{MEANS}|{DEATH}|{THINK}){_E}")
SELF_FLOOR = 0.25  # least scores that are reported
TRAUMA_FLOOR = 0.3
SELF_CUES = Cues(
    bias=-7.0,
    floor=SELF_FLOOR,
    cues=(
        cue("self", rf"{_W}{MEANS}{_E}", 1.9),
        cue("self", rf"{_W}{DEATH}{_E}", 2.7),
        cue("self", rf"{_W}{THINK}{_E}", 1.8),
        cue("self", rf"{_W}(?:thought|thoughts?|thinking|think|imagin\w+|figured|pens\w+|wonder\w*) (?:about|of|on|if|i'd|that|how|the|en|que|to)", 1.3),
        cue("self", rf"{_W}(?:look\w*|star\w+|counted|counting|stood|sat|sit\w*|stand\w*|parked)(?: \w+){{0,3}} (?:at|on|over|down|with|by|near|too|in|out)", 0.8),
        cue("self", rf"{_W}(?:want\w*|wish\w*|pray\w*|rather|soon|care\w*|mind)(?: \w+){{0,4}} (?:not|never|don't|wake|die|be|sleep|gone|dead|disappear|stop|end|if)", 1.4),
        cue("self", rf"{_W}(?:put|had|held|hold\w*|stuck|loaded|tied|took|wrote|swallow\w*|lined|tore|left)(?: \w+){{0,4}} (?:{MEANS}|note|chin|mouth|head|neck|arm|wrist|it|thing|all)", 1.0),
        cue("self", rf"{_W}(?:walk\w*|step\w*|swim\w*|driv\w*|drove|jump\w*|go\w*|went|turn\w*|leg\w*|run\w*)(?: \w+){{0,3}} (?:off|into|over|out|in front|under|in|back)(?: \w+){{0,3}} {MEANS}", 1.8),
        cue("self", rf"{_W}(?:cut|cuts|cutting|scratch\w*|burn\w*|pick\w*|carv\w*)(?: \w+){{0,2}} (?:arms?|wrists?|legs?|thighs?|skin|forearms?|on (?:my|his|her)|again|herself|himself|myself|place)", 2.6),
        cue("self", rf"{_W}(?:kill|hurt|harm|hang|shoot|shot|cut|drown) ?(?:myself|himself|herself|themself)", 0.3),
        cue("self", rf"{_W}(?:suicid\w*|end (?:it|my life|his life|her life)|take my (?:own )?life|took (?:his|her) (?:own )?life|attempt\w*|on purpose|goodbye|wake up|not be(?:ing)? here|want\w* to die)", 0.7),
        cue("self", rf"{_W}(?:bridge|overpass|pier|tracks|train|ledge|rope|noose|razor|blade|pistol|shotgun|rifle|gun|belt|bottle of|pills|garage|trestle|rail)", 1.5),
        cue("self", rf"{_W}(?:i|i'd|i'm|i'll|my|me|yo|mi)(?![^\W_])", 0.6),
        cue("self", rf"{_W}(?:he|she|his|her|himself|herself|hers|they)(?![^\W_])", 0.4),
        cue("self", rf"{_W}(?:you|your|yourself|youre|you're)(?![^\W_])", -1.1),
        cue("before", SCREEN, 1.3),
        cue("right", r"\s?\?", -0.9),
        cue("near", SAFE, 1.1),
        cue("near", r"988|nine eight eight|no plan|safety plan|suicid\w*|not now|not today|phq|c-?ssrs|columbia|hurting (?:myself|himself|herself)|self[ -]harm", 0.6),
        cue("line", r"street|road|avenue|st|clinic|house|meeting|group|work\w*|job|plate|address|van|bus|ride|live[sd]?|number|parking lot|license|insurance|rent|office|room|tow\w*|fish\w*|wash\w*|serial|unit", -0.4),
        cue("near", r"ptsd|nightmares?|dreams?|killed|shot by|war|hit me|deployed|crew|accident|wreck", 0.0),
        cue("before", r"(?:last|in|that|the) (?:winter|spring|summer|fall|night|week|month|year|march|april|august|october|november|january|february|december)|once|one (?:time|night)|sometimes|some nights|bad night", 0.1),
        cue("before", r"hurt(?:ing)? yourself|harm(?:ing)? yourself|not being here|thoughts of|thinking about (?:dying|not|ending|hurting|suicide|jumping)|ending it|suicid\w*", 0.8),
    ),
)
HURT = (
    r"(?:hit|hitting|hits|beat|beaten|beating|beats|chok\w+|slap\w*|punch\w*|kick\w*|shov\w*|strangl\w*|grabb\w+|rap(?:e|ed|ing|ist)|molest\w*|touched|touching|"
    r"messed with|burn\w*|whipp?\w*|stabb?\w*|shot|shoot\w*|dragg\w*|pinned|stalk\w*|threaten\w*|lock\w*|tied|held|sold|forced|made me|abus\w*|assault\w*|"
    r"attack\w*|jumped|kidnap\w*|traffick\w*|tortur\w*|broke|smashed|threw|cut|bit|robbed|hurt|took|pegaba\w*|pego|golpe\w*|viol[oa]\w*|mat[oa]\w*|secuestr\w*|correa)"
)
LOSS = (
    r"(?:die[ds]?|dying|dead|drown\w*|kill\w*|murder\w*|shot|burned|burnt|crush\w*|buried|hang(?:ed|ing)|hung|found (?:him|her|them|my)|never found|lost (?:him|her|my|his|a|the)|"
    r"lost (?:off|at|to)|body|bodies|blood|bled|bleeding|wreck|crash|pileup|explosion|blast|bomb\w*|mortar\w*|fire|went (?:under|over|down|through)|blew|took (?:him|her)|"
    r"missing|overboard|collapsed|rolled|pulled under|funeral|stepped over|mataron|murio|muerto|ahog\w*|disappear\w*|identified|war|camps?|soldiers?|combat|convoy|tank|humvee|"
    r"genocide|massacre|macoutes|officers|raft|cartel|gang|mara|tour|riot|deployment|ied|guns?|rifle|machete|knife|pistol|belt|cord|iron|fist|hands|jaw|nose|ribs|wrist|throat|neck|collarbone|overboard|crewmate|in half|ramadi|fallujah|korengal|khe sanh|mekong|hue|a shau|da nang|basra|chosin|quang tri|thru the ice|the ice|zipped|did things|went on in|come at|line us up|lined us|pushed off|pushed|put her through|put my head|quebro|picked up what)"
)
KIN = (
    r"(?:mom|mother|mama|mum|ma|dad|father|daddy|papa|stepdad|stepfather|uncle|cousin|brother|sister|husband|wife|ex|boyfriend|girlfriend|son|daughter|boy|girl|baby|priest|vicar|"
    r"coach|deacon|sergeant|teacher|brothers|officers|soldiers|cops|man|men|friend|buddy|crewmate|partner|nephew|niece|grandson|grandfather|grandpa|foster|hermano|hermana|"
    r"papa|esposo|marido|padrastro|tio|primo|hijo|hija|old man|he|they|she)"
)
SEED_TRAUMA = re.compile(rf"{_W}(?:{HURT}|{LOSS}){_E}")
TRAUMA_CUES = Cues(
    bias=-3.4,
    floor=TRAUMA_FLOOR,
    cues=(
        cue("self", rf"{_W}{HURT} (?:me|her|him|us|my|his|them|both|our|the kids){_E}", 0.9),
        cue("self", rf"{_W}(?:hit|chok\w+|slapp\w+|punch\w+|beat|strangl\w*|rap(?:ed|es)|molest\w*|touched|abus\w*|assault\w*|stabb\w*|tortur\w*|traffick\w*|kidnap\w*|pegaba\w*|golpe\w*){_E}", 0.7),
        cue("self", rf"{_W}(?:hit|hitting|hits|beat|choked|shot|touched|grabbed|held|kicked|threw|pushed|burned|cut|locked|put) (?:me|her|him|us|my (?:mom|mother|mama|brother|sister|head)|his (?:wife|mother)|both){_E}", 0.9),
        cue("self", rf"{_W}(?:was|were|got|been|being|get|getting) (?:\w+ )?(?:shot|stabbed|killed|murdered|beat|beaten|raped|molested|assaulted|attacked|jumped|abused|tortured|kidnapped|burned|hit|crushed|drowned|taken|robbed|trafficked){_E}", 2.7),
        cue("self", rf"{_W}(?:die[ds]?|dying|drown\w*|kill\w*|murder\w*|shot|hang(?:ed|ing)|hung|bled|burned|crushed|mataron|murio|muerto){_E}", 0.6),
        cue("self", rf"{_W}(?:found|saw|watched|seen|held|carried|pulled|identified|heard|stepped over)(?: \w+){{0,3}} (?:him|her|them|it|body|my|his|die|dead|shot|hang\w*|burn\w*|boy|head|hand|guy|friend|cousin|brother|go|get|two|kids)", 1.6),
        cue("self", rf"{_W}(?:never found|lost off|went (?:under|over|overboard|through the ice)|pulled under|came in without|blew up|caved in|rolled over|took (?:him|her|my)|fell on|got pulled)", 0.2),
        cue("self", rf"{_W}(?:war|combat|ramadi|khe sanh|mekong|a shau|basra|chosin|hue|convoy|tank|humvee|soldiers?|camps?|ied|i e d|mortar\w*|blast|roadside|deployment|fallujah|ramadi|iraq|afghanistan|vietnam|korengal|genocide|massacre|shelling|bomb\w*|cartel|militia|guerr\w+|macoutes){_E}", 1.9),
        cue("self", rf"{_W}(?:gun|rifle|pistol|shotgun|knife|machete|belt|cord|iron|switch|fist|extension cord|oyster tongs|correa|cinturon)(?: \w+){{0,4}}", 1.1),
        cue("self", rf"{_W}(?:jaw|nose|ribs?|wrist|throat|neck|collarbone|arm|teeth|eye|head|face|hair|wall|window|stairs|sheetrock|shower|closet){_E}", 1.2),
        cue("self", rf"{_W}{KIN}{_E}", 0.8),
        cue("self", rf"{_W}(?:he|they|uncle|father|dad|daddy|stepdad|husband|ex|boyfriend|coach|priest|vicar|man|cousin|brother|mother) (?:\w+ ){{0,2}}{HURT}", 0.6),
        cue("self", rf"{_W}(?:my|his|her|our) (?:\w+ )?(?:brother|sister|son|daughter|mother|mom|father|dad|husband|wife|cousin|friend|buddy|uncle|baby|boy|crewmate|partner|nephew|grandson)(?: \w+){{0,3}} (?:was|got|die|drown|shot|kill|burn|went|never|hang|lost|stabbed|passed)", 1.0),
        cue("self", rf"{_W}when (?:i|he|she|they) (?:was|were) (?:\w+|a (?:kid|boy|girl|child))", 0.4),
        cue("self", rf"{_W}(?:touched|messed with|interfered|came in(?:to)? my|did things|did to|what (?:he|they|went on)|made me|forced|hands on)", 0.9),
        cue("self", rf"{_W}(?:you|your|we're|let's){_E}", -0.7),
        cue("right", r"\s?\?", -0.1),
        cue("near", r"nightmares?|dreams?|ptsd|p t s d|flashback\w*|can't sleep|wakes? up|hears?|trauma\w*|protective order|protection order|no[- ]contact|dv|shelter|ran|hiding|safe|never told|first time (?:i|he|she)|out loud|nobody knew|scared|bruises?|marks?", 0.9),
        cue("near", r"ptsd|nightmares?|flashback\w*|abuse|assault\w*|dv|domestic|the war|killed|murder\w*|deployed|army|marine\w*|navy|guard|infantry|crew|boat|refugee|asylum|u visa|village", 0.8),
        cue("near", r"(?:was|were) (?:five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|\d{1,2})|as a (?:kid|boy|girl|child)|first grade|tenth grade|years ago|anniversary|used to|grow\w* up", 0.9),
        cue("line", r"narcan\w*|spray|overdos\w*|fell out|od'd|needle|dose|pills|bottle|meth|heroin|fentanyl|drunk|plate|license|number|card|serial|appointment|bus|van|phone|email|mail|shift|class|form|bill|check|rent|game|dog|cat|song|movie|radio|joke|laugh\w*|coffee|recipe|cake|bread|dinner", -1.1),
        cue("line", r"thoughts? of|thinking about|suicid\w*|myself|himself|herself|no plan|988", -0.4),
        cue("self", rf"{_W}(?:choked|hit|beat|slapped|punched|raped|molested|strangled|pegaba|golpe\w*|burned|stabbed|messed with|touched|grabbed|held down|held (?:me|her|him) down) (?:me|her|him|us|my|down)|me pega\w+|put (?:his|her) hands on", 1.0),
        cue("self", rf"{_W}(?:mataron|secuestr\w+|violo|violaron|set on fire|jumped me|in half|trafficking|hit by|a truck took|shot him|shot her|lo mataron|body|zipped|hostage|broken ribs|soldiers|village)", 2.4),
        cue("self", rf"{_W}(?:lost|took|found|held|saw|watched)(?: \w+){{0,2}} (?:brother|sister|son|daughter|grandson|granddaughter|buddy|friend|oldest|youngest|him|her|father|mother|mom|crewmate|hand|helmet)", 0.5),
        cue("self", rf"{_W}(?:used to|would|he'd|they'd|did things|did to|did what|what went on|came in|line us)", 1.1),
        cue("self", rf"{_W}(?:took|cut|hit|broke|lock\w*|threw|made|held|burned|fire|war|hands|neck|head|eye|arm){_E}", -1.1),
    ),
)
GROUND = (
    (SEED_SELF, SELF_CUES, Label.SELF_HARM, Category.SELF_HARM),
    (SEED_TRAUMA, TRAUMA_CUES, Label.TRAUMA, Category.TRAUMA),
)


def candidates(text: str, seed: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Clauses of the plain `text` that hold a seed."""
    for found in CLAUSE.finditer(text):
        start, end = found.span()
        if seed.search(text, start, end) is not None:
            while start < end and text[start] in " -":
                start += 1
            yield start, end


def clauses(text: str) -> Iterator[Found]:
    """Clauses that tell of self-harm or of trauma in the plain `text`."""
    for seed, cues, label, category in GROUND:
        for start, end in candidates(text, seed):
            score = cues.score(text, start, end)
            if score >= cues.floor:
                score = min(0.9, 0.5 + 0.6 * (score - cues.floor))
                yield Found(start=start, end=end, label=label, score=score, category=category)
