from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2

from papermesh_bridge.comments import comments_of
from papermesh_bridge.schema import build_schema

PROTO = """
// Not a comment on anything.

syntax = "proto3";

package shop.v1;

// Sells things.
service Shop {
  // Sells one.
  //
  //     as much as there is
  //
  // Fails when there is none.
  rpc Sell(SellRequest) returns (Sold);
}

// What is wanted.
message SellRequest {
  // Which.
  string thing = 1;
  int32 count = 2; // How many.
  /* What
   * colour. */
  Colour colour = 3;
  string plain = 4;

  // Inside.
  message Note {
    // Deeper still.
    string text = 1;
  }
}

message Sold {}

// A colour.
enum Colour {
  // None in particular.
  COLOUR_UNSPECIFIED = 0;
  COLOUR_RED = 1;
}
"""
COMMENTS = {
    "shop.v1.Shop": "Sells things.",
    "shop.v1.Shop.Sell": "Sells one.\n\n    as much as there is\n\nFails when there is none.",
    "shop.v1.SellRequest": "What is wanted.",
    "shop.v1.SellRequest.thing": "Which.",
    "shop.v1.SellRequest.count": "How many.",
    "shop.v1.SellRequest.colour": "What\ncolour.",
    "shop.v1.SellRequest.Note": "Inside.",
    "shop.v1.SellRequest.Note.text": "Deeper still.",
    "shop.v1.Colour": "A colour.",
    "shop.v1.Colour.COLOUR_UNSPECIFIED": "None in particular.",
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The proto above as buf compiles it, comments included."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.proto").write_text(PROTO)
    buf = Path(sys.executable).parent / "buf"
    command = [buf, "build", "--as-file-descriptor-set", "-o", "shop.binpb"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)
    files = descriptor_pb2.FileDescriptorSet.FromString((folder / "shop.binpb").read_bytes()).file
    return [file.SerializeToString() for file in files]


def test_comments_are_found_by_full_names(compiled):
    assert comments_of(compiled) == COMMENTS


def test_a_schema_keeps_the_files_that_have_comments(compiled, calc_schema):
    assert comments_of(build_schema(compiled, ["shop.v1.Shop"]).commented) == COMMENTS
    assert not calc_schema.commented


@pytest.mark.parametrize(
    "path",
    [
        [],
        [4],
        [4, 0, 1],  # the name of a message, and not the message
        [4, 5],  # past the last
        [4, -1],
        [99, 0],
        [3, 0],  # a dependency has no name of its own
        [8, 0],  # options are no list
        [4, 0, 9, 0],  # a reserved range has no name
    ],
)
def test_a_place_that_is_nothing_with_a_name_is_passed_over(path):
    file = descriptor_pb2.FileDescriptorProto(name="a.proto", package="a", dependency=["b.proto"])
    file.message_type.add(name="M").reserved_range.add(start=5, end=6)
    file.source_code_info.location.add(path=path, leading_comments="lost")
    file.source_code_info.location.add(path=[4, 0], leading_comments=" kept\n")
    assert comments_of([file.SerializeToString()]) == {"a.M": "kept"}
