"""What API Gateway remembers of one account and region: REST APIs, their deployments and stages, keys, plans, domains.

Records are frozen and replaced whole; fields are AWS's members in snake case, None where AWS tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ruststack.services.apigateway.targets import Target

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MethodResponse:
    """An answer that a method may give to clients. ``response_parameters`` says which headers are required."""

    status_code: str
    response_parameters: Mapping[str, bool] | None = None
    response_models: Texts | None = None


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """How an answer of the backend becomes a method response; ``selection_pattern`` None is the default one."""

    status_code: str
    selection_pattern: str | None = None
    response_parameters: Texts | None = None
    response_templates: Texts | None = None
    content_handling: str | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """The backend of a method. ``http_method`` is the backend's, not the client's."""

    type: str
    http_method: str | None = None
    uri: str | None = None
    connection_type: str | None = None
    connection_id: str | None = None
    credentials: str | None = None
    request_parameters: Texts | None = None
    request_templates: Texts | None = None
    passthrough_behavior: str = "WHEN_NO_MATCH"
    content_handling: str | None = None
    timeout_in_millis: int = 29000
    cache_namespace: str | None = None
    cache_key_parameters: Sequence[str] = ()
    integration_responses: Mapping[str, IntegrationResponse] | None = None
    tls_config: Mapping[str, Any] | None = None
    response_transfer_mode: str | None = None
    integration_target: str | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """What clients may call on a resource; ``http_method`` ANY stands for those that are not there."""

    http_method: str
    authorization_type: str
    authorizer_id: str | None = None
    api_key_required: bool = False
    request_validator_id: str | None = None
    operation_name: str | None = None
    request_parameters: Mapping[str, bool] | None = None
    request_models: Texts | None = None
    authorization_scopes: Sequence[str] | None = None
    method_responses: Mapping[str, MethodResponse] | None = None
    method_integration: Integration | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A place in the tree of paths. The root has neither parent nor part; ``path`` is told from the parts above."""

    id: str
    path: str
    parent_id: str | None = None
    path_part: str | None = None
    resource_methods: Mapping[str, Method] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """The JSON schema of a body."""

    id: str
    name: str
    content_type: str
    description: str | None = None
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class RequestValidator:
    """What is checked of a request before it goes to the backend."""

    id: str
    name: str | None = None
    validate_request_body: bool = False
    validate_request_parameters: bool = False


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Who decides about a request: a function (TOKEN, REQUEST), user pools, or the issuers of JWTs.

    ``authorizer_result_ttl_in_seconds`` None is 300.
    """

    id: str
    name: str
    type: str
    provider_arns: Sequence[str] | None = None
    auth_type: str | None = None
    authorizer_uri: str | None = None
    authorizer_credentials: str | None = None
    identity_source: str | None = None
    identity_validation_expression: str | None = None
    authorizer_result_ttl_in_seconds: int | None = None
    jwt_configuration: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """What the gateway itself answers, by type; those that are not changed are told in `gateway_defaults`."""

    response_type: str
    status_code: str | None = None
    response_parameters: Texts = field(default_factory=dict)
    response_templates: Texts = field(default_factory=dict)
    default_response: bool = False


@dataclass(frozen=True, slots=True)
class EndpointConfiguration:
    """Where an API or domain is reached."""

    types: Sequence[str]
    ip_address_type: str
    vpc_endpoint_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What an API is beside its resources."""

    name: str
    endpoint_configuration: EndpointConfiguration
    description: str | None = None
    version: str | None = None
    binary_media_types: Sequence[str] | None = None
    minimum_compression_size: int | None = None
    api_key_source: str = "HEADER"
    policy: str | None = None
    disable_execute_api_endpoint: bool = False
    security_policy: str | None = None
    endpoint_access_mode: str | None = None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Snapshot:
    """An API as it was deployed; nothing in it ever changes.

    ``resources`` and ``authorizers`` are by id, ``models`` by name, ``request_validators`` by id, ``gateway_responses``
    (those that were changed) by type. What is compiled from it may be kept by its identity.
    """

    settings: Settings
    resources: Mapping[str, Resource]
    models: Mapping[str, Model]
    request_validators: Mapping[str, RequestValidator]
    authorizers: Mapping[str, Authorizer]
    gateway_responses: Mapping[str, GatewayResponse]


@dataclass(frozen=True, slots=True)
class Deployment:
    """An API as it was when it was deployed, for stages to show."""

    id: str
    created_date: float
    snapshot: Snapshot
    description: str | None = None


@dataclass(frozen=True, slots=True)
class MethodSetting:
    """How a stage treats a method, or all of them."""

    metrics_enabled: bool = False
    logging_level: str | None = None
    data_trace_enabled: bool = False
    throttling_burst_limit: int = 5000
    throttling_rate_limit: float = 10000.0
    caching_enabled: bool = False
    cache_ttl_in_seconds: int = 300
    cache_data_encrypted: bool = False
    require_authorization_for_cache_control: bool = True
    unauthorized_cache_control_header_strategy: str = "SUCCEED_WITH_RESPONSE_HEADER"


@dataclass(frozen=True, slots=True)
class CanarySettings:
    """The part of a stage's traffic that another deployment serves."""

    deployment_id: str | None = None
    percent_traffic: float = 0.0
    stage_variable_overrides: Texts | None = None
    use_stage_cache: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A deployment under a name. ``method_settings`` are by ``{path}/{METHOD}`` (``~1pets/GET``) or ``*/*``.

    ``authorizers_flushed`` counts how often what authorizers said was to be forgotten; no operation tells it.
    """

    stage_name: str
    deployment_id: str
    created_date: float
    last_updated_date: float
    description: str | None = None
    client_certificate_id: str | None = None
    cache_cluster_enabled: bool = False
    cache_cluster_size: str | None = None
    cache_cluster_status: str = "NOT_AVAILABLE"
    method_settings: Mapping[str, MethodSetting] = field(default_factory=dict)
    variables: Texts | None = None
    documentation_version: str | None = None
    access_log_settings: Texts | None = None
    canary_settings: CanarySettings | None = None
    tracing_enabled: bool = False
    web_acl_arn: str | None = None
    tags: Texts | None = None
    authorizers_flushed: int = 0


@dataclass(frozen=True, slots=True)
class DocumentationPart:
    """What is written about one place of an API; ``location`` in AWS's members, ``properties`` a JSON object's text."""

    id: str
    location: Texts
    properties: str


@dataclass(frozen=True, slots=True)
class DocumentationVersion:
    """The parts as they were when a version was made."""

    version: str
    created_date: float
    parts: Sequence[DocumentationPart]
    description: str | None = None


@dataclass(slots=True)
class RestApi:
    """An API as it is edited. ``resources`` are in the order they were made, the root first."""

    id: str
    created_date: float
    root_resource_id: str
    settings: Settings
    tags: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    request_validators: dict[str, RequestValidator] = field(default_factory=dict)
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    gateway_responses: dict[str, GatewayResponse] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)
    documentation_parts: dict[str, DocumentationPart] = field(default_factory=dict)
    documentation_versions: dict[str, DocumentationVersion] = field(default_factory=dict)

    def snapshot(self) -> Snapshot:
        """The API as it stands, out of reach of later changes."""
        return Snapshot(
            self.settings,
            dict(self.resources),
            dict(self.models),
            dict(self.request_validators),
            dict(self.authorizers),
            dict(self.gateway_responses),
        )


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that callers send in ``x-api-key``. ``stage_keys`` are ``api/stage``."""

    id: str
    value: str
    created_date: float
    last_updated_date: float
    name: str | None = None
    customer_id: str | None = None
    description: str | None = None
    enabled: bool = False
    stage_keys: Sequence[str] = ()
    tags: Texts | None = None


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests a second, and how many at once."""

    burst_limit: int | None = None
    rate_limit: float | None = None


@dataclass(frozen=True, slots=True)
class ApiStage:
    """A stage that a plan is for; ``throttle`` is by ``{path}/{METHOD}``."""

    api_id: str
    stage: str
    throttle: Mapping[str, Throttle] | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests in a DAY, WEEK or MONTH; ``offset`` are taken off the first."""

    limit: int | None = None
    offset: int | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """Who may call which stages, how often. ``keys`` are the ids of its API keys, in the order they were added.

    ``created`` is when it was made; no operation tells it.
    """

    id: str
    name: str
    created: float = 0.0
    description: str | None = None
    api_stages: Sequence[ApiStage] = ()
    throttle: Throttle | None = None
    quota: Quota | None = None
    product_code: str | None = None
    tags: Texts | None = None
    keys: Sequence[str] = ()


# What maps the whole of a domain.
WHOLE: Final = "(none)"


@dataclass(frozen=True, slots=True)
class BasePathMapping:
    """The API (and stage, or all of them) behind a domain's first path segment, or `WHOLE`."""

    base_path: str
    rest_api_id: str
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """A custom domain, in AWS's members."""

    domain_name: str
    domain_name_arn: str
    endpoint_configuration: EndpointConfiguration
    domain_name_id: str | None = None
    certificate_name: str | None = None
    certificate_arn: str | None = None
    certificate_upload_date: float | None = None
    regional_domain_name: str | None = None
    regional_hosted_zone_id: str | None = None
    regional_certificate_name: str | None = None
    regional_certificate_arn: str | None = None
    distribution_domain_name: str | None = None
    distribution_hosted_zone_id: str | None = None
    domain_name_status: str = "AVAILABLE"
    security_policy: str | None = None
    endpoint_access_mode: str | None = None
    mutual_tls_authentication: Mapping[str, Any] | None = None
    ownership_verification_certificate_arn: str | None = None
    management_policy: str | None = None
    policy: str | None = None
    routing_mode: str | None = None
    tags: Texts | None = None


@dataclass(slots=True)
class DomainName:
    """A custom domain and its base path mappings, by base path."""

    record: DomainRecord
    mappings: dict[str, BasePathMapping] = field(default_factory=dict)

    @property
    def routing_mode(self) -> str | None:
        """Whether its routing rules are asked, or its mappings."""
        return self.record.routing_mode

    def targets(self) -> Iterator[Target]:
        """What it leads to."""
        for each in self.mappings.values():
            yield Target("" if each.base_path == WHOLE else each.base_path, each.rest_api_id, each.stage or "")


@dataclass(frozen=True, slots=True)
class DomainNameAccessAssociation:
    """A VPC endpoint that may reach a private domain."""

    domain_name_access_association_arn: str
    domain_name_arn: str
    access_association_source_type: str
    access_association_source: str
    tags: Texts | None = None


@dataclass(frozen=True, slots=True)
class VpcLink:
    """A way to load balancers inside a VPC."""

    id: str
    name: str
    target_arns: Sequence[str]
    description: str | None = None
    tags: Texts | None = None


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What backends know the gateway by."""

    client_certificate_id: str
    pem_encoded_certificate: str
    created_date: float
    expiration_date: float
    description: str | None = None
    tags: Texts | None = None


@dataclass(slots=True)
class APIGatewayState:
    """``usage`` counts requests by plan, key and day (``2026-01-31``).

    ``granted`` is what UpdateUsage has added to quotas, by plan, key and first day of a period;
    ``cloudwatch_role_arn`` is what UpdateAccount set.
    """

    apis: dict[str, RestApi] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    usage_plans: dict[str, UsagePlan] = field(default_factory=dict)
    usage: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    granted: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    domain_names: dict[str, DomainName] = field(default_factory=dict)
    access_associations: dict[str, DomainNameAccessAssociation] = field(default_factory=dict)
    vpc_links: dict[str, VpcLink] = field(default_factory=dict)
    client_certificates: dict[str, ClientCertificate] = field(default_factory=dict)
    cloudwatch_role_arn: str = ""
