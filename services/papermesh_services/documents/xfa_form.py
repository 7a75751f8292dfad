"""The text of a dynamic form (XFA): what its template shows, with what has been filled in beside its labels.

Takes the XML of the form; knows nothing of PDF, and runs no scripts. Data is laid to the fields of the template by
names, as the specification of XFA 3.3 has it in its chapter on data binding, without its rarer rules.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final, Protocol

from lxml import etree  # type: ignore[import-untyped]

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.xmlparts import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_STEPS: Final = 200_000
_UNSEEN: Final = frozenset(["hidden", "invisible", "inactive"])
_AROUND: Final = frozenset(["subformSet", "area", "pageSet", "pageArea", "contentArea"])
_VALUES: Final = frozenset(["text", "exData", "integer", "float", "decimal", "date", "time", "dateTime"])
_TICKED: Final = "☑"
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class _Node(Protocol):
    """What is used of an element of lxml, which has no types of its own."""

    tag: str

    def get(self, name: str) -> str | None: ...

    def iter(self) -> Iterator[_Node]: ...

    def itertext(self) -> Iterator[str]: ...

    def __iter__(self) -> Iterator[_Node]: ...

    def __getitem__(self, index: int) -> _Node: ...

    def __len__(self) -> int: ...


def texts(template: bytes, datasets: bytes, most: int) -> list[str]:
    """What the form shows, label by label, most characters of it. Empty where it is broken.

    template, datasets: those parts of the form, or each the whole of it.
    """
    form = _Form(_find(_parsed(datasets), "data"), most)
    shown = _find(_parsed(template), "template")
    if shown is not None:
        form.show(shown)
    return form.texts or form.data()


def _parsed(data: bytes) -> _Node | None:
    if _DOCTYPE.search(data):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root: _Node | None = etree.fromstring(data.strip(b"\0 \t\r\n"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def _find(root: _Node | None, name: str) -> _Node | None:
    """The first element of that name at the top of the form or of one of its parts."""
    if root is None or short(root.tag) == name:
        return root
    near = [child for one in root for child in (one, *one)]
    return next((one for one in near if short(one.tag) == name), None)


class _Form:
    """Goes through the template with the data at hand."""

    def __init__(self, data: _Node | None, most: int) -> None:
        self.texts: list[str] = []
        self._data = data
        self._left = _MOST_STEPS
        self._room = most
        self._parts: dict[_Node | None, dict[str, deque[_Node]]] = {None: _by_name(_leaves(data))}
        self._used: set[_Node] = set()

    def show(self, template: _Node) -> None:
        """Takes in what the template shows."""
        for subform in _children(template, "subform"):
            self._subform(subform, self._data, top=True)

    def data(self) -> list[str]:
        """The data alone, by its own names."""
        pairs = ((short(leaf.tag), _text(leaf)) for leaf in _leaves(self._data))
        return [f"{name}: {text}" for name, text in pairs if text]

    def _subform(self, subform: _Node, data: _Node | None, *, top: bool = False) -> None:
        """A part of the form, once for each part of the data that has its name."""
        name = subform.get("name")
        found = list(self._inside(data).get(name, ())) if name and data is not None else []
        if top and not found and data is not None:
            found = list(data)[:1]
        for one in found:
            self._walk(subform, one)
        if not found:
            self._walk(subform, data)

    def _walk(self, node: _Node, data: _Node | None) -> None:
        for child in node:
            self._left -= 1
            if min(self._left, self._room) < 0:
                return
            name = short(child.tag)
            if child.get("presence") in _UNSEEN:
                continue
            if name == "subform":
                self._subform(child, data)
            elif name in _AROUND:
                self._walk(child, data)
            elif name == "draw":
                self._put(_value(child))
            elif name == "field":
                self._field(child, data)
            elif name == "exclGroup":
                self._choices(child, data)

    def _put(self, text: str) -> None:
        if text:
            self.texts.append(text)
            self._room -= len(text)

    def _field(self, field: _Node, data: _Node | None) -> None:
        label, value = _label(field), self._filled(field, data)
        controls = {short(one.tag) for ui in _children(field, "ui") for one in ui}
        if "checkButton" in controls:
            self._put(f"{_TICKED} {label}" if value and value == next(iter(_items(field)), "1") else label)
        elif "choiceList" in controls:
            self._put(_joined(label, _chosen(field, value)))
        else:
            self._put(_joined(label, value))

    def _choices(self, group: _Node, data: _Node | None) -> None:
        """Fields of which one is ticked, that whose item is the value of the group."""
        self._put(_label(group))
        value = self._filled(group, data)
        for field in _children(group, "field"):
            label = _label(field)
            self._put(f"{_TICKED} {label}" if value and value in _items(field) else label)

    def _filled(self, field: _Node, data: _Node | None) -> str:
        """What has been filled in, else what the template has in its place."""
        bind = next(_children(field, "bind"), None)
        kind = bind.get("match") if bind is not None else None
        name = field.get("name") or ""
        if kind == "dataRef" and bind is not None:
            name = (bind.get("ref") or "").rpartition(".")[2].partition("[")[0]
        if kind != "none" and name:
            leaf = self._unused(data, name) or self._unused(None, name)
            if leaf is not None:
                self._used.add(leaf[0])
                return _text(leaf[0])
        return _value(field)

    def _inside(self, data: _Node) -> dict[str, deque[_Node]]:
        """The parts of a part of the data, by their names."""
        if data not in self._parts:
            self._parts[data] = _by_name(data)
        return self._parts[data]

    def _unused(self, data: _Node | None, name: str) -> tuple[_Node] | None:
        """The next value of that name which has no field yet, in a part of the data or in all of it."""
        waiting = (self._parts[None] if data is None else self._inside(data)).get(name)
        while waiting:
            leaf = waiting.popleft()
            if leaf not in self._used and _is_leaf(leaf):
                return (leaf,)
        return None


def _children(node: _Node | None, name: str | None) -> Iterator[_Node]:
    return (child for child in (() if node is None else node) if short(child.tag) == name)


def _leaves(data: _Node | None) -> Iterator[_Node]:
    return (one for one in (() if data is None else data.iter()) if _is_leaf(one))


def _is_leaf(node: _Node) -> bool:
    return not len(node) or short(node[0].tag) == "body"


def _by_name(nodes: Iterable[_Node]) -> dict[str, deque[_Node]]:
    found: defaultdict[str, deque[_Node]] = defaultdict(deque)
    for node in nodes:
        found[short(node.tag)].append(node)
    return dict(found)


def _text(node: _Node) -> str:
    return one_line(" ".join(node.itertext()))


def _value(node: _Node) -> str:
    held: Iterable[_Node] = (one for value in _children(node, "value") for one in value)
    return " ".join(filter(None, (_text(one) for one in held if short(one.tag) in _VALUES)))


def _label(field: _Node) -> str:
    return next(
        (_value(caption) for caption in _children(field, "caption") if caption.get("presence") not in _UNSEEN), ""
    )


def _items(field: _Node) -> list[str]:
    return [_text(one) for items in _children(field, "items") for one in items]


def _chosen(field: _Node, value: str) -> str:
    """A choice as it is shown, which may be kept as something else."""
    kinds = {items.get("save") == "1": [_text(one) for one in items] for items in _children(field, "items")}
    shown, saved = kinds.get(False, []), kinds.get(True, [])
    return dict(zip(saved, shown, strict=False)).get(value, value)


def _joined(label: str, value: str) -> str:
    if not label or not value:
        return label or value
    return f"{label} {value}" if label.endswith((":", "?")) else f"{label}: {value}"
