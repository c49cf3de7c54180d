"""Layers: published, described, listed, deleted."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.archives import uploaded
from ruststack.services.lambda_.code_urls import layer_location
from ruststack.services.lambda_.description import moment
from ruststack.services.lambda_.errors import InvalidParameterValueException, ResourceNotFoundException
from ruststack.services.lambda_.layer_names import check_access, layer_arn, layer_version, version_arn
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import Layer, LayerVersion

_AS_GIVEN = ("CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")


@operation("PublishLayerVersion")
def publish_layer_version(ctx: Context, req: Input) -> Output:
    """The next version of a layer, which is made if need be; numbers of deleted versions do not come again. The bucket
    ``hot-reload`` means a folder in place, as for functions.

    Raises InvalidParameterValueException.  Source: API_PublishLayerVersion; recordings/lambda/layer_life.yaml
    """
    name = req["LayerName"].rpartition(":")[2]
    code = uploaded(ctx, req["Content"])
    if code is None:
        # Unknown: the words; PublishLayerVersion with an empty Content would tell.
        raise InvalidParameterValueException("Please provide a source for layer version content.")
    layer = ctx.state.layers.setdefault(name, Layer(name))
    layer.published += 1
    number = layer.published
    members = {"Description": req.get("Description") or ""}
    members.update({each: req[each] for each in _AS_GIVEN if req.get(each)})
    version = LayerVersion(number, f"{layer_arn(ctx, name)}:{number}", ctx.clock.now(), code, members)
    layer.versions[number] = version
    return _with_content(ctx, version)


@operation("GetLayerVersion")
def get_layer_version(ctx: Context, req: Input) -> Output:
    """With a link to the content.

    Raises ResourceNotFoundException, InvalidParameterValueException, AccessDeniedException.

    Source: API_GetLayerVersion; recordings/lambda/layer_refused.yaml
    """
    _check_number(req)
    return _by_arn(ctx, version_arn(ctx, req["LayerName"], req["VersionNumber"]))


@operation("GetLayerVersionByArn")
def get_layer_version_by_arn(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, AccessDeniedException.  Source: API_GetLayerVersionByArn"""
    return _by_arn(ctx, req["Arn"])


def _by_arn(ctx: Context, arn: str) -> Output:
    version = layer_version(ctx, arn)
    check_access(ctx, arn, version)
    if version is None:
        raise ResourceNotFoundException()
    return _with_content(ctx, version)


@operation("ListLayers")
def list_layers(ctx: Context, req: Input) -> Output:
    """Each layer with its newest version that suits the runtime and architecture asked for.  Source: API_ListLayers"""
    entries = []
    for name, layer in sorted(ctx.state.layers.items()):
        suiting = [version for version in layer.versions.values() if _suits(version, req)]
        if suiting:
            newest = {"LatestMatchingVersion": _described(suiting[-1])}
            entries.append((name, {"LayerName": name, "LayerArn": layer_arn(ctx, name), **newest}))
    layers, following = page(entries, req)
    return {"Layers": layers, **following}


@operation("ListLayerVersions")
def list_layer_versions(ctx: Context, req: Input) -> Output:
    """The newest first; none for a layer that is not there.  Source: API_ListLayerVersions; recorded answers"""
    layer = ctx.state.layers.get(req["LayerName"].rpartition(":")[2])
    versions = reversed(layer.versions.values()) if layer is not None else ()
    entries = [(str(each.number), _described(each)) for each in versions if _suits(each, req)]
    told, following = page(entries, req)
    return {"LayerVersions": told, **following}


@operation("DeleteLayerVersion")
def delete_layer_version(ctx: Context, req: Input) -> None:
    """Functions that have it keep it; one that is not there is no error.

    Raises InvalidParameterValueException.  Source: API_DeleteLayerVersion; recordings/lambda/layer_life.yaml
    """
    _check_number(req)
    layer = ctx.state.layers.get(req["LayerName"].rpartition(":")[2])
    if layer is not None:
        layer.versions.pop(req["VersionNumber"], None)


def _check_number(req: Input) -> None:
    if req["VersionNumber"] < 1:
        raise InvalidParameterValueException("Layer Version Cannot be less than 1")


def _suits(version: LayerVersion, req: Input) -> bool:
    asked = (("CompatibleRuntimes", "CompatibleRuntime"), ("CompatibleArchitectures", "CompatibleArchitecture"))
    return all(not req.get(one) or req[one] in version.members.get(many, ()) for many, one in asked)


def _described(version: LayerVersion) -> dict[str, Any]:
    return {
        "LayerVersionArn": version.arn,
        "Version": version.number,
        "CreatedDate": moment(version.created),
        **version.members,
    }


def _with_content(ctx: Context, version: LayerVersion) -> Output:
    content = {
        "Location": layer_location(ctx, version),
        "CodeSha256": version.code.sha256,
        "CodeSize": version.code.size,
    }
    return {**_described(version), "LayerArn": version.arn.rpartition(":")[0], "Content": content}
