"""What belongs to the account and not to an API: domains, links, settings; documentation and tags."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, NotFoundException
from tests.services.apigateway.conftest import Gateway, patch

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/a/0123456789abcdef"


def domain(gateway: Gateway, name: str = "api.example.com", kind: str = "REGIONAL") -> Any:
    return gateway.CreateDomainName(domainName=name, endpointConfiguration={"types": [kind]})


def test_a_domain_is_reached_by_its_kind_of_endpoint(gateway: Gateway) -> None:
    regional, edge = domain(gateway), domain(gateway, "edge.example.com", "EDGE")
    assert regional["regionalDomainName"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert regional["regionalHostedZoneId"] == "Z1UJRXOUMOOFQ8"
    assert regional["domainNameArn"] == "arn:aws:apigateway:us-east-1::/domainnames/api.example.com"
    assert edge["distributionHostedZoneId"] == "Z2FDTNDATAQYW2"
    assert regional["securityPolicy"] == "TLS_1_2"
    assert len(gateway.GetDomainNames()["items"]) == 2
    assert gateway.GetDomainNames(resourceOwner="OTHER_ACCOUNTS")["items"] == []


def test_a_private_domain_is_named_with_its_id(gateway: Gateway) -> None:
    made = domain(gateway, kind="PRIVATE")
    with pytest.raises(NotFoundException, match="Invalid domain name identifier specified"):
        gateway.GetDomainName(domainName="api.example.com")
    named = {"domainName": "api.example.com", "domainNameId": made["domainNameId"]}
    assert gateway.GetDomainName(**named) == made
    given = {"accessAssociationSourceType": "VPCE", "accessAssociationSource": "vpce-1"}
    association = gateway.CreateDomainNameAccessAssociation(domainNameArn=made["domainNameArn"], **given)
    with pytest.raises(ConflictException):
        gateway.CreateDomainNameAccessAssociation(domainNameArn=made["domainNameArn"], **given)
    with pytest.raises(BadRequestException):
        gateway.CreateDomainNameAccessAssociation(domainNameArn="x", **given)
    assert gateway.GetDomainNameAccessAssociations()["items"] == [association]
    arn = {"domainNameAccessAssociationArn": association["domainNameAccessAssociationArn"]}
    with pytest.raises(NotFoundException):
        gateway.RejectDomainNameAccessAssociation(**arn, domainNameArn="x")
    gateway.RejectDomainNameAccessAssociation(**arn, domainNameArn=made["domainNameArn"])
    gateway.CreateDomainNameAccessAssociation(domainNameArn=made["domainNameArn"], **given)
    gateway.DeleteDomainNameAccessAssociation(**arn)
    with pytest.raises(NotFoundException):
        gateway.DeleteDomainNameAccessAssociation(**arn)


def test_a_domain_is_one(gateway: Gateway) -> None:
    domain(gateway)
    with pytest.raises(BadRequestException, match="The domain name you provided already exists"):
        domain(gateway)
    with pytest.raises(BadRequestException, match="Invalid domain name"):
        domain(gateway, "a b")


def test_what_a_domain_may_change(gateway: Gateway) -> None:
    domain(gateway)
    operations = [
        patch("replace", "/regionalCertificateArn", "arn:x"),
        patch("replace", "/mutualTlsAuthentication/truststoreUri", "s3://b/k"),
        patch("replace", "/endpointConfiguration/ipAddressType", "dualstack"),
    ]
    told = gateway.UpdateDomainName(domainName="api.example.com", patchOperations=operations)
    assert told["regionalCertificateArn"] == "arn:x"
    assert told["mutualTlsAuthentication"] == {"truststoreUri": "s3://b/k"}
    assert told["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
    with pytest.raises(BadRequestException, match="Invalid patch path  '/domainName' specified for op 'replace'"):
        gateway.UpdateDomainName(domainName="api.example.com", patchOperations=[patch("replace", "/domainName", "x")])
    gateway.DeleteDomainName(domainName="api.example.com")
    assert gateway.GetDomainNames()["items"] == []


def test_base_paths_lead_to_apis(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    domain(gateway)
    named = {"domainName": "api.example.com", "restApiId": place["restApiId"]}
    whole = gateway.CreateBasePathMapping(**named)
    assert whole == {"basePath": "(none)", "restApiId": place["restApiId"]}
    gateway.CreateBasePathMapping(**named, basePath="v1", stage="dev")
    told = gateway.UpdateBasePathMapping(
        domainName="api.example.com", basePath="v1", patchOperations=[patch("replace", "/basePath", "v2")]
    )
    assert told["basePath"] == "v2"
    paths = [each["basePath"] for each in gateway.GetBasePathMappings(domainName="api.example.com")["items"]]
    assert paths == ["(none)", "v2"]
    gateway.DeleteBasePathMapping(domainName="api.example.com", basePath="v2")
    with pytest.raises(NotFoundException, match="Invalid base path mapping identifier specified"):
        gateway.GetBasePathMapping(domainName="api.example.com", basePath="v2")


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"restApiId": "none"}, "BadRequestException", "Invalid REST API identifier specified"),
        ({"stage": "none"}, "BadRequestException", "Invalid stage identifier specified"),
        ({"basePath": "a/b"}, "BadRequestException", "API Gateway V1 doesn't support the slash character"),
        ({"basePath": "taken"}, "ConflictException", "Base path already exists for this domain name"),
        ({"domainName": "none"}, "NotFoundException", "Invalid domain name identifier specified"),
    ],
)
def test_a_base_path_that_cannot_be(gateway: Gateway, given: dict[str, str], code: str, message: str) -> None:
    place, _ = gateway.deployed()
    domain(gateway)
    named = {"domainName": "api.example.com", "restApiId": place["restApiId"]}
    gateway.CreateBasePathMapping(**named, basePath="taken")
    with pytest.raises(ServiceError) as caught:
        gateway.CreateBasePathMapping(**{**named, **given})
    assert caught.value.code == code
    assert message in caught.value.message


def test_a_vpc_link_is_ready_at_once(gateway: Gateway) -> None:
    made = gateway.CreateVpcLink(name="ours", targetArns=[BALANCER])
    assert (made["status"], made["targetArns"]) == ("PENDING", [BALANCER])
    named = {"vpcLinkId": made["id"]}
    told = gateway.GetVpcLink(**named)
    assert (told["status"], told["statusMessage"], told["tags"]) == (
        "AVAILABLE",
        "Your vpc link is ready for use",
        {},
    )
    assert gateway.UpdateVpcLink(**named, patchOperations=[patch("replace", "/name", "new")])["name"] == "new"
    assert len(gateway.GetVpcLinks()["items"]) == 1
    gateway.DeleteVpcLink(**named)
    with pytest.raises(NotFoundException, match="Invalid Vpc Link identifier specified"):
        gateway.GetVpcLink(**named)


@pytest.mark.parametrize(
    ("name", "arns", "message"),
    [
        ("", [], "Name cannot be empty"),
        ("a", ["invalid-arn"], "Invalid ARN. ARN is not well formed invalid-arn"),
        ("a", [], "exactly one"),
    ],
)
def test_a_vpc_link_that_cannot_be(gateway: Gateway, name: str, arns: list[str], message: str) -> None:
    with pytest.raises(BadRequestException, match=message):
        gateway.CreateVpcLink(name=name, targetArns=arns)


def test_the_account_has_a_role_for_logs(gateway: Gateway) -> None:
    assert gateway.GetAccount() == {
        "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0},
        "features": ["UsagePlans"],
        "apiKeyVersion": "4",
    }
    role = "arn:aws:iam::000000000000:role/logs"
    told = gateway.UpdateAccount(patchOperations=[patch("replace", "/cloudwatchRoleArn", role)])
    assert told["cloudwatchRoleArn"] == gateway.GetAccount()["cloudwatchRoleArn"] == role
    gateway.UpdateAccount(patchOperations=[patch("replace", "/cloudwatchRoleArn", "")])
    assert "cloudwatchRoleArn" not in gateway.GetAccount()
    with pytest.raises(BadRequestException):
        gateway.UpdateAccount(patchOperations=[patch("remove", "/features", "UsagePlans")])


def test_a_client_certificate_is_one(gateway: Gateway) -> None:
    made = gateway.GenerateClientCertificate(description="ours")
    certificate = x509.load_pem_x509_certificate(made["pemEncodedCertificate"].encode())
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_after_utc.timestamp() == made["expirationDate"] == made["createdDate"] + 31_536_000
    named = {"clientCertificateId": made["clientCertificateId"]}
    assert gateway.GetClientCertificate(**named) == made
    changed = gateway.UpdateClientCertificate(**named, patchOperations=[patch("replace", "/description", "b")])
    assert gateway.GetClientCertificates()["items"] == [changed]
    place, _ = gateway.deployed()
    stage = {"restApiId": place["restApiId"], "stageName": "dev"}
    use = [patch("replace", "/clientCertificateId", made["clientCertificateId"])]
    gateway.UpdateStage(**stage, patchOperations=use)
    with pytest.raises(BadRequestException):
        gateway.DeleteClientCertificate(**named)
    gateway.DeleteStage(**stage)
    gateway.DeleteClientCertificate(**named)
    with pytest.raises(NotFoundException, match="Invalid Client Certificate identifier specified"):
        gateway.GetClientCertificate(**named)


def test_kinds_of_sdks(gateway: Gateway) -> None:
    kinds = [each["id"] for each in gateway.GetSdkTypes()["items"]]
    assert kinds == ["android", "java", "javascript", "objectivec", "ruby", "swift"]
    assert gateway.GetSdkType(id="ruby")["friendlyName"] == "Ruby"
    with pytest.raises(NotFoundException):
        gateway.GetSdkType(id="cobol")


def test_a_place_has_one_part_of_documentation(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    given = {"location": {"type": "METHOD", "path": "/x", "method": "GET"}, "properties": '{"summary": "a"}'}
    part = gateway.CreateDocumentationPart(restApiId=api, **given)
    with pytest.raises(ConflictException) as caught:
        gateway.CreateDocumentationPart(restApiId=api, **given)
    assert caught.value.message == (
        "Documentation part already exists for the specified location: type 'METHOD', path '/x', method 'GET'."
    )
    for broken in ({"properties": "[]"}, {"location": {"type": "MODEL"}}):
        with pytest.raises(BadRequestException):
            gateway.CreateDocumentationPart(restApiId=api, **{**given, **broken})
    assert gateway.GetDocumentationParts(restApiId=api, type="METHOD", path="/x")["items"] == [part]
    assert gateway.GetDocumentationParts(restApiId=api, type="API")["items"] == []


def test_a_version_keeps_the_documentation(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    api = place["restApiId"]
    named = {"restApiId": api, "documentationVersion": "v1"}
    told = gateway.CreateDocumentationVersion(**named, stageName="dev", description="first")
    assert told == {"version": "v1", "createdDate": 1790000000, "description": "first"}
    assert gateway.GetStage(restApiId=api, stageName="dev")["documentationVersion"] == "v1"
    with pytest.raises(ConflictException):
        gateway.CreateDocumentationVersion(**named)
    changed = gateway.UpdateDocumentationVersion(**named, patchOperations=[patch("replace", "/description", "b")])
    assert changed["description"] == gateway.GetDocumentationVersion(**named)["description"] == "b"
    assert len(gateway.GetDocumentationVersions(restApiId=api)["items"]) == 1
    gateway.DeleteDocumentationVersion(**named)
    with pytest.raises(NotFoundException):
        gateway.GetDocumentationVersion(**named)


def test_whatever_has_an_arn_has_tags(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    domain(gateway)
    things = [
        f"restapis/{place['restApiId']}",
        f"restapis/{place['restApiId']}/stages/dev",
        f"apikeys/{gateway.CreateApiKey()['id']}",
        f"usageplans/{gateway.CreateUsagePlan(name='a')['id']}",
        f"vpclinks/{gateway.CreateVpcLink(name='a', targetArns=[BALANCER])['id']}",
        "domainnames/api.example.com",
    ]
    for thing in things:
        arn = {"resourceArn": f"arn:aws:apigateway:us-east-1::/{thing}"}
        gateway.TagResource(**arn, tags={"a": "1", "b": "2"})
        gateway.UntagResource(**arn, tagKeys=["a", "c"])
        assert gateway.GetTags(**arn) == {"tags": {"b": "2"}}
    assert gateway.GetRestApi(restApiId=place["restApiId"])["tags"] == {"b": "2"}


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("x", "BadRequestException"),
        ("arn:aws:apigateway:eu-west-1::/restapis/a", "BadRequestException"),
        ("arn:aws:lambda:us-east-1::/restapis/a", "BadRequestException"),
        ("arn:aws:apigateway:us-east-1:000000000000:/restapis/a", "BadRequestException"),
        ("arn:aws:apigateway:us-east-1::/restapis/a/resources/b", "BadRequestException"),
        ("arn:aws:apigateway:us-east-1::/sdks/a", "BadRequestException"),
        ("arn:aws:apigateway:us-east-1::/restapis/a", "NotFoundException"),
        ("arn:aws:apigateway:us-east-1::/restapis/a/stages/b", "NotFoundException"),
        ("arn:aws:apigateway:us-east-1::/apikeys/a", "NotFoundException"),
        ("arn:aws:apigateway:us-east-1::/domainnames/a", "NotFoundException"),
    ],
)
def test_an_arn_of_nothing(gateway: Gateway, arn: str, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        gateway.TagResource(resourceArn=arn, tags={"a": "b"})
    assert caught.value.code == code


@pytest.mark.parametrize("tags", [{"aws:a": "b"}, {"": "b"}, {"a" * 129: "b"}, {"a": "b" * 257}])
def test_tags_that_cannot_be(gateway: Gateway, tags: dict[str, str]) -> None:
    with pytest.raises(BadRequestException):
        gateway.CreateRestApi(name="a", tags=tags)
