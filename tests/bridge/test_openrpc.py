from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from papermesh.classification.v1 import classification_pb2
from papermesh.quality.v1 import quality_pb2
from papermesh_bridge.builtin import ENTRIES
from papermesh_bridge.errors import AnswerTooLarge
from papermesh_bridge.openrpc import build_document, listed
from papermesh_bridge.schema import Alias, build_schema, build_table
from papermesh_bridge.transcode import DEFAULT_POLICY, LEGACY_POLICY, PROTO_POLICY

Field = descriptor_pb2.FieldDescriptorProto
SPECIFICATION, SCHEMAS = "@open-rpc/spec@1.4.1", "@json-schema-tools/meta-schema@1.8.0"
ALIASES = [
    Alias("subtract", "calc.v1.Calculator/Subtract", unwrap=True),
    Alias("minus", "calc.v1.Calculator/Subtract"),
    Alias("repeat", "calc.v1.Calculator/Echo"),
]


def document_of(*schemas, aliases=(), policy=DEFAULT_POLICY, max_bytes=10**7, **more):
    owners = {f"backend{number}": schema for number, schema in enumerate(schemas)}
    table = build_table(list(owners.items()), aliases, {name: name for name in owners})
    return build_document(table, owners, policy, version="1.2.3", max_bytes=max_bytes, builtins=ENTRIES, **more)


def methods_of(document):
    found = {method["name"]: method for method in document["methods"]}
    assert len(found) == len(document["methods"]), "two methods of one name"
    return found


def everything_below(file, found):
    for each in file.dependencies:
        everything_below(each, found)
    found[file.name] = file.serialized_pb
    return found


@pytest.fixture(scope="module")
def mesh_schemas():
    classification, quality = classification_pb2.DESCRIPTOR, quality_pb2.DESCRIPTOR
    return [
        build_schema(everything_below(file, {}).values(), [service.full_name])
        for file, service in (
            (classification, classification.services_by_name["ClassificationService"]),
            (quality, quality.services_by_name["QualityService"]),
        )
    ]


@pytest.fixture(
    scope="module", params=[DEFAULT_POLICY, LEGACY_POLICY, PROTO_POLICY], ids=["default", "legacy", "proto"]
)
def documents(request, calc_schema, mesh_schemas):
    return [
        document_of(calc_schema, aliases=ALIASES, policy=request.param),
        document_of(*mesh_schemas, policy=request.param),
        document_of(*odd_schemas(), policy=request.param),
        document_of(),
    ]


def odd_schemas():
    """Two backends with a message of one name, in different shapes, and rare requests."""
    first = service(
        {"Do": "M", "Wrap": ".google.protobuf.Int32Value", "Any": ".google.protobuf.Any"}, "string", "odd.v1.A"
    )
    second = service(
        {
            "Act": "M",
            "Same": "Same",
            "Free": ".google.protobuf.Struct",
            "List": ".google.protobuf.ListValue",
            "Value": ".google.protobuf.Value",
        },
        "int32",
        "odd.v1.B",
    )
    return first, second


def service(rpcs, kind, name):
    file = descriptor_pb2.FileDescriptorProto(name="odd.proto", package="odd.v1", syntax="proto2")
    known = ("any", "struct", "wrappers")
    file.dependency.extend(f"google/protobuf/{each}.proto" for each in known)
    message = file.message_type.add(name="M")
    message.field.add(name="late", number=1, type=f"TYPE_{kind.upper()}", label=Field.LABEL_OPTIONAL)
    message.field.add(name="needed", number=2, type=Field.TYPE_STRING, label=Field.LABEL_REQUIRED)
    message.field.add(
        name="inner", number=3, type_name=".odd.v1.M", type=Field.TYPE_MESSAGE, label=Field.LABEL_REPEATED
    )
    message.field[0].options.deprecated = True
    file.message_type.add(name="Same").field.add(name="x", number=1, type=Field.TYPE_BOOL, label=Field.LABEL_OPTIONAL)
    made = file.service.add(name=name.rpartition(".")[2])
    for rpc, taken in rpcs.items():
        taken = taken if taken.startswith(".") else f".odd.v1.{taken}"
        made.method.add(name=rpc, input_type=taken, output_type=".odd.v1.M").options.deprecated = rpc == "Do"
    return build_schema([file.SerializeToString()], [name])


def schemas_in(document):
    yield from document["components"]["schemas"].values()
    for method in document["methods"]:
        yield method["result"]["schema"]
        yield from (param["schema"] for param in method["params"])


def references_in(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from references_in(each)


def test_every_schema_is_one_and_every_reference_leads_somewhere(documents):
    for document in documents:
        for schema in schemas_in(document):
            Draft7Validator.check_schema(schema)
        references = set(references_in(document))
        for reference in references:
            start, *steps = reference.split("/")
            assert start == "#"
            place = document
            for step in steps:
                place = place[step]
        # And everything that has a name is used.
        schemas = document["components"]["schemas"]
        assert {f"#/components/schemas/{name}" for name in schemas} <= references
        json.dumps(document, allow_nan=False)


@pytest.fixture(scope="session")
def openrpc_meta_schema():
    """A validator of OpenRPC documents, from the specification's own package; skips where npm does not give it."""
    folder = Path(tempfile.gettempdir()) / f"papermesh-openrpc-1.4.1-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    specification = fetched(folder, SPECIFICATION, "dist/1_4/schema.json")
    schemas = fetched(folder, SCHEMAS, "schema.json")
    address = "https://meta.json-schema.tools"
    resource = DRAFT7.create_resource(schemas)
    registry = Registry().with_resources([(address, resource), (address + "/", resource)])
    return Draft7Validator(specification, registry=registry)


def fetched(folder, package, path):
    target = folder / f"{package.strip('@').replace('/', '-')}.json"
    if not target.exists():
        if shutil.which("npm") is None:
            pytest.skip(f"the meta-schema comes from the npm package {package}, and there is no npm here")
        work = Path(tempfile.mkdtemp(dir=folder))
        command = ["npm", "pack", "--json", package]
        run = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=120)
        if run.returncode:
            pytest.skip(f"npm does not give {package}: {run.stderr.strip()[-300:]}")
        subprocess.run(["tar", "xzf", json.loads(run.stdout)[0]["filename"]], cwd=work, check=True, timeout=60)
        (work / "package" / path).replace(target)
        shutil.rmtree(work)
    return json.loads(target.read_text())


@pytest.mark.slow
def test_documents_are_valid_under_the_meta_schema(openrpc_meta_schema, documents):
    for document in documents:
        openrpc_meta_schema.validate(document)
    broken = {**documents[0], "methods": [{"name": "x"}]}
    assert not openrpc_meta_schema.is_valid(broken)
    assert not openrpc_meta_schema.is_valid({**documents[0], "openrpc": "1.3.0"})


def test_a_document_has_one_entry_for_each_name_that_people_should_use(calc_schema):
    names = list(methods_of(document_of(calc_schema, aliases=ALIASES)))
    assert names == [
        "subtract",
        "minus",
        "sum",
        "update",
        "notify_hello",
        "notify_sum",
        "get_data",
        "fail",
        "wait",
        "repeat",
        "echo",
        "echo_item",
        "count_up",
        "sum_up",
        "divide",
        "divide_all",
        "get_server_info",
        "health_check",
        "rpc.discover",
        "system.listMethods",
    ]


def test_a_name_that_another_backend_has_gives_way_to_the_full_name(mesh_schemas):
    methods = methods_of(document_of(*mesh_schemas))
    own, other = methods["get_server_info"], methods["papermesh.quality.v1.QualityService/GetServerInfo"]
    assert own["x-grpc"]["rpc"] == "papermesh.classification.v1.ClassificationService/GetServerInfo"
    assert other["x-grpc"]["rpc"] == "papermesh.quality.v1.QualityService/GetServerInfo"


def test_a_built_in_method_is_not_listed_where_a_backend_has_its_name(calc_schema):
    methods = methods_of(document_of(calc_schema, aliases=[Alias("health_check", "calc.v1.Calculator/Wait")]))
    assert methods["health_check"]["x-grpc"]["rpc"] == "calc.v1.Calculator/Wait"


def test_params_stand_in_the_order_of_their_declaration(calc_schema):
    subtract = methods_of(document_of(calc_schema, aliases=ALIASES))["subtract"]
    assert [param["name"] for param in subtract["params"]] == ["minuend", "subtrahend"]
    assert subtract["paramStructure"] == "either"
    assert subtract["result"]["name"] == "difference"
    assert subtract["result"]["schema"] == {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}


def test_one_method_under_two_names_may_give_its_result_in_two_ways(calc_schema):
    methods = methods_of(document_of(calc_schema, aliases=ALIASES))
    assert methods["minus"]["result"]["schema"] == {"$ref": "#/components/schemas/calc.v1.SubtractResponse"}


def test_an_unwrapped_message_may_be_absent():
    file = descriptor_pb2.FileDescriptorProto(name="b.proto", package="b", syntax="proto3")
    box = file.message_type.add(name="Box")
    box.field.add(name="box", number=1, type=Field.TYPE_MESSAGE, type_name=".b.Box", label=Field.LABEL_OPTIONAL)
    file.service.add(name="S").method.add(name="Open", input_type=".b.Box", output_type=".b.Box")
    schema = build_schema([file.SerializeToString()], ["b.S"])
    methods = methods_of(document_of(schema, aliases=[Alias("open", "b.S/Open", unwrap=True)]))
    assert methods["open"]["result"]["schema"] == {"anyOf": [{"$ref": "#/components/schemas/b.Box"}, {"type": "null"}]}


def test_a_request_of_one_repeated_field_says_how_it_is_given_by_position(calc_schema):
    total = methods_of(document_of(calc_schema))["sum"]
    assert total["paramStructure"] == "by-name"
    assert total["description"] == "By position, the params themselves are the values."


def test_names_are_in_the_spelling_of_the_policy(calc_schema):
    document = document_of(calc_schema, policy=PROTO_POLICY)
    names = [param["name"] for param in methods_of(document)["echo"]["params"]]
    assert names[0] == "anInt32"
    written = document["components"]["schemas"]["calc.v1.Everything"]["properties"]
    assert names == list(written)
    read = document["components"]["schemas"]["calc.v1.Everything-input"]["properties"]
    assert set(read) > set(names)
    assert "an_int32" in read


def test_errors_are_those_of_the_table(calc_schema):
    document = document_of(calc_schema)
    errors = document["components"]["errors"]
    assert errors["NotFound"] == {
        "code": -32005,
        "message": "Not found",
        "data": {"code": 5, "status": "NOT_FOUND", "details": []},
    }
    assert (errors["InvalidParams"]["code"], errors["InternalError"]["code"]) == (-32602, -32603)
    codes = [error["code"] for error in errors.values()]
    assert len(codes) == len(set(codes)) == 13
    given = methods_of(document)["echo"]["errors"]
    assert [each["$ref"].rpartition("/")[2] for each in given] == list(errors)


def test_what_is_deprecated_is_said():
    methods = methods_of(document_of(*odd_schemas()))
    assert methods["do"]["deprecated"] is True
    assert "deprecated" not in methods["act"]
    late = next(param for param in methods["do"]["params"] if param["name"] == "late")
    assert late["deprecated"] is True


def test_what_is_needed_goes_first_and_by_name():
    do = methods_of(document_of(*odd_schemas()))["do"]
    assert [param["name"] for param in do["params"]] == ["needed", "late", "inner"]
    assert do["params"][0]["required"] is True
    assert do["paramStructure"] == "by-name"


@pytest.mark.parametrize(
    ("name", "structure", "params"),
    [
        ("wrap", "either", ["value"]),
        ("any", "by-name", []),
        ("free", "by-name", []),
        ("list", "by-position", []),
        ("value", "either", []),
    ],
)
def test_a_request_with_a_json_form_of_its_own(name, structure, params):
    method = methods_of(document_of(*odd_schemas()))[name]
    assert (method["paramStructure"], [param["name"] for param in method["params"]]) == (structure, params)


def test_messages_of_one_name_that_differ_are_kept_apart():
    document = document_of(*odd_schemas())
    schemas = document["components"]["schemas"]
    methods = methods_of(document)
    first, second = (schemas[methods[name]["result"]["schema"]["$ref"].rpartition("/")[2]] for name in ("do", "act"))
    assert first["properties"]["late"]["type"] == "string"
    assert second["properties"]["late"]["type"] == "integer"
    assert second["properties"]["inner"]["items"] == methods["act"]["result"]["schema"]


def test_a_chain_of_messages_of_any_length_is_followed():
    file = descriptor_pb2.FileDescriptorProto(name="c.proto", package="c", syntax="proto3")
    for number in range(3000):
        message = file.message_type.add(name=f"M{number}")
        kind = f".c.M{(number + 1) % 3000}"
        message.field.add(name="next", number=1, type=Field.TYPE_MESSAGE, type_name=kind, label=Field.LABEL_OPTIONAL)
    file.service.add(name="S").method.add(name="Do", input_type=".c.M0", output_type=".c.M0")
    document = document_of(build_schema([file.SerializeToString()], ["c.S"]))
    assert len(document["components"]["schemas"]) == 6000


def test_comments_are_descriptions(calc_files):
    file = descriptor_pb2.FileDescriptorProto.FromString(next(each for each in calc_files if b"calc.v1.proto" in each))
    places = {message.name: number for number, message in enumerate(file.message_type)}
    for path, text in (
        ([6, 0], " Computes.\n"),
        ([6, 0, 2, 8], " Gives back what it gets.\n\n It changes nothing.\n"),
        ([4, places["Everything"]], " One of each.\n"),
        ([4, places["Everything"], 2, 0], " The first.\n"),
        ([5, 0, 2, 1], " Like a rose.\n"),
    ):
        file.source_code_info.location.add(path=path, leading_comments=text)
    files = [file.SerializeToString() if b"calc.v1.proto" in each else each for each in calc_files]
    document = document_of(build_schema(files, ["calc.v1.Calculator"]))
    echo = methods_of(document)["echo"]
    assert (echo["summary"], echo["description"]) == (
        "Gives back what it gets.",
        "Gives back what it gets.\n\nIt changes nothing.",
    )
    assert echo["params"][0]["description"] == "The first."
    schemas = document["components"]["schemas"]
    assert schemas["calc.v1.Everything"]["description"] == "One of each."
    assert schemas["calc.v1.Everything-input"]["properties"]["an_int32"]["description"] == "The first."
    assert schemas["calc.v1.Everything-input"]["properties"]["anInt32"]["description"] == "The same as an_int32."
    assert schemas["calc.v1.Colour"]["description"] == "- `COLOUR_RED`: Like a rose."
    assert document["components"]["tags"]["calc.v1.Calculator"]["description"] == "Computes."


def test_a_document_that_would_be_too_large_is_refused(calc_schema):
    size = len(json.dumps(document_of(calc_schema)))
    assert document_of(calc_schema, max_bytes=size)
    with pytest.raises(AnswerTooLarge, match=r"larger than max_description_bytes \(9000\)") as caught:
        document_of(calc_schema, max_bytes=9000)
    assert caught.value.code == -32008


def test_the_version_changes_with_the_methods(calc_schema, mesh_schemas):
    first, again = document_of(calc_schema), document_of(calc_schema)
    assert first == again
    assert first["info"]["version"].startswith("1.2.3+")
    assert document_of(calc_schema, aliases=ALIASES)["info"]["version"] != first["info"]["version"]
    assert first["info"]["title"] == "calc.v1.Calculator"


def test_backends_that_are_not_known_yet_are_named(calc_schema):
    told = document_of(calc_schema, missing=["quality"])["info"]["description"]
    assert told.endswith("Not reached yet, and missing here: quality.")


def test_methods_that_stream_say_so(calc_schema):
    methods = methods_of(document_of(calc_schema))
    count = methods["count_up"]
    hello = {"$ref": "#/components/schemas/calc.v1.HelloRequest"}
    assert count["result"]["schema"]["anyOf"][0] == {"type": "array", "items": hello}
    assert "`count_up.next`" in count["description"]
    total = methods["sum_up"]
    assert (total["paramStructure"], total["params"]) == ("by-position", [])
    taken = {"$ref": "#/components/schemas/calc.v1.HelloRequest-input"}
    assert total["x-grpc"]["request"] == {"type": "array", "items": taken}


def test_a_method_that_streams_both_ways_is_not_listed(calc_schema):
    table = build_table([("calc", calc_schema)], [Alias("talk", "calc.v1.Calculator/Chat")], {"calc": "calc"})
    assert "talk" in table.routes
    assert not listed(table).keys() & {"talk", "chat"}
