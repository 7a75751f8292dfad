"""The sample contract: a year of maintenance for river gauges. Parties, prices and places are invented."""

from __future__ import annotations

from making.word import Document, Grid, Para, render


def _section(heading: str, *clauses: str) -> tuple[Para, ...]:
    """A numbered section; a clause that starts with '- ' is a lettered part of the clause before it."""
    return (
        Para(heading, "Heading1"),
        *(Para(clause[2:], "SubClause") if clause.startswith("- ") else Para(clause, "Clause") for clause in clauses),
    )


FEES = Grid(
    rows=(
        ("Item", "Unit", "Fee, net of VAT"),
        ("Scheduled inspection, including consumables", "per gauge and visit", "€ 185.00"),
        ("Call-out on a working day", "per call-out", "€ 240.00"),
        ("Call-out at a weekend or on a public holiday", "per call-out", "€ 390.00"),
        ("Work beyond the first two hours of a call-out", "per hour", "€ 78.00"),
        ("Annual data quality report", "per year", "€ 1,450.00"),
    ),
    widths=(5098, 2200, 2000),
)

SIGNATURES = Grid(
    rows=(
        ("For **Brindlemere Instruments Ltd**", "For **Osmere Vale Water Board**"),
        ("\n\n______________________________", "\n\n______________________________"),
        (
            "Name: Henrike Tolland\nTitle: Managing Director\nDate: 12 January 2026",
            "Name: Casimir Adeyemi-Brandt\nTitle: Chief Engineer\nDate: 14 January 2026",
        ),
    ),
    widths=(4649, 4649),
    heading=False,
    ruled=False,
)

CONTRACT = Document(
    title="Maintenance Services Agreement",
    author="Brindlemere Instruments Ltd",
    subject="Sample contract; the parties are invented",
    keywords="contract, maintenance, river gauges",
    written="2026-01-09T14:05:00Z",
    footer="Maintenance Services Agreement BI/2026/017",
    body=(
        Para("Maintenance Services Agreement", "Title"),
        Para("Agreement no. BI/2026/017, dated 14 January 2026", "Subtitle"),
        Para("This Agreement is made between:"),
        Para(
            "**Brindlemere Instruments Ltd**, a company registered under number 00447120, whose registered "
            "office is at 7 Weir Lane, Harmouth QH2 6LD (the **“Supplier”**); and",
            "ListBullet",
        ),
        Para(
            "**Osmere Vale Water Board**, a public body whose principal office is at Sluice House, 1 Millrace Street, "
            "Osmere Vale QV3 8RN (the **“Customer”**),",
            "ListBullet",
        ),
        Para("each a “Party” and together the “Parties”. The Parties agree as follows."),
        *_section(
            "Definitions",
            "“**Gauge**” means each of the twenty-two river level gauges listed in Schedule A, with its "
            "sensor, logger, battery and housing.",
            "“**Services**” means the inspection, calibration, repair and reporting described in clause 2.",
            "“**Working Day**” means any day from Monday to Friday that is not a public holiday at the Customer’s "
            "principal office.",
            "“**Confidential Information**” means any information of a commercial or technical nature that one Party "
            "discloses to the other in connection with this Agreement and that is marked as confidential, or that a "
            "reasonable person would regard as confidential.",
        ),
        *_section(
            "The Services",
            "The Supplier shall inspect each Gauge four times in every calendar year, at intervals of not "
            "less than ten and not more than sixteen weeks. At each inspection the Supplier shall:",
            "- clean the sensor and the stilling well and remove debris within two metres of the housing;",
            "- compare the reading with a staff gauge and correct any difference greater than 5 mm; and",
            "- test the battery under load and replace it where its capacity is below 70 per cent.",
            "Where the Customer reports that a Gauge has failed, the Supplier shall attend within two Working Days, or "
            "within eight hours while a flood warning is in force for the river concerned.",
            "By 31 January of each year the Supplier shall deliver a data quality report for the year before, which "
            "states for each Gauge the share of readings received, the corrections made and the reasons for any gap "
            "longer than six hours.",
        ),
        *_section(
            "Obligations of the Customer",
            "The Customer shall give the Supplier access to every Gauge at all reasonable times and shall obtain the "
            "consent of any landowner whose land must be crossed.",
            "The Customer shall tell the Supplier without delay of any damage to a Gauge of which it becomes aware.",
        ),
        *_section(
            "Fees and Payment",
            "The Customer shall pay the fees set out in the following table. Value added tax is added at the rate in "
            "force on the date of the invoice.",
        ),
        FEES,
        Para(
            "The Supplier shall invoice monthly in arrears. Each invoice is due thirty days after its date.", "Clause"
        ),
        Para(
            "If an undisputed amount is not paid when due, the Supplier may charge interest on it at four "
            "per cent a year above the base rate of the central bank, from the due date until payment.",
            "Clause",
        ),
        Para(
            "The fees are fixed for the first twelve months. After that they may be changed once a year by "
            "agreement in writing.",
            "Clause",
        ),
        *_section(
            "Term and Termination",
            "This Agreement begins on 1 February 2026 and continues for twelve months. It is then renewed "
            "for further periods of twelve months unless either Party gives notice in writing at least "
            "ninety days before a period ends.",
            "Either Party may terminate this Agreement with immediate effect by notice in writing if the other Party:",
            "- commits a material breach and, where the breach can be remedied, does not remedy it within "
            "thirty days of being asked to do so in writing; or",
            "- becomes insolvent or enters into an arrangement with its creditors.",
            "On termination the Supplier shall return all keys, records and spare parts that belong to the Customer "
            "within fourteen days.",
        ),
        *_section(
            "Warranty and Liability",
            "The Supplier warrants that the Services will be performed with reasonable skill and care by "
            "persons who are properly trained. It shall perform again, at its own cost, any Service that "
            "does not meet this standard and that the Customer reports within sixty days.",
            "Except as stated in clause 6.3, the total liability of each Party under this Agreement in any "
            "contract year is limited to the fees paid or payable for that year.",
            "Nothing in this Agreement limits liability for death or personal injury caused by negligence, "
            "for fraud, or for any other liability that cannot be limited by law.",
            "Neither Party is liable for a delay or failure caused by events beyond its reasonable control, including "
            "flood, fire and strikes, for as long as those events last.",
        ),
        *_section(
            "Confidentiality",
            "Each Party shall keep the other Party’s Confidential Information secret, shall use it only for "
            "the purposes of this Agreement, and shall disclose it only to employees and advisers who need "
            "to know it and are bound by the same duty. This clause survives termination for three years.",
            "River level data collected under this Agreement belong to the Customer.",
        ),
        *_section(
            "General",
            "This Agreement and its Schedule are the entire agreement between the Parties on this subject and replace "
            "all earlier understandings. A change is valid only if it is made in writing and signed by both Parties.",
            "Neither Party may assign this Agreement without the prior written consent of the other, which "
            "shall not be unreasonably withheld.",
            "If any provision is held to be invalid, the remaining provisions stay in force.",
            "Notices shall be sent to the addresses given above, or by e-mail to contracts@brindlemere.example.com and "
            "legal@ovwb.example.com, and take effect on the next Working Day.",
            "This Agreement is governed by the law of the place of the Customer’s principal office, and the courts of "
            "that place have exclusive jurisdiction.",
        ),
        Para(
            "**In witness whereof** the Parties have signed this Agreement in two originals on the dates stated below."
        ),
        SIGNATURES,
        Para("Schedule A: Gauges", "Heading2"),
        Grid(
            rows=(
                ("River", "Gauges", "Count"),
                ("Upper Tessel Water", "T1 to T8", "8"),
                ("Lower Tessel Water", "T9 to T15", "7"),
                ("Harle Brook", "H1 to H4", "4"),
                ("Sallow Drain", "S1 to S3", "3"),
            ),
            widths=(4649, 2649, 2000),
        ),
    ),
)


def make() -> bytes:
    """The contract as a DOCX file."""
    return render(CONTRACT)
