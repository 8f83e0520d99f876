"""Tags of languages: what publishers write, as BCP 47 has it.

The tables are of ISO 639, as the Library of Congress and SIL publish them.
"""

import re
from typing import Final

_TAG = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8})*)")

_NAMES: Final = (
    "aa/aar ab/abk ae/ave af/afr ak/aka am/amh an/arg ar/ara/arb as/asm av/ava ay/aym az/aze "
    "ba/bak be/bel bg/bul bh/bih bi/bis bm/bam bn/ben bo/bod/tib br/bre bs/bos ca/cat ce/che "
    "ch/cha co/cos cr/cre cs/ces/cze cu/chu cv/chv cy/cym/wel da/dan de/deu/ger dv/div dz/dzo "
    "ee/ewe el/ell/gre en/eng eo/epo es/spa et/est/ekk eu/eus/baq fa/fas/per/pes ff/ful fi/fin "
    "fj/fij fo/fao fr/fra/fre fy/fry ga/gle gd/gla gl/glg gn/grn gu/guj gv/glv ha/hau he/heb/iw "
    "hi/hin ho/hmo hr/hrv ht/hat hu/hun hy/hye/arm hz/her ia/ina id/ind/in ie/ile ig/ibo ii/iii "
    "ik/ipk io/ido is/isl/ice it/ita iu/iku ja/jpn jv/jav/jw ka/kat/geo kg/kon ki/kik kj/kua "
    "kk/kaz kl/kal km/khm kn/kan ko/kor kr/kau ks/kas ku/kur kv/kom kw/cor ky/kir la/lat lb/ltz "
    "lg/lug li/lim ln/lin lo/lao lt/lit lu/lub lv/lav/lvs mg/mlg mh/mah mi/mri/mao mk/mkd/mac "
    "ml/mal mn/mon mr/mar ms/msa/may/zsm mt/mlt my/mya/bur na/nau nb/nob nd/nde ne/nep ng/ndo "
    "nl/nld/dut nn/nno no/nor nr/nbl nv/nav ny/nya oc/oci oj/oji om/orm or/ori os/oss pa/pan "
    "pi/pli pl/pol ps/pus pt/por qu/que rm/roh rn/run ro/ron/rum/mo ru/rus rw/kin sa/san sc/srd "
    "sd/snd se/sme sg/sag sh/hbs si/sin sk/slk/slo sl/slv sm/smo sn/sna so/som sq/sqi/alb sr/srp "
    "ss/ssw st/sot su/sun sv/swe sw/swa/swh ta/tam te/tel tg/tgk th/tha ti/tir tk/tuk tl/tgl "
    "tn/tsn to/ton tr/tur ts/tso tt/tat tw/twi ty/tah ug/uig uk/ukr ur/urd uz/uzb ve/ven vi/vie "
    "vo/vol wa/wln wo/wol xh/xho yi/yid/ji yo/yor za/zha zh/zho/chi/cmn zu/zul "
)
"""Codes of two letters, each with its other names: ISO 639-2, terminological and bibliographic,
the language that ISO 639-3 means by it most often, and codes that were replaced."""

_OF_THREE_LETTERS: Final = (
    "ace ach ada ady ain ale alt anp arn arp arw ast awa bal ban bas bej bem bho bik bin bla "
    "bra bua bug byn cad car ceb chk chm chn cho chp chr chy cnr crh csb dak dar del den dgr "
    "din doi dsb dua dyu efi eka ewo fan fat fil fon frr frs fur gaa gay gba gil gon gor grb "
    "gsw gwi hai haw hil hmn hsb hup iba ilo inh jpr jrb kaa kab kac kam kbd kha kmb kok kos "
    "kpe krc krl kru kum kut lad lah lam lez lol loz lua lun luo lus mad mag mai mak man mas "
    "mdf mdr men mic min mnc mni moh mos mus mwl mwr myv nap nds new nia niu nog nqo nso nym "
    "nyn nyo nzi osa pag pam pap pau pon raj rap rar rom rup sad sah sas sat scn sco sel shn "
    "sid sma smj smn sms snk srn srr suk sus syr tem ter tet tig tiv tkl tli tmh tog tpi tsi "
    "tum tvl tyv udm umb vai vot wal war was xal yao yap zap zen zgh zun zza "
)
"""Living languages of ISO 639-2 that have no shorter code."""

_SHORTEST: Final = {
    name: names.split("/")[0] for names in _NAMES.split() for name in names.split("/")
} | {name: name for name in _OF_THREE_LETTERS.split()}


def language_tag(text: str) -> str | None:
    """The tag of BCP 47 that a locale or a code of ISO 639 means; None where it names none.

    `en_GB.UTF-8` is `en-GB`, `eng` is `en`. A tag that is well-formed comes back as it is.
    """
    parts = _TAG.fullmatch(text.replace("_", "-").partition(".")[0])
    if parts is None or (shortest := _SHORTEST.get(parts[1].lower())) is None:
        return None
    return (parts[1] if shortest == parts[1].lower() else shortest) + parts[2]
