"""Misspellings that everyone makes, and British beside American spelling in one document. English, no dictionary.

A misspelling is listed only if it is no word of its own, and not looked for in words with capitals, which may be names.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from papermesh_services.quality.anchors import Anchors, folded
from papermesh_services.quality.findings import Spot
from papermesh_services.quality.lexicon import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Passage, Reading


def _pairs(table: str) -> dict[str, str]:
    entries = (entry.partition(" ") for line in table.splitlines() for entry in line.split("|") if entry)
    return {first: second for first, _, second in entries}


_MISSPELLED = """
abscence absence|accidently accidentally|accomodate accommodate|accomodation accommodation|accross across
acheive achieve|acheived achieved|acheivement achievement|acknowlege acknowledge|acquaintence acquaintance
adress address|adresses addresses|adviced advised|agressive aggressive|alot a lot|allready already
alltogether altogether|amatuer amateur|anual annual|apparant apparent|apparantly apparently
appearence appearance|appropiate appropriate|arguement argument|assesment assessment|athiest atheist
attendence attendance|availible available|availabe available|basicly basically|beautifull beautiful
becuase because|beacuse because|becasue because|beggining beginning|begining beginning|beleive believe
beleived believed|belive believe|benifit benefit|benefical beneficial|bizzare bizarre|buisness business
bussiness business|catagory category|cemetary cemetery|changable changeable|collegue colleague
comming coming|commitee committee|comittee committee|commited committed|comparision comparison
competance competence|completly completely|concious conscious|conferance conference|consistant consistent
consistantly consistently|convinient convenient|correspondance correspondence|critisism criticism
definately definitely|definitly definitely|definatly definitely|dependance dependence|desparate desperate
developement development|devlopment development|diffrent different|dilema dilemma|dissapear disappear
dissapoint disappoint|dissapointed disappointed|effecient efficient|embarass embarrass
embarassing embarrassing|enviroment environment|enviromental environmental|equiptment equipment
especialy especially|excercise exercise|existance existence|experiance experience|explaination explanation
extreem extreme|familar familiar|finaly finally|foriegn foreign|fourty forty|freind friend|freinds friends
fullfil fulfil|furthur further|futher further|garantee guarantee|gaurantee guarantee|goverment government
govermental governmental|grammer grammar|greatful grateful|guidence guidance|happend happened|harrass harass
heigth height|heirarchy hierarchy|hygeine hygiene|idenitfy identify|immediatly immediately
imediately immediately|incidently incidentally|independant independent|indispensible indispensable
infomation information|inital initial|innoculate inoculate|inteligent intelligent|intergrate integrate
interupt interrupt|irrelevent irrelevant|irresistable irresistible|knowlege knowledge|knowledgable knowledgeable
labratory laboratory|lenght length|liason liaison|libary library|lisence licence|maintainance maintenance
maintenence maintenance|managment management|manuever manoeuvre|medecine medicine|millenium millennium
minature miniature|mispell misspell|mispelled misspelled|neccessary necessary
neccesary necessary|necesary necessary|negotation negotiation|noticable noticeable|occassion occasion
occasionaly occasionally|occured occurred|occurence occurrence|occuring occurring|occurance occurrence
offical official|oppurtunity opportunity|opertunity opportunity|orginal original|outragous outrageous
paralel parallel|parliment parliament|particularily particularly|passtime pastime|pavillion pavilion
percieve perceive|performence performance|permanant permanent|persistant persistent|personel personnel
politican politician|posession possession|posess possess|possable possible|potatos potatoes|practicle practical
preceeding preceding|prefered preferred|prefering preferring|presance presence|privelege privilege
priviledge privilege|probaly probably|proccess process|proffesional professional|profesional professional
promiss promise|pronounciation pronunciation|publically publicly|questionaire questionnaire|realy really
reccomend recommend|recomend recommend|reccommend recommend|recieve receive|recieved received
recieving receiving|reciept receipt|refered referred|refering referring|relevent relevant|religous religious
remeber remember|repitition repetition|resistence resistance|responsability responsibility
responsable responsible|restaraunt restaurant|rythm rhythm|satelite satellite|scedule schedule|seige siege
sentance sentence|seperate separate|seperated separated|seperately separately|seperation separation|sieze seize
similiar similar|sincerly sincerely|speach speech|stategy strategy|strenght strength|strengh strength
succesful successful|successfull successful|sucessful successful|succesfully successfully|suprise surprise
suprised surprised|surveilance surveillance|teh the|temperture temperature|tendancy tendency|thier their
threshhold threshold|tommorow tomorrow|tommorrow tomorrow|tounge tongue|transfered transferred|truely truly
tyrany tyranny|underate underrate|unfortunatly unfortunately|untill until|unneccessary unnecessary
usefull useful|usualy usually|vaccum vacuum|vegatable vegetable|visable visible|wich which|wierd weird
wellcome welcome|whereever wherever|writting writing|writen written|yeild yield
"""
MISSPELLINGS = _pairs(_MISSPELLED)
"""What is written wrongly, and how it is written."""

SLIPS = {f"{verb} of": f"{verb} have" for verb in ("could", "should", "would", "might", "must")} | {
    "irregardless of": "regardless of",
    "for all intensive purposes": "for all intents and purposes",
}
"""Two words heard for two others, and how they are written."""

_WORD = re.compile(r"(?<![\w./@'’-])[a-z]{3,20}(?![\w@/-])")
_SLIP = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, SLIPS))) + r")\b(?! course)", re.IGNORECASE)

_BRITISH = """
analyse analyze|analysed analyzed|analysing analyzing|behaviour behavior|behaviours behaviors|catalogue catalog
centre center|centres centers|centred centered|colour color|colours colors|coloured colored|defence defense
dialogue dialog|endeavour endeavor|favour favor|favours favors|favourable favorable|favourite favorite
fulfil fulfill|fulfilment fulfillment|grey gray|harbour harbor|honour honor|honours honors|honoured honored
judgement judgment|labelled labeled|labelling labeling|labour labor|licence license|litre liter|litres liters
cancelled canceled|cancelling canceling|modelling modeling|modelled modeled|neighbour neighbor
neighbours neighbors|neighbouring neighboring|offence offense|paediatric pediatric|programme program
rumour rumor|travelled traveled|travelling traveling|tumour tumor|tumours tumors|vapour vapor
"""
# Pairs that one writer may use side by side: a licence and to license, a TV programme and a program.
_SIDE_BY_SIDE = frozenset(["licence", "catalogue", "dialogue", "programme", "judgement"])
_IZE_STEMS = word_set(
    """
    amort apolog author capital categor central character colon custom emphas equal final formal general harmon
    initial legal local maxim memor minim mobil modern normal optim organ penal popular prior public real recogn
    scrutin sensit special stabil standard steril subsid summar symbol synchron util visual
    """
)
_ENDINGS = ("e", "es", "ed", "ing", "ation", "ations", "er", "ers")

VARIANTS = {british: american for british, american in _pairs(_BRITISH).items() if british not in _SIDE_BY_SIDE} | {
    f"{stem}is{ending}": f"{stem}iz{ending}" for stem in _IZE_STEMS for ending in _ENDINGS
}
"""Every British spelling with its American one."""
_FAMILY = {word: british for british, american in VARIANTS.items() for word in (british, american)}

_KNOWN = frozenset(MISSPELLINGS) | frozenset(_FAMILY)
_LETTERS = re.compile("[a-z]+")
_SLIPPED = Anchors(SLIPS)


def check(reading: Reading) -> Iterator[Spot]:
    """Finds misspellings, and the rarer of two spellings of one word."""
    if not reading.english:
        return
    variants: list[tuple[str, int]] = []
    for passage in reading.writing:
        if _SLIPPED.may_be_in(folded(passage.text)):
            for match in _SLIP.finditer(passage.text):
                yield _spot("misspelling", passage, match, SLIPS[" ".join(match.group().lower().split())])
        if _KNOWN.isdisjoint(_LETTERS.findall(passage.text)):
            continue
        for match in _WORD.finditer(passage.text):
            word = match.group()
            if word in MISSPELLINGS:
                yield _spot("misspelling", passage, match, MISSPELLINGS[word])
            elif word in _FAMILY:
                variants.append((word, passage.start + match.start()))
    yield from _inconsistent(variants)


def _spot(code: str, passage: Passage, match: re.Match[str], better: str) -> Spot:
    return Spot(code, passage.start + match.start(), passage.start + match.end(), {"better": better})


def _inconsistent(variants: list[tuple[str, int]]) -> Iterator[Spot]:
    counts = Counter(word for word, _ in variants)
    first: dict[str, str] = {}  # the spelling that each word was first met in, which wins a tie
    for word, _ in variants:
        first.setdefault(_FAMILY[word], word)
    for word, start in variants:
        better = _preferred(_FAMILY[word], counts, first)
        if word != better:
            yield Spot("inconsistent_spelling", start, start + len(word), {"better": better})


def _preferred(british: str, counts: Counter[str], first: dict[str, str]) -> str:
    american = VARIANTS[british]
    if counts[british] == counts[american]:
        return first[british]
    return max(british, american, key=counts.__getitem__)
