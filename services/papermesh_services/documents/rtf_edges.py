"""The edges of the cells of a row of RTF, as its control words give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.table_edges import MOST_EDGES

if TYPE_CHECKING:
    from papermesh_services.documents.table_edges import Edges


class RowEdges:
    """Those of the row that was described last; they hold for further rows that describe none."""

    def __init__(self) -> None:
        self._edges = [0]

    @property
    def edges(self) -> Edges:
        """Where the first cell begins, and where each one ends."""
        return tuple(self._edges)

    def take(self, word: str, number: int) -> bool:
        """Takes a word if it tells of edges. Whether it did."""
        match word:
            case "trowd":
                self._edges = [0]
            case "trleft":
                self._edges[0] = number
            case "cellx":
                if len(self._edges) <= MOST_EDGES:
                    self._edges.append(number)
            case _:
                return False
        return True
