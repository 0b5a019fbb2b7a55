"""TRAUMA told round about: the words of blows, of loss and of kin, and their cues.

- What counts is the whole clause (`disclosure_dark`): who did what to whom, a violent loss of somebody close, war;
  nightmares or an age near it speak for, a revival with naloxone or an errand against.
- The lists are written for this project from general knowledge (Apache-2.0).
"""

from __future__ import annotations

import re

from recognizers.disclosure_cues import Cues, cue

_W = r"(?<![^\W_])"
_E = r"(?![^\W_])"
HURT = (
    r"(?:hit|hitting|hits|beat|beaten|beating|beats|chok\w+|slap\w*|punch\w*|kick\w*|shov\w*|strangl\w*|"
    r"grabb\w+|rap(?:e|ed|ing|ist)|molest\w*|touched|touching|"
    r"messed with|burn\w*|whipp?\w*|stabb?\w*|shot|shoot\w*|dragg\w*|pinned|stalk\w*|threaten\w*|lock\w*|tied|"
    r"held|sold|forced|made me|abus\w*|assault\w*|"
    r"attack\w*|jumped|kidnap\w*|traffick\w*|tortur\w*|broke|smashed|threw|cut|bit|robbed|hurt|took|pegaba\w*|"
    r"pego|golpe\w*|viol[oa]\w*|mat[oa]\w*|secuestr\w*|correa)"
)
LOSS = (
    r"(?:die[ds]?|dying|dead|drown\w*|kill\w*|murder\w*|shot|burned|burnt|crush\w*|buried|hang(?:ed|ing)|hung|"
    r"found (?:him|her|them|my)|never found|lost (?:him|her|my|his|a|the)|"
    r"lost (?:off|at|to)|body|bodies|blood|bled|bleeding|wreck|crash|pileup|explosion|blast|bomb\w*|mortar\w*|"
    r"fire|went (?:under|over|down|through)|blew|took (?:him|her)|"
    r"missing|overboard|collapsed|rolled|pulled under|funeral|stepped over|mataron|murio|muerto|ahog\w*|"
    r"disappear\w*|identified|war|camps?|soldiers?|combat|convoy|tank|humvee|"
    r"genocide|massacre|macoutes|officers|raft|cartel|gang|mara|tour|riot|deployment|ied|guns?|rifle|machete|"
    r"knife|pistol|belt|cord|iron|fist|hands|jaw|nose|ribs|wrist|throat|neck|collarbone|overboard|crewmate|in "
    r"half|ramadi|fallujah|korengal|khe sanh|mekong|hue|a shau|da nang|basra|chosin|quang tri|thru the ice|"
    r"the ice|zipped|did things|went on in|come at|line us up|lined us|pushed off|pushed|put her through|put "
    r"my head|quebro|picked up what)"
)
KIN = (
    r"(?:mom|mother|mama|mum|ma|dad|father|daddy|papa|stepdad|stepfather|uncle|cousin|brother|sister|husband|"
    r"wife|ex|boyfriend|girlfriend|son|daughter|boy|girl|baby|priest|vicar|"
    r"coach|deacon|sergeant|teacher|brothers|officers|soldiers|cops|man|men|friend|buddy|crewmate|partner|"
    r"nephew|niece|grandson|grandfather|grandpa|foster|hermano|hermana|"
    r"papa|esposo|marido|padrastro|tio|primo|hijo|hija|old man|he|they|she)"
)
SEED = re.compile(rf"{_W}(?:{HURT}|{LOSS}){_E}")
FLOOR = 0.36  # least score that is reported; on authors not fitted on: recall .54, precision .62
CUES = Cues(
    bias=-3.6,
    floor=FLOOR,
    cues=(
        cue("self", rf"{_W}{HURT} (?:me|her|him|us|my|his|them|both|our|the kids){_E}", 1.1),
        cue(
            "self",
            rf"{_W}(?:hit|chok\w+|slapp\w+|punch\w+|beat|strangl\w*|rap(?:ed|es)|molest\w*|touched|abus\w*|"
            rf"assault\w*|stabb\w*|tortur\w*|traffick\w*|kidnap\w*|pegaba\w*|golpe\w*){_E}",
            0.9,
        ),
        cue(
            "self",
            rf"{_W}(?:hit|hitting|hits|beat|choked|shot|touched|grabbed|held|kicked|threw|pushed|burned|cut|"
            rf"locked|put) (?:me|her|him|us|my (?:mom|mother|mama|brother|sister|head)|his (?:wife|mother)|both){_E}",
            0.9,
        ),
        cue(
            "self",
            rf"{_W}(?:was|were|got|been|being|get|getting) (?:\w+ )?(?:shot|stabbed|killed|murdered|beat|"
            rf"beaten|raped|molested|assaulted|attacked|jumped|abused|tortured|kidnapped|burned|hit|crushed|"
            rf"drowned|taken|robbed|trafficked){_E}",
            2.8,
        ),
        cue(
            "self",
            rf"{_W}(?:die[ds]?|dying|drown\w*|kill\w*|murder\w*|shot|hang(?:ed|ing)|hung|bled|burned|crushed|"
            rf"mataron|murio|muerto){_E}",
            0.6,
        ),
        cue(
            "self",
            rf"{_W}(?:found|saw|watched|seen|held|carried|pulled|identified|heard|stepped over)(?: "
            rf"\w+){{0,3}} (?:him|her|them|it|body|my|his|die|dead|shot|hang\w*|burn\w*|boy|head|hand|guy|"
            rf"friend|cousin|brother|go|get|two|kids)",
            1.4,
        ),
        cue(
            "self",
            rf"{_W}(?:never found|lost off|went (?:under|over|overboard|through the ice)|pulled under|came in "
            rf"without|blew up|caved in|rolled over|took (?:him|her|my)|fell on|got pulled)",
            0.5,
        ),
        cue(
            "self",
            rf"{_W}(?:war|combat|ramadi|khe sanh|mekong|a shau|basra|chosin|hue|convoy|tank|humvee|soldiers?|"
            rf"camps?|ied|i e d|mortar\w*|blast|roadside|deployment|fallujah|ramadi|iraq|afghanistan|vietnam|"
            rf"korengal|genocide|massacre|shelling|bomb\w*|cartel|militia|guerr\w+|macoutes){_E}",
            1.5,
        ),
        cue(
            "self",
            rf"{_W}(?:gun|rifle|pistol|shotgun|knife|machete|belt|cord|iron|switch|fist|extension cord|oyster "
            rf"tongs|correa|cinturon)(?: \w+){{0,4}}",
            1.0,
        ),
        cue(
            "self",
            rf"{_W}(?:jaw|nose|ribs?|wrist|throat|neck|collarbone|arm|teeth|eye|head|face|hair|wall|window|"
            rf"stairs|sheetrock|shower|closet){_E}",
            1.3,
        ),
        cue("self", rf"{_W}{KIN}{_E}", 0.8),
        cue(
            "self",
            rf"{_W}(?:he|they|uncle|father|dad|daddy|stepdad|husband|ex|boyfriend|coach|priest|vicar|man|"
            rf"cousin|brother|mother) (?:\w+ ){{0,2}}{HURT}",
            0.7,
        ),
        cue(
            "self",
            rf"{_W}(?:my|his|her|our) (?:\w+ )?(?:brother|sister|son|daughter|mother|mom|father|dad|husband|"
            rf"wife|cousin|friend|buddy|uncle|baby|boy|crewmate|partner|nephew|grandson)(?: \w+){{0,3}} "
            rf"(?:was|got|die|drown|shot|kill|burn|went|never|hang|lost|stabbed|passed)",
            1.6,
        ),
        cue("self", rf"{_W}when (?:i|he|she|they) (?:was|were) (?:\w+|a (?:kid|boy|girl|child))", 0.5),
        cue(
            "self",
            rf"{_W}(?:touched|messed with|interfered|came in(?:to)? my|did things|did to|what (?:he|they|went "
            rf"on)|made me|forced|hands on)",
            1.3,
        ),
        cue("self", rf"{_W}(?:you|your|we're|let's){_E}", -1.1),
        cue("right", r"\s?\?", -0.1),
        cue(
            "near",
            r"nightmares?|dreams?|ptsd|p t s d|flashback\w*|can't sleep|wakes? up|hears?|trauma\w*|protective "
            r"order|protection order|no[- ]contact|dv|shelter|ran|hiding|safe|never told|first time (?:i|he|"
            r"she)|out loud|nobody knew|scared|bruises?|marks?",
            1.1,
        ),
        cue(
            "near",
            r"ptsd|nightmares?|flashback\w*|abuse|assault\w*|dv|domestic|the war|killed|murder\w*|deployed|"
            r"army|marine\w*|navy|guard|infantry|crew|boat|refugee|asylum|u visa|village",
            0.8,
        ),
        cue(
            "near",
            r"(?:was|were) (?:five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
            r"seventeen|\d{1,2})|as a (?:kid|boy|girl|child)|first grade|tenth grade|years ago|anniversary|"
            r"used to|grow\w* up",
            0.8,
        ),
        cue(
            "line",
            r"narcan\w*|spray|overdos\w*|fell out|od'd|needle|dose|pills|bottle|meth|heroin|fentanyl|drunk|"
            r"plate|license|number|card|serial|appointment|bus|van|phone|email|mail|shift|class|form|bill|"
            r"check|rent|game|dog|cat|song|movie|radio|joke|laugh\w*|coffee|recipe|cake|bread|dinner",
            -1.1,
        ),
        cue("line", r"thoughts? of|thinking about|suicid\w*|myself|himself|herself|no plan|988", -0.9),
        cue(
            "self",
            rf"{_W}(?:choked|hit|beat|slapped|punched|raped|molested|strangled|pegaba|golpe\w*|burned|stabbed|"
            rf"messed with|touched|grabbed|held down|held (?:me|her|him) down) (?:me|her|him|us|my|down)|me "
            rf"pega\w+|put (?:his|her) hands on",
            0.8,
        ),
        cue(
            "self",
            rf"{_W}(?:mataron|secuestr\w+|violo|violaron|set on fire|jumped me|in half|trafficking|hit by|a "
            rf"truck took|shot him|shot her|lo mataron|body|zipped|hostage|broken ribs|soldiers|village)",
            1.9,
        ),
        cue(
            "self",
            rf"{_W}(?:lost|took|found|held|saw|watched)(?: \w+){{0,2}} (?:brother|sister|son|daughter|"
            rf"grandson|granddaughter|buddy|friend|oldest|youngest|him|her|father|mother|mom|crewmate|hand|helmet)",
            0.2,
        ),
        cue("self", rf"{_W}(?:used to|would|he'd|they'd|did things|did to|did what|what went on|came in|line us)", 0.9),
        cue(
            "self",
            rf"{_W}(?:took|cut|hit|broke|lock\w*|threw|made|held|burned|fire|war|hands|neck|head|eye|arm){_E}",
            -1.0,
        ),
    ),
)
