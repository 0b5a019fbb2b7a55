"""Words that announce a number, by what they announce, in English and Spanish.

Each row: the label, its words as one alternation, and how few digits and letters a piece may have to believe them. The
nearest word before a number wins. Source: the annotation guide, United States forms of each number, general knowledge.
"""

from __future__ import annotations

from pipeline.labels import Label

# label -> context words, and how few digits or letters a piece may have. The nearest word before the number wins.
CONTEXT: tuple[tuple[Label, str, int], ...] = (
    (
        Label.US_SSN,
        r"social(?! worker| media| anx| serv| skill| life| club| event| work\b| house)(?: security)?(?: (?:number|"
        r"no|#))?"
        r"|ssn|ss#|soc sec|seguro social|número de seguro|numero de seguro|last four|last 4|últimos cuatro|ultimos "
        r"cuatro|itin",
        2,
    ),
    (
        Label.PHONE_NUMBER,
        r"phone|cell|mobile|fax|telephone|tel[ée]fono|celular|landline|voicemail|text(?:ed|s|ing)?(?: me| him| her|"
        r" us)?(?: at)?"
        r"|call(?:ed|s|ing)?(?: me| him| her| us| them| back)?(?: at| from)?|callback|call back|reach (?:me|him|her|"
        r"us)(?: at)?|dial|ring|rang"
        r"|pager?|my number|her number|his number|our number|their number|number'?s|mi número|su número|mi numero|"
        r"ll[aá]m[ae](?:me|le|lo)?"
        r"|marca|whatsapp|ext(?:ension)?\b\.?|extensión|desk|hotline|warm ?line|ph|tel|cel|from|area code|direct line|"
        r"front desk|office line"
        r"|^[fpt]\.|contact",
        3,
    ),
    (
        Label.MEDICAL_RECORD_NUMBER,
        r"mrn|medical record|chart(?: (?:number|no|#))?|record (?:number|no)|patient (?:id|number|no)|client (?:id|"
        r"number|no|#)"
        r"|hmis(?: (?:id|number|no|#))?|member record|expediente|unit number|case ?load id|consumer (?:id|number)|"
        r"participant (?:id|number|no)",
        3,
    ),
    (
        Label.HEALTH_PLAN_ID,
        r"medicaid|medicare|medi-?cal|mass ?health|insurance|member(?: id| number| no| #)?|member's|group(?: id| "
        r"number| no| #)"
        r"|policy(?: number| no)?|plan (?:id|number)|subscriber|claim(?: number| no| #)?|claim's|health plan|mco|"
        r"aetna|cigna|humana|anthem|tricare"
        r"|blue cross|bcbs|kaiser|molina|united ?health\w*|mbi|pmi|recipient|beneficiary|seguro médico|seguro medico|"
        r"va claim|ahcccs|peach ?state|chip id",
        3,
    ),
    (
        Label.ACCOUNT_NUMBER,
        r"account|acct|bank|checking|savings|routing|debit|credit(?: union| card)?|card|visa\b|mastercard|ebt|snap|"
        r"prepaid"
        r"|tarjeta|cuenta|direct deposit|green dot|cash ?app|ending(?: in)?|ends(?: in)?|termina(?:n)?(?: en)?|iban|"
        r"member share|loan",
        3,
    ),
    (
        Label.LICENSE_NUMBER,
        r"licen[sc]e|licen[sc]ia|lic|dl|driver'?s|npi|dea|cert(?:ificate|ification|ified)?|credential|cpr?ss?|cpss|"
        r"crpa|cadc|lcsw|lcdc|lmft"
        r"|peer (?:cert|card|number)|state id|id card|passport|cdl|c d l|permit|n p i|d e a|badge|registration|"
        r"certificado|license's|cps|prs|p r s s?|pss",
        3,
    ),
    (
        Label.VEHICLE_ID,
        r"plates?|tags?|vin|license plate|placas?|v i n|tagged|matrícula|matricula|plate's|tag's|hull|registered|"
        r"boat",
        2,
    ),
    (
        Label.DEVICE_ID,
        r"serial|imei|s/n|sn|ser\b\.?|device|monitor|glucometer|meter|pump|cpap|scram|unit|bracelet|ankle|asset|"
        r"sticker|i m e i|tablet"
        r"|serie|hearing aid|pacemaker|mac address|serial's|handset|sim\b|iccid|model",
        3,
    ),
    (
        Label.CASE_NUMBER,
        r"case|docket|booking|inmate|cause|citation|complaint|report|incident|warrant|index|file|matter|probation|"
        r"parole|cps|dcfs?|dhs|dcs"
        r"|a[- ]?number|alien|uscis|ticket|caso|expediente judicial|doc\b|jacket|offender|arrest|petition|indictment|"
        r"summons|court|intake(?: number)?|ref(?:erence)?"
        r"|state v\.?|order|hearing|item|confirmation|application|tracking|event number|hearing number|control number",
        3,
    ),
    (Label.ZIP_CODE, r"zip(?: code)?|zip's|código postal|codigo postal|postal code", 5),
)
