"""The kinds of SDKs that API Gateway makes; making one is not done here (GetSdk answers 501).

Source: API_GetSdkTypes; `aws apigateway get-sdk-types`.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.errors import NotFoundException


def _property(name: str, friendly: str, description: str, required: bool = True) -> dict[str, Any]:
    return {"name": name, "friendlyName": friendly, "description": description, "required": required}


_TYPES: Final[list[dict[str, Any]]] = [
    {
        "id": "android",
        "friendlyName": "Android",
        "configurationProperties": [
            _property("groupId", "Group ID", "Maven Group ID"),
            _property("artifactId", "Artifact ID", "Maven Artifact ID"),
            _property("artifactVersion", "Artifact Version", "Maven Artifact Version"),
            _property("invokerPackage", "Invoker package", "Invoker package name"),
        ],
    },
    {
        "id": "java",
        "friendlyName": "Java SDK",
        "configurationProperties": [
            _property("service.name", "Service Name", "Name used for the Java client interface"),
            _property("java.package-name", "Java Package Name", "Name of the Java package"),
            _property("java.build-system", "Java Build System", "Maven or Gradle", False),
            _property("java.group-id", "Java Group Id", "Maven group id", False),
            _property("java.artifact-id", "Java Artifact Id", "Maven artifact id", False),
            _property("java.artifact-version", "Java Artifact Version", "Maven artifact version", False),
        ],
    },
    {"id": "javascript", "friendlyName": "JavaScript"},
    {
        "id": "objectivec",
        "friendlyName": "iOS (Objective-C)",
        "configurationProperties": [_property("classPrefix", "Prefix", "Class prefix")],
    },
    {
        "id": "ruby",
        "friendlyName": "Ruby",
        "configurationProperties": [_property("service.name", "Service Name", "Name of the Ruby module")],
    },
    {
        "id": "swift",
        "friendlyName": "iOS (Swift)",
        "configurationProperties": [_property("classPrefix", "Prefix", "Class prefix")],
    },
]


@operation("GetSdkTypes")
def get_sdk_types(ctx: Context, req: Input) -> Output:
    """Unknown: AWS's own descriptions of the properties; GetSdkTypes would tell.  Source: API_GetSdkTypes"""
    return {"items": _TYPES}


@operation("GetSdkType")
def get_sdk_type(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetSdkType"""
    for each in _TYPES:
        if each["id"] == req["id"]:
            return each
    # Unknown: AWS's words; a GetSdkType of cobol would tell.
    raise NotFoundException("Invalid SDK type identifier specified")
