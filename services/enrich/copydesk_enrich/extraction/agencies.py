"""Who stands in a byline and is no person: agencies, houses, and what people are by trade."""

import re
from typing import Final

ACRONYMS: Final = frozenset(
    re.findall(
        r"\w+",
        "AAP ABC AFP ANI ANP ANSA AP APA ATS BBC CBC CBS CNBC CNN DPA EFE EPA ESPN IANS ITV MTI NBC"
        " NHK NPR NTB PA PAP PBS PTI RTE SDA STT TASS TT UPI USA",
    )
)
"""Written in capitals, as they are here, or else they are names."""

_AGENCIES: Final = (
    "Agence France[- ]Presse|Agencia EFE|Al Jazeera|Anadolu(?: Agency)?|Associated Press"
    "|Australian Associated Press|Belga|Bloomberg(?: News)?|Canadian Press|Deutsche Presse-Agentur"
    "|dpa|Dow Jones(?: Newswires)?|Getty Images|Interfax|Kyodo(?: News)?|Lusa|PA Media"
    "|Press Association|Press Trust of India|RIA Novosti|(?:Thomson )?Reuters|Ritzau"
    "|United Press International|USA Today|Xinhua|Yonhap"
)
_AGENCY: Final = (
    rf"(?:[Tt]he |THE )?(?:(?i:{_AGENCIES})|(?:{'|'.join(sorted(ACRONYMS))}))(?: [Nn]ews)?"
)

AGENCY: Final = re.compile(_AGENCY)
TRAILING_AGENCY: Final = re.compile(rf"\s+(?:(?i:of|for|at|with|from)\s+)?{_AGENCY}$")

NO_PERSON: Final = re.compile(
    r"(?i:\b(?:writers?|reporters?|correspondents?|editors?|staff|contributors?|columnists?"
    r"|producers?|bureau|news|newsroom|newspapers?|desk|service|agenc(?:y|ies)|press|times|post"
    r"|journal|herald|today|magazine|inc|llc|universit(?:y|at|ät|é|à|eit)|universi(?:dade|dad|tà)"
    r"|author of|college|institut[eo]?|foundation|laboratory|professor|photographers?"
    r"|editorial board|redaktion|redacción|redação|redazione|redactie|rédaction)\b"
    r"|^(?:photo|picture|illustration|graphic|video)\w*\sby\b)"
)
"""An affiliation or a calling, where persons stand beside it."""

NOBODY: Final = re.compile(
    r"(?i:(?:our |the )?(?:staff|agenc(?:y|ies)|wires?|newsroom|correspondents?|reporters?|writers?"
    r"|contributors?|editors?)(?: (?:writers?|reporters?|reports?|correspondents?|services?))?"
    r"|(?:wire|news|staff|agency) (?:reports?|agenc(?:y|ies)|services?)"
    r"|by|von|par|por|di|door|av|af|and|with|et al|al)"
)
"""Words that name neither a person nor a house."""
