"""Form input of query and ec2, from body and query string, and their answers."""

from __future__ import annotations

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.model import load
from ruststack.protocol import MalformedInput, codec


def read(service: str, operation: str, body: bytes = b"", query: str = ""):
    model = load(service)
    request = Request("POST", f"/?{query}", [], {}, MemoryBlob(body))
    return codec(model, "ec2" if service == "ec2" else "query").read(model.operations[operation], request, {})


def test_lists_structures_and_text():
    body = b"Action=CreateUser&Version=2010-05-08&UserName=a%2Bb+c&Tags.member.2.Key=z&Tags.member.1.Key=k"
    body += b"&Tags.member.1.Value=v"
    assert read("iam", "CreateUser", body) == {
        "UserName": "a+b c",
        "Tags": [{"Key": "k", "Value": "v"}, {"Key": "z"}],
    }


def test_entries_come_in_the_order_of_their_numbers():
    body = b"&".join(b"Tags.member.%d.Key=%d" % (number, number) for number in (10, 9, 1))
    assert [tag["Key"] for tag in read("iam", "CreateUser", body)["Tags"]] == ["1", "9", "10"]


def test_a_get_has_its_fields_in_the_query():
    assert read("iam", "GetUser", query="Action=GetUser&UserName=a%20b") == {"UserName": "a b"}


def test_maps_have_numbered_entries():
    body = b"Name=n&Attributes.entry.1.key=k&Attributes.entry.1.value=v"
    assert read("sns", "CreateTopic", body) == {"Name": "n", "Attributes": {"k": "v"}}


def test_an_empty_list_is_an_empty_value():
    assert read("iam", "CreateUser", b"Tags=") == {"Tags": []}


def test_ec2_numbers_its_lists_directly_and_capitalises():
    body = b"InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=n&Filter.1.Value.1=v&DryRun=true&MaxResults=5"
    assert read("ec2", "DescribeInstances", body) == {
        "InstanceIds": ["i-1", "i-2"],
        "Filters": [{"Name": "n", "Values": ["v"]}],
        "DryRun": True,
        "MaxResults": 5,
    }


@pytest.mark.parametrize("body", [b"MaxItems=x", b"MaxItems=", b"MaxItems.member.1=1", b"MaxItems=99999999999"])
def test_a_number_that_is_none_is_malformed(body):
    with pytest.raises(MalformedInput) as caught:
        read("iam", "ListUsers", body)
    assert caught.value.violation is not None
    assert caught.value.violation.path == ("MaxItems",)


def test_an_answer_is_wrapped_and_tells_the_request_id():
    model = load("sts")
    operation = model.operations["GetCallerIdentity"]
    answer = codec(model).write(operation, {"UserId": "u", "Account": "000000000000"}, "R")
    assert answer.headers == [("Content-Type", "text/xml")]
    assert answer.body == (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<UserId>u</UserId><Account>000000000000</Account></GetCallerIdentityResult>"
        b"<ResponseMetadata><RequestId>R</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )


def test_ec2_answers_true_where_there_is_nothing_to_say():
    model = load("ec2")
    answer = codec(model).write(model.operations["DeleteVpc"], {}, "R")
    assert answer.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteVpcResponse '
        b'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>R</requestId><return>true</return>'
        b"</DeleteVpcResponse>"
    )


@pytest.mark.parametrize(("service", "operation"), [("iam", "DeleteUser"), ("ec2", "DeleteVpc")])
def test_an_operation_without_output_takes_none(service, operation):
    model = load(service)
    with pytest.raises(ValueError, match="no output member"):
        codec(model).write(model.operations[operation], {"Nonsense": 1})
