"""The comments of proto files, by the full names of what they stand above.

Pure: serialized files in, texts out. Only files that carry their source information have any: descriptor sets made with
it do, and servers written in Python do not tell theirs by reflection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermesh_bridge.schema import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def comments_of(files: Iterable[bytes]) -> Mapping[str, str]:
    """Gives comments by full names like `pkg.Message.field`, `pkg.Enum.VALUE` and `pkg.Service.Method`.

    A comment behind a thing counts where none stands above it.
    """
    found: dict[str, str] = {}
    for data in files:
        file = read_file(data)
        for location in file.source_code_info.location:
            text = _text(location.leading_comments) or _text(location.trailing_comments)
            name = _name(file, location.path) if text else ""
            if name:
                found[name] = text
    return found


def _name(file: Any, path: Sequence[int]) -> str:
    """Follows a path of field numbers and places to what it leads to; an empty string where that has no name."""
    names = [file.package] if file.package else []
    thing = file
    if not path or len(path) % 2:
        return ""
    for number, place in zip(path[::2], path[1::2], strict=True):
        field = thing.DESCRIPTOR.fields_by_number.get(number)
        if field is None or field.message_type is None or not field.is_repeated:
            return ""
        members = getattr(thing, field.name)
        if not 0 <= place < len(members) or "name" not in field.message_type.fields_by_name:
            return ""
        thing = members[place]
        names.append(thing.name)
    return ".".join(names)


def _text(comment: str) -> str:
    return "\n".join(line.removeprefix(" ").rstrip() for line in comment.splitlines()).strip()
