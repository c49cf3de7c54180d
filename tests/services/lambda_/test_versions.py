"""Versions, aliases and what goes where."""

from __future__ import annotations

from tests.services.lambda_.conftest import ARN, CODE, archive


def numbers(fn):
    return [each["Version"] for each in fn.ListVersionsByFunction(FunctionName="f")["Versions"]]


def test_nothing_new_is_published_without_a_change(fn):
    fn.make()
    first = fn.PublishVersion(FunctionName="f", Description="first")
    assert fn.PublishVersion(FunctionName="f", Description="second") == first
    fn.UpdateFunctionConfiguration(FunctionName="f", Timeout=5)
    assert fn.PublishVersion(FunctionName="f")["Version"] == "2"
    assert numbers(fn) == ["$LATEST", "1", "2"]


def test_numbers_do_not_come_again(fn):
    fn.make(Publish=True)
    fn.DeleteFunction(FunctionName="f", Qualifier="1")
    assert fn.PublishVersion(FunctionName="f")["Version"] == "2"


def test_a_version_stays_as_it_is(fn):
    fn.make(Publish=True)
    fn.UpdateFunctionCode(FunctionName="f", ZipFile=archive(index_py="pass"))
    fn.Invoke(FunctionName="f:1")
    fn.Invoke(FunctionName="f")
    old, new = (revision for revision, _ in fn.workers.invoked)
    assert (old.version, new.version) == ("1", "$LATEST")
    assert old.package != new.package
    assert fn.workers.invoked[0][1].arn == f"{ARN}:f:1"


def test_a_version_that_an_alias_needs_is_kept(fn, refused):
    fn.make(Publish=True)
    fn.CreateAlias(FunctionName="f", Name="live", FunctionVersion="1")
    error = refused(fn.DeleteFunction, FunctionName="f", Qualifier="1")
    assert (error.status, "[live]" in error.message) == (409, True)
    assert "not currently supported" in refused(fn.DeleteFunction, FunctionName="f", Qualifier="live").message


def test_an_alias_sends_a_share_elsewhere(fn):
    fn.make(Publish=True)
    fn.UpdateFunctionConfiguration(FunctionName="f", Timeout=5)
    fn.PublishVersion(FunctionName="f")
    fn.CreateAlias(
        FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}}
    )
    count = 400
    executed = [fn.Invoke(FunctionName="f:live")["ExecutedVersion"] for _ in range(count)]
    assert 60 < executed.count("2") < 140
    fn.UpdateAlias(FunctionName="f", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}})
    assert fn.Invoke(FunctionName="f", Qualifier="live")["ExecutedVersion"] == "2"
    fn.UpdateAlias(FunctionName="f", Name="live", RoutingConfig={})
    assert fn.Invoke(FunctionName="f", Qualifier="live")["ExecutedVersion"] == "1"


def test_a_deleted_alias_takes_all_that_hangs_on_it(fn, refused):
    fn.make(Publish=True)
    fn.CreateAlias(FunctionName="f", Name="live", FunctionVersion="1")
    fn.CreateFunctionUrlConfig(FunctionName="f", Qualifier="live", AuthType="NONE")
    fn.PutFunctionEventInvokeConfig(FunctionName="f", Qualifier="live", MaximumRetryAttempts=0)
    fn.DeleteAlias(FunctionName="f", Name="live")
    fn.CreateAlias(FunctionName="f", Name="live", FunctionVersion="1")
    assert refused(fn.GetFunctionUrlConfig, FunctionName="f", Qualifier="live").status == 404
    assert refused(fn.GetFunctionEventInvokeConfig, FunctionName="f", Qualifier="live").status == 404


def test_a_layer_stays_with_its_functions(fn, refused):
    arn = fn.PublishLayerVersion(LayerName="layer", Content={"ZipFile": archive(a_txt="a")})["LayerVersionArn"]
    fn.make(Layers=[arn])
    fn.DeleteLayerVersion(LayerName="layer", VersionNumber=1)
    fn.Invoke(FunctionName="f")
    (layer,) = fn.workers.invoked[0][0].layers
    assert layer.read() == archive(a_txt="a")
    assert fn.GetFunctionConfiguration(FunctionName="f")["Layers"] == [{"Arn": arn, "CodeSize": layer.size}]
    assert refused(fn.UpdateFunctionConfiguration, FunctionName="f", Layers=[arn]).message.endswith("does not exist.")


def test_layers_are_unpacked_in_their_order(fn):
    arns = [
        fn.PublishLayerVersion(LayerName=name, Content={"ZipFile": archive(a_txt=name)})["LayerVersionArn"]
        for name in ("one", "two")
    ]
    fn.make(Layers=arns)
    fn.Invoke(FunctionName="f")
    assert [layer.read() for layer in fn.workers.invoked[0][0].layers] == [archive(a_txt="one"), archive(a_txt="two")]


def test_layers_of_another_account_may_be_shared(fn, refused):
    version = fn.PublishLayerVersion(LayerName="layer", Content={"ZipFile": archive(a_txt="a")})
    fn.store.state("lambda", "111111111111", "us-east-1").layers["theirs"] = fn.state.layers["layer"]
    arn = version["LayerVersionArn"].replace("000000000000:layer:layer", "111111111111:layer:theirs")
    assert refused(fn.GetLayerVersionByArn, Arn=arn).status == 403
    error = refused(fn.make, Layers=[arn])
    assert (error.code, error.status) == ("AccessDeniedException", 403)
    fn.AddLayerVersionPermission(
        LayerName="layer", VersionNumber=1, StatementId="s", Action="lambda:GetLayerVersion", Principal="000000000000"
    )
    assert fn.GetLayerVersionByArn(Arn=arn)["Version"] == 1
    fn.make(Layers=[arn])


def test_a_layer_may_be_a_folder_in_place(fn):
    published = fn.PublishLayerVersion(LayerName="layer", Content={"S3Bucket": "hot-reload", "S3Key": "/layer"})
    assert published["Content"]["Location"] == "file:///layer"
    fn.make(Layers=[published["LayerVersionArn"]], Publish=True)
    fn.UpdateFunctionConfiguration(FunctionName="f", Timeout=9)
    for qualifier in ("$LATEST", "1"):
        fn.Invoke(FunctionName="f", Qualifier=qualifier)
        assert fn.workers.invoked[-1][0].folders == ("/layer",)
    fn.UpdateFunctionConfiguration(FunctionName="f", Layers=[])
    fn.Invoke(FunctionName="f")
    assert fn.workers.invoked[-1][0].folders == ()


def test_a_layer_in_place_is_the_only_one(fn, refused):
    layers = [
        fn.PublishLayerVersion(LayerName=name, Content=content)["LayerVersionArn"]
        for name, content in (
            ("folder", {"S3Bucket": "hot-reload", "S3Key": "/layer"}),
            ("archive", {"ZipFile": CODE}),
        )
    ]
    assert refused(fn.make, Layers=layers).code == "InvalidParameterValueException"


def test_a_layer_in_place_has_an_absolute_path(fn, refused):
    content = {"S3Bucket": "hot-reload", "S3Key": "layer"}
    assert refused(fn.PublishLayerVersion, LayerName="layer", Content=content).status == 400
