"""The books, standards and online texts that rules cite, each with its edition.

Every rule names a work and a place in it. A chapter number is given where the table of contents of that edition
was checked, otherwise the title or topic of the passage; an online text is cited by the title of its page.
"""

from __future__ import annotations

ALDWELL_SCHACHTER = "E. Aldwell, C. Schachter and A. Cadwallader, Harmony and Voice Leading, 5th ed. (Cengage, 2019)"
KOSTKA_PAYNE = "S. Kostka, D. Payne and B. Almén, Tonal Harmony, 7th ed. (McGraw-Hill, 2013)"
PISTON = "W. Piston, Harmony, 5th ed. rev. by M. DeVoto (Norton, 1987)"
LAITZ = "S. Laitz, The Complete Musician, 3rd ed. (Oxford University Press, 2012)"
FUX = "J. J. Fux, Gradus ad Parnassum (1725), tr. by A. Mann as The Study of Counterpoint, rev. ed. (Norton, 1965)"
JEPPESEN = "K. Jeppesen, Counterpoint, tr. by G. Haydon (Prentice-Hall, 1939, repr. Dover, 1992)"
GAULDIN = "R. Gauldin, A Practical Approach to 16th Century Counterpoint, rev. ed. (Waveland, 2013)"
NETTLES_GRAF = "B. Nettles and R. Graf, The Chord Scale Theory and Jazz Harmony (Advance Music, 1997)"
LOWELL_PULLIG = "D. Lowell and K. Pullig, Arranging for Large Jazz Ensemble (Berklee Press, 2003)"
ADLER = "S. Adler, The Study of Orchestration, 3rd ed. (Norton, 2002)"
GOULD = "E. Gould, Behind Bars (Faber Music, 2011)"
AP = "College Board, AP Music Theory Scoring Guidelines (2015)"
OPEN_MUSIC_THEORY = "K. Shaffer, B. Hughes and B. Moseley, Open Music Theory (2014, openmusictheory.github.io)"
INQUIRY_BASED = "S. Butterfield, Inquiry-Based Music Theory (2017, smbutterfield.github.io/ibmt17-18)"
OUR_CHOICE = "our own choice"
"""No authority is claimed; the place says what was chosen, or why."""

WORKS = (
    ALDWELL_SCHACHTER,
    KOSTKA_PAYNE,
    PISTON,
    LAITZ,
    FUX,
    JEPPESEN,
    GAULDIN,
    NETTLES_GRAF,
    LOWELL_PULLIG,
    ADLER,
    GOULD,
    AP,
    OPEN_MUSIC_THEORY,
    INQUIRY_BASED,
    OUR_CHOICE,
)
SEPARATOR = "; "


def cite(*places: tuple[str, str]) -> str:
    """Return a citation of one or more places, each given as (work, place).

    >>> cite((GOULD, 'section I, "General Conventions"'), (OUR_CHOICE, "one bar"))
    'E. Gould, Behind Bars (Faber Music, 2011), section I, "General Conventions"; our own choice: one bar'
    """
    by_work: dict[str, list[str]] = {}
    for work, place in places:
        by_work.setdefault(work, []).append(place)
    return SEPARATOR.join(
        f"{work}{': ' if work == OUR_CHOICE else ', '}{' and '.join(of_work)}" for work, of_work in by_work.items()
    )
