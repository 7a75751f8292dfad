"""Makes up values for the corpus: dates, sums, numbers, addresses, words of a topic. All from one random source."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_VOWELS: Final = "aeiou"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a document is about. Every kind of document may be about every topic, so that topics decide nothing."""

    field: str
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    adjectives: tuple[str, ...]


def parse_topics(text: str) -> tuple[Topic, ...]:
    """Parses topics, one a line: field | nouns | verbs | adjectives, with commas between the words."""
    topics = []
    for line in text.splitlines():
        if line.strip():
            topic_field, *lists = (part.strip() for part in line.split("|"))
            nouns, verbs, adjectives = (tuple(word.strip() for word in words.split(",")) for words in lists)
            topics.append(Topic(topic_field, nouns, verbs, adjectives))
    return tuple(topics)


def plural(noun: str) -> str:
    """The plural of a regular English noun or noun phrase."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def past(verb: str) -> str:
    """The past of a regular English verb."""
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return verb + "ed"


def gerund(verb: str) -> str:
    """The -ing form of a regular English verb."""
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


class DocumentValues:
    """The values of one document: one currency, one way to write dates, one topic."""

    def __init__(self, rng: random.Random, topics: tuple[Topic, ...]) -> None:
        self._rng = rng
        self._topic = rng.choice(topics)
        self._currency = rng.choice(["$", "$", "$", "£", "€", "USD ", "EUR ", "RM", "₹", "AUD ", "CHF ", "R "])
        self._year = rng.randint(1985, 2026)
        self._date_style = rng.randrange(8)
        self._section = 0
        self._sub = 0
        self._line = rng.randint(1, 9)
        self._makers: dict[str, Callable[[], str]] = {
            name[1:]: getattr(self, name) for name in dir(self) if name.startswith("_v_")
        }

    def make(self, name: str) -> str | None:
        """Returns a value of that name, or None if there is no such value."""
        maker = self._makers.get("v_" + name)
        return maker() if maker else None

    # Words of the topic

    def _v_field(self) -> str:
        return self._topic.field

    def _v_noun(self) -> str:
        return self._rng.choice(self._topic.nouns)

    def _v_nouns(self) -> str:
        return plural(self._v_noun())

    def _v_verb(self) -> str:
        return self._rng.choice(self._topic.verbs)

    def _v_verbed(self) -> str:
        return past(self._v_verb())

    def _v_verbing(self) -> str:
        return gerund(self._v_verb())

    def _v_adj(self) -> str:
        return self._rng.choice(self._topic.adjectives)

    # Dates and times

    def _v_year(self) -> str:
        return str(self._year + self._rng.choice([0, 0, 0, 0, -1, -1, -2, 1]))

    def _v_yy(self) -> str:
        return f"{self._rng.randint(0, 99):02d}"

    def _v_month(self) -> str:
        return self._rng.choice(MONTHS)

    def _v_weekday(self) -> str:
        return self._rng.choice(DAYS)

    def _v_date(self) -> str:
        day, month, year = self._rng.randint(1, 28), self._rng.randint(1, 12), int(self._v_year())
        name = MONTHS[month - 1]
        return (
            f"{name} {day}, {year}",
            f"{day} {name} {year}",
            f"{day:02d}/{month:02d}/{year}",
            f"{month:02d}/{day:02d}/{year}",
            f"{year}-{month:02d}-{day:02d}",
            f"{day:02d}.{month:02d}.{year}",
            f"{name[:3]} {day}, {year}",
            f"{day:02d}-{name[:3]}-{year}",
        )[self._date_style]

    def _v_longdate(self) -> str:
        day, name = self._rng.randint(1, 28), self._v_month()
        return f"{name} {day}, {self._v_year()}" if self._date_style % 2 else f"{day} {name} {self._v_year()}"

    def _v_shortdate(self) -> str:
        return f"{self._rng.randint(1, 28):02d}/{self._rng.randint(1, 12):02d}/{self._v_year()}"

    def _v_isodate(self) -> str:
        return f"{self._v_year()}-{self._rng.randint(1, 12):02d}-{self._rng.randint(1, 28):02d}"

    def _v_time(self) -> str:
        hour, minute = self._rng.randint(0, 23), self._rng.randint(0, 59)
        suffix = "p.m." if hour >= 12 else "a.m."
        return self._rng.choice([f"{hour:02d}:{minute:02d}", f"{hour % 12 or 12}:{minute:02d} {suffix}"])

    def _v_clock(self) -> str:
        return f"{self._rng.randint(0, 23):02d}:{self._rng.randint(0, 59):02d}:{self._rng.randint(0, 59):02d}"

    # Numbers

    def _v_digit(self) -> str:
        return str(self._rng.randint(1, 9))

    def _v_num(self) -> str:
        return str(self._rng.randint(2, 99))

    def _v_hundred(self) -> str:
        return str(self._rng.randint(100, 999))

    def _v_big(self) -> str:
        return f"{self._rng.randint(1000, 99999):,}"

    def _v_decimal(self) -> str:
        return f"{self._rng.uniform(0.1, 99):.{self._rng.randint(1, 2)}f}"

    def _v_small(self) -> str:
        return f"0.{self._rng.randint(0, 999):03d}"

    def _v_percent(self) -> str:
        return self._rng.choice([f"{self._rng.randint(1, 99)}%", f"{self._rng.uniform(0.1, 40):.1f}%"])

    def _v_code(self) -> str:
        letters = "".join(self._rng.choices(string.ascii_uppercase, k=self._rng.randint(1, 3)))
        return f"{letters}{self._rng.choice(['-', '', '/'])}{self._rng.randint(100, 999999)}"

    def _v_digits(self) -> str:
        return str(self._rng.randint(10**5, 10**9))

    def _v_initials(self) -> str:
        return "".join(self._rng.choices("ABCDEGHJKLMPRSTW", k=2))

    def _v_letter(self) -> str:
        return self._rng.choice(string.ascii_uppercase[:12])

    def _v_roman(self) -> str:
        return self._rng.choice(["I", "II", "III", "IV", "V", "VI", "VII"])

    # Money

    def _v_cur(self) -> str:
        return self._currency

    def _v_price(self) -> str:
        return f"{self._rng.choice([self._rng.uniform(0.5, 60), self._rng.uniform(1, 900)]):.2f}"

    def _v_amount(self) -> str:
        return f"{self._rng.choice([self._rng.uniform(5, 999), self._rng.uniform(500, 90000)]):,.2f}"

    def _v_money(self) -> str:
        return self._currency + self._v_amount()

    def _v_sum(self) -> str:
        return f"{self._currency}{self._rng.choice([5, 10, 25, 40, 75, 100, 250, 500])}{self._rng.choice(['', ',000'])}"

    def _v_millions(self) -> str:
        unit = self._rng.choice(["million", "million", "billion"])
        return f"{self._currency}{self._rng.uniform(0.5, 900):.1f} {unit}"

    def _v_figure(self) -> str:
        value = self._rng.randint(10, 99999)
        return f"({value:,})" if self._rng.random() < 0.2 else f"{value:,}"

    # Numbering

    def _v_sec(self) -> str:
        self._section += 1
        self._sub = 0
        return str(self._section)

    def _v_sub(self) -> str:
        self._sub += 1
        return f"{max(self._section, 1)}.{self._sub}"

    def _v_item(self) -> str:
        self._sub += 1
        return str(self._sub)

    def _v_ref(self) -> str:
        return f"{self._rng.randint(1, 14)}.{self._rng.randint(1, 9)}"

    # Addresses

    def _v_phone(self) -> str:
        a, b, c = self._rng.randint(200, 989), self._rng.randint(200, 989), self._rng.randint(1000, 9999)
        return self._rng.choice(
            [
                f"({a}) {b}-{c}",
                f"{a}-{b}-{c}",
                f"+44 20 {c} {b}",
                f"+{a % 70 + 30} {a} {b} {c}",
                f"0{a} {c}{b}",
            ]
        )

    def _v_zip(self) -> str:
        if self._rng.random() < 0.5:
            return str(self._rng.randint(10000, 99999))
        a, b, c, d = self._rng.choices(string.ascii_uppercase, k=4)
        return f"{a}{b}{self._rng.randint(1, 20)} {self._rng.randint(1, 9)}{c}{d}"
