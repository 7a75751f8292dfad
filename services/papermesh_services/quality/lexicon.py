"""Lists of English words that several checks share. Data only; every entry is lower case without its full stop."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Returns the words of a text as a set: how lists of words are written down here."""
    return frozenset(words.split())


TITLES = word_set(
    """
    mr mrs ms mx dr prof st ste rev hon gen col lt sgt capt cmdr maj gov sen rep pres supt messrs mme mlle sr fr
    """
)

NEVER_FINAL = TITLES | word_set(
    """
    e.g i.e eg ie cf vs v viz ca approx c.f incl excl esp resp al seq fig figs eq eqs eqn eqns sec secs sect art
    arts ch chap ref refs tab app para paras cl no nos nr vol vols pp p pg ed eds trans ser suppl supp ex exh
    cir ct dist n.d s.d e.d w.d n.e n.w s.e s.w so cal stat f.2d f.3d rptr reg regs const dep div crim civ proc
    evid aff'd rev'd cert rul op decl tr dkt fed bankr sup ann jan feb mar apr jun jul aug sep sept oct nov dec
    mon tue tues wed thu thur thurs fri mt ft gal univ dept assn bros dir asst adj
    """
)

MAYBE_FINAL = word_set(
    """
    inc ltd co corp llc llp plc jr etc a.m p.m am pm u.s u.s.a u.k u.n e.u d.c ph.d m.d b.a m.a b.sc m.sc esq
    u.s.c c.f.r p.o n.v s.a a.g hr hrs min mins in ft oz lb lbs kg km cm mm avg max est misc tel ext ave blvd rd
    """
)

SENTENCE_STARTERS = word_set(
    """
    the a an this that these those it he she we they i you there here in on at for from by with as if when while
    after before although because since but and or so however moreover therefore thus also our his her their its
    my your what why how who where which all some many most each every no not one two under to it's let please
    both during once until unless given such any nothing see
    """
)

IRREGULAR_PARTICIPLES = word_set(
    """
    arisen awoken beaten become begun bent bet bitten bled blown bound bought bred broken brought broadcast
    built burnt burst cast caught chosen clung crept cut dealt done drawn driven drunk dug eaten fallen fed felt
    flung flown forbidden forecast foreseen forgiven forgotten fought found frozen given ground grown heard held
    hidden hit hung hurt kept knit known laid leapt learnt led lent let lit lost made meant met misled mistaken
    mown offset outdone overcome overridden overseen overtaken overthrown paid proven put quit read rebuilt
    redone remade reread rerun reset resold rethought rewritten ridden rung said sawn seen sent set sewn shaken
    shed shown shot shrunk shut slain slit sold sought sown spelt spent spilt split spoken spread spun stolen
    stricken struck strung stuck stung sung sunk sworn swept swollen swum swung taken taught thought thrown
    thrust told torn trodden undergone understood undertaken undone unwound upheld upset woken won worn wound
    woven written withdrawn withheld withstood
    """
)

# -ed and irregular forms that after "be" describe a state, not something done to someone.
STATIVE_PARTICIPLES = word_set(
    """
    accustomed acquainted advanced afraid aged agreed alleged amused annoyed armed ashamed based bored born
    committed complicated composed concerned confused connected contented convinced cut dated dedicated
    delighted deserted detailed determined devoted disappointed distinguished done doomed educated embarrassed
    engaged entitled equipped excited exhausted experienced fascinated finished frightened frustrated gone
    gifted honored honoured indebted inclined interested intoxicated involved learned limited located lost
    married mistaken obliged opposed organised organized outdated overjoyed overwhelmed pleased prepared
    privileged puzzled qualified related relaxed relieved reserved retired sacred satisfied scared set shocked
    situated skilled so-called stressed supposed surprised talented thrilled tired troubled unaffected undecided
    unexpected unfinished uninterested unlimited unmarried unprecedented unrelated unused upset used varied
    worried interconnected reputed shut red bed indeed need feed speed seed breed weed deed reed bleed exceed
    proceed succeed hundred embed shed shred biased sophisticated unchanged overdue aligned
    """
)

# Words that mark a text as English: common there, and not words of its neighbours.
ENGLISH_MARKERS = word_set(
    """
    the of and to is are was were with for that this it by be you we not have has from they their which our your
    been would should shall will can what there these those
    """
)
