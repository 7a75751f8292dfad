"""The text of the sample paper. Its authors, measurements and references are all invented."""

from __future__ import annotations

TITLE = "Drift of Low-Cost Pressure Sensors in Small Rivers: A Two-Season Field Comparison"
SHORT_TITLE = "Drift of Low-Cost Pressure Sensors in Small Rivers"
AUTHORS = (
    "Ilse Marchetti-Okoro<super size=7 rise=4>1</super>, Tobias Wrenfield<super size=7 "
    "rise=4>1</super> and Sunniva Dahl-Pereira<super size=7 rise=4>2</super>"
)
PLACES = (
    "<super size=7 rise=4>1</super> Department of Hydrology, University of Harmouth · <super size=7 "
    "rise=4>2</super> Osmere Vale Water Board<br/>Corresponding author: "
    "i.marchetti-okoro@harmouth.example.com"
)
ABSTRACT = (
    "Low-cost pressure sensors make dense networks of river gauges affordable, but how far their "
    "readings wander between visits is poorly known. We placed twelve sensors of two types beside "
    "reference gauges at four sites and compared them over two seasons, from April 2023 to March "
    "2025. The median drift was 1.9 mm per month for vented sensors and 4.6 mm per month for "
    "absolute sensors. Two thirds of the drift of the absolute sensors is explained by temperature, "
    "and a linear correction fitted on the first eight weeks reduced it to 1.7 mm per month. "
    "Biofilm, often held to be the main cause, had no effect that we could detect. We conclude that "
    "quarterly inspection is enough for flood warning, provided that the correction is applied."
)
KEYWORDS = "river level; pressure sensor; sensor drift; temperature correction; hydrometry"

# Each section: a heading, then paragraphs; a word after "@" stands where that table, figure or formula belongs.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "1  Introduction",
        (
            "A river gauge that reads two centimetres too high is a nuisance in summer and a danger in a "
            "flood. National networks therefore use expensive instruments and visit them often. Between "
            "their gauges lie hundreds of small catchments that are not measured at all, although much of "
            "the damage of recent floods arose there [1, 2].",
            "Pressure sensors at a tenth of the price could fill the gap. Laboratory studies report drifts "
            "of less than 1 mm per month [3], whereas operators tell of sensors that were off by several "
            "centimetres after one winter [4]. Laboratory water is clean, of constant temperature and free "
            "of ice, and few field studies have lasted longer than a season. It is thus unclear how often "
            "such a sensor must be visited, and whether the drift can be corrected without a visit.",
            "Two remedies have been proposed. Some authors recommend frequent cleaning, because they hold "
            "the growth of biofilm on the membrane to be the main cause of drift [6]. Others correct the "
            "readings afterwards with the help of occasional staff gauge readings [4], which needs an "
            "observer and cannot be done while a flood is rising. A correction that uses only what the "
            "sensor itself measures would be worth more than either.",
            "This paper asks three questions. How large is the drift of low-cost sensors in small rivers over two full "
            "seasons? Which causes explain it? And how much of it does a simple correction remove?",
        ),
    ),
    (
        "2  Methods",
        (
            "<i>Sites.</i> Four sites on the Tessel Water and the Harle Brook were chosen to cover a range "
            "of slope and bed material. Each has a reference gauge with a float and encoder that is checked "
            "against a staff gauge every two weeks. Table 1 describes them.",
            "<i>Sensors.</i> At every site three low-cost sensors were fixed in one stilling well: two "
            "absolute sensors, which need a barometer on the bank, and one vented sensor, whose cable "
            "carries air to the back of the membrane. Readings were logged every fifteen minutes. One "
            "absolute sensor of each pair was cleaned at every visit and the other was never touched, so "
            "that the effect of biofilm could be separated from that of age.",
            "@sites",
            "<i>Analysis.</i> The error of a reading is its difference from the reference gauge. Drift is "
            "the slope of a robust regression of weekly median errors on time [5]. To find causes, we "
            "regressed the weekly errors on water temperature, on time since installation and on cleaning, "
            "with the site as a random effect. Intervals are 95 % bootstrap intervals over weeks, with 2,000 "
            "resamples.",
            "<i>Correction.</i> The corrected level is the reading less a linear function of the water "
            "temperature that the sensor measures itself:",
            "@formula",
            "where <i>h</i> is the level as read, <i>T</i> the water temperature in °C, and <i>a</i> (in mm) and "
            "<i>b</i> (in mm per °C) are two coefficients. They were fitted for each sensor on the first eight weeks "
            "and then left unchanged, as an "
            "operator would do who visits a new gauge once after two months.",
        ),
    ),
    (
        "3  Results",
        (
            "Of the 842,000 readings expected, 96.8 % were received; most gaps go back to two batteries that failed in "
            "January 2024. Table 2 gives the drift by type of sensor. All twelve sensors drifted upwards. The largest "
            "error seen was 138 mm, from an absolute sensor at the steepest site in its second winter.",
            "Figure 1 shows how the error of the absolute sensors grew. It follows the seasons closely: "
            "errors rise in winter and partly return in summer. Temperature explains 66 % of the variance of "
            "the weekly errors, time since installation another 14 %. The difference between cleaned and "
            "untouched sensors was 0.2 mm per month (interval −0.3 to 0.7) and thus not distinguishable from "
            "zero.",
            "@drift",
            "@figure",
            "With the temperature correction the median drift of the absolute sensors fell from 4.6 to 1.7 "
            "mm per month, which is about that of the vented sensors without any correction. The correction "
            "helped at every site, though least at the shaded one, where water temperature varies little.",
        ),
    ),
    (
        "4  Discussion",
        (
            "Our drifts are four to five times those reported from the laboratory [3] and agree with what "
            "operators tell [4]. We think that the difference lies in temperature. Laboratory tests hold it "
            "constant, whereas our rivers range from 0.1 to 21 °C, and the membranes of cheap sensors are "
            "compensated for a narrow range only.",
            "That cleaning made no difference surprised us, since biofilm is the first cause named in most "
            "manuals. Growth on the untouched sensors was plainly visible. A film that is open to water "
            "transmits pressure, however, and we suspect that earlier reports confused age with growth, "
            "because both increase together [6].",
            "For operators the result has a simple use. A network of absolute sensors needs one visit about "
            "two months after installation, at which the coefficients are fitted, and four visits a year "
            "from then on. At the prices of 2024 such a gauge costs a quarter of a conventional one over "
            "five years, visits included. Cleaning may be left to the regular visit.",
            "Three limits should be kept in mind. Twelve sensors of two types are few. Our rivers carry "
            "little sediment, so that burial, which is common in lowland rivers, did not occur. Finally, the "
            "correction was fitted in spring; whether eight weeks of winter would serve as well remains to "
            "be tested.",
        ),
    ),
    (
        "5  Conclusions",
        (
            "Low-cost pressure sensors drift more in rivers than in the laboratory, chiefly because of "
            "temperature. A correction with two coefficients, fitted once, brings absolute sensors to the "
            "level of vented ones. With it, a sensor that is visited every three months stays within about 5 "
            "mm of the truth, which is sufficient for flood warning and for most studies of small catchments.",
        ),
    ),
    (
        "Acknowledgements",
        (
            "We thank the gauge keepers of the Osmere Vale Water Board for 104 visits in all weathers. The work was "
            "supported by the board’s research fund (grant 22-07). The authors declare no competing interests.",
        ),
    ),
)

SITES_CAPTION = "<b>Table 1.</b> The four sites. Slope is the mean over 500 m above the gauge."
SITES = (
    ("Site", "Area (km²)", "Slope (%)", "Bed"),
    ("Millrace", "84", "0.2", "gravel"),
    ("Penn Bridge", "52", "0.6", "gravel"),
    ("Harle Wood", "23", "1.1", "cobble, shaded"),
    ("Cold Leap", "11", "3.4", "boulder"),
)
DRIFT_CAPTION = "<b>Table 2.</b> Drift in mm per month over 24 months, by type of sensor, with 95 % intervals."
DRIFT = (
    ("Sensor", "Number", "Median", "Interval"),
    ("Vented", "4", "1.9", "1.5 to 2.4"),
    ("Absolute, cleaned", "4", "4.5", "3.7 to 5.2"),
    ("Absolute, untouched", "4", "4.7", "3.9 to 5.6"),
    ("Absolute, corrected", "8", "1.7", "1.2 to 2.1"),
)
# No-break spaces: reportlab drops a plain one where the font changes.
FORMULA = "<i>h</i><sub>c</sub>~=~<i>h</i>~–~<i>a</i>~–~<i>b</i>~(<i>T</i>~–~10)".replace("~", "\N{NO-BREAK SPACE}")
FIGURE_CAPTION = (
    "<b>Figure 1.</b> Median error of the absolute sensors by month, as read (filled circles) and with the "
    "temperature correction (open circles)."
)
# Median error in mm at the end of every second month, April 2023 to March 2025.
AS_READ = (5, 9, 16, 38, 58, 62, 56, 50, 57, 80, 102, 108)
CORRECTED = (3, 6, 9, 13, 17, 20, 23, 25, 29, 33, 38, 41)

REFERENCES = (
    "Abernethy-Roux, C. and Lindqvarn, P. (2019). Unmeasured: small catchments in national gauge networks. "
    "<i>Annals of Applied Hydrometry</i>, 12(3), 201–219.",
    "Osei-Hartwell, D. (2021). What the floods of the Vale cost, and where. <i>Osmere Papers in "
    "Water Economics</i>, 4, 33–58.",
    "Vantongeren, M., Iwu, K. and Sato-Lindgren, R. (2018). Long-term stability of piezoresistive level sensors in a "
    "thermostatted tank. <i>Journal of Instrument Practice</i>, 41(2), 88–97.",
    "Fairweather-Lund, J. (2020). Keeping gauges: a survey of 61 operators. <i>The Gauge Keeper</i>, 7(1), 5–17.",
    "Pellegrin, A. and Mbeki-Strand, T. (2012). Robust slopes for short and gappy series. <i>Northern Statistical "
    "Letters</i>, 29, 410–422.",
    "Kowalczyk-Hume, E. (2016). Biofilm and the reading of submerged sensors. In <i>Proceedings of the Third Harmouth "
    "Workshop on Field Instruments</i>, pp. 77–84. Harmouth: University Press.",
)
