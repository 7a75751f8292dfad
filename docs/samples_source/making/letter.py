"""The sample letter: a tenant gives notice of defects and asks for repairs. All of it invented."""

from __future__ import annotations

from making.word import Document, Grid, Para, render

LETTER = Document(
    title="Repairs outstanding at 14B Saltpan Row",
    author="Marguerite Oyelaran-Voss",
    subject="Sample letter; persons and places are invented",
    keywords="letter, repairs, tenancy",
    written="2025-11-03T09:20:00Z",
    footer="M. Oyelaran-Voss to Pennifold Lettings, 3 November 2025",
    body=(
        Para(
            "Marguerite Oyelaran-Voss\n14B Saltpan Row\nHarmouth QH9 4QT\n01632 960 184\nm.oyelaran-voss@example.com",
            "Sender",
        ),
        Para(
            "Mr Desmond Achterberg\nProperty Manager\nPennifold Lettings\n2 Corn Exchange Yard\nHarmouth QH1 1AB",
            "Block",
        ),
        Para("3 November 2025", "Block"),
        Para("Dear Mr Achterberg,"),
        Para("**Repairs outstanding at 14B Saltpan Row**"),
        Para(
            "Thank you for sending your contractor on 20 October. He replaced the seal of the shower tray, "
            "and that leak has stopped. I am writing because the other three faults that I reported in "
            "September are still there, and one of them has become worse since the weather turned."
        ),
        Para("For your records, this is what I reported and how things stand today:"),
        Grid(
            rows=(
                ("Fault", "Reported", "Today"),
                (
                    "Boiler loses pressure",
                    "8 September",
                    "Must be refilled every second day; no hot water on 1 and 2 November",
                ),
                ("Bedroom window does not close", "8 September", "Taped shut by me; rain comes in below the frame"),
                (
                    "Damp behind the wardrobe",
                    "22 September",
                    "Patch now about 60 by 40 cm, with mould along the skirting",
                ),
            ),
            widths=(2700, 1400, 5098),
        ),
        Para(
            "The window and the damp are, I believe, one problem and not two: the patch begins directly "
            "under the corner of the frame and grows after every wet day. I enclose four photographs, taken "
            "on 6, 19 and 28 October and yesterday, each with a ruler in the picture."
        ),
        Para("May I ask you for three things?"),
        Para(
            "A visit by a heating engineer this week. My mother, who is 81, comes to stay with me on 14 November.",
            "ListBullet",
        ),
        Para("A date for the repair of the window, and a look at the wall behind it by the same person.", "ListBullet"),
        Para("A short reply by Friday, 7 November, telling me when I may expect both.", "ListBullet"),
        Para(
            "I am at home on Tuesdays and Thursdays all day and on other days after four o’clock. Mrs "
            "Quillfeather in flat 14A has a key and is glad to let your people in, provided that they ring "
            "her an hour before."
        ),
        Para(
            "I have been happy in this flat for six years and would like to stay for many more. I am sure "
            "that we can put this right quickly, and I thank you in advance for your help."
        ),
        Para("Yours sincerely,"),
        Para("\n\nMarguerite Oyelaran-Voss"),
        Para("Enclosed: four photographs\nCopy to: Mrs I. Quillfeather, 14A Saltpan Row"),
    ),
)


def make() -> bytes:
    """The letter as a DOCX file."""
    return render(LETTER)
