"""The environment in which any SDK goes through the recorder and trusts it, without a change to the program.

* everybody: HTTP_PROXY and HTTPS_PROXY in both cases, and no NO_PROXY but for where credentials come from
* boto3, the CLI: AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE; curl: CURL_CA_BUNDLE; Go, Rust, Ruby and OpenSSL: SSL_CERT_FILE
* Node: NODE_EXTRA_CA_CERTS, and ``node.cjs`` through NODE_OPTIONS, because Node's agents ignore HTTPS_PROXY
* Java: system properties through JAVA_TOOL_OPTIONS, and a trust store
* a plain endpoint: AWS_ENDPOINT_URL is the reverse proxy before it, for clients that send nothing of their own machine
  through a proxy (Go)
"""

from __future__ import annotations

import hashlib
import ssl
import struct
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from conformance.network import trusted

# Where SDKs fetch credentials from: never recorded.
CREDENTIAL_HOSTS = ("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23")

_TRUSTED_BY = (
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "GIT_SSL_CAINFO",
    "DENO_CERT",
    "NODE_EXTRA_CA_CERTS",
)
_STORE_PASSWORD = "changeit"  # Java's own default; it guards a certificate, which is no secret


def environment(
    base: Mapping[str, str], folder: Path, *, proxy: str, ca_file: str, endpoint: str | None = None
) -> dict[str, str]:
    """``base`` with all that leads a program through ``proxy``; what it needs as files is written to ``folder``."""
    bundle = folder / "trust.pem"
    bundle.write_text(trusted(base) + "\n" + Path(ca_file).read_text(encoding="utf-8"), encoding="utf-8")
    env = dict(base)
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        env[name] = env[name.lower()] = proxy
    for name in ("ALL_PROXY", "all_proxy", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        env.pop(name, None)
    env["NO_PROXY"] = env["no_proxy"] = ",".join(CREDENTIAL_HOSTS)
    env |= dict.fromkeys(_TRUSTED_BY, str(bundle))
    env |= _node(base, folder, proxy)
    env |= _java(base, folder, proxy, ca_file)
    if endpoint:
        env = {name: value for name, value in env.items() if not name.startswith("AWS_ENDPOINT_URL_")}
        env["AWS_ENDPOINT_URL"] = endpoint
    return env


def _node(base: Mapping[str, str], folder: Path, proxy: str) -> dict[str, str]:
    script = folder / "node.cjs"
    script.write_text(files("conformance.record").joinpath("node.cjs").read_text(encoding="utf-8"), encoding="utf-8")
    options = f'{base.get("NODE_OPTIONS", "")} --require "{script}"'.strip()
    return {"NODE_OPTIONS": options, "RUSTSTACK_CONFORM_PROXY": proxy}


def _java(base: Mapping[str, str], folder: Path, proxy: str, ca_file: str) -> dict[str, str]:
    store = folder / "trust.jks"
    store.write_bytes(java_trust_store(Path(ca_file).read_text(encoding="utf-8")))
    host, _, port = proxy.rpartition("//")[2].partition(":")
    words = [f"-D{scheme}.proxyHost={host} -D{scheme}.proxyPort={port}" for scheme in ("http", "https")]
    words += [
        f"-Dhttp.nonProxyHosts={'|'.join(host for host in CREDENTIAL_HOSTS if ':' not in host)}",
        f'"-Djavax.net.ssl.trustStore={store}"' if " " in str(store) else f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=JKS",
        f"-Djavax.net.ssl.trustStorePassword={_STORE_PASSWORD}",
    ]
    return {"JAVA_TOOL_OPTIONS": " ".join((base.get("JAVA_TOOL_OPTIONS", ""), *words)).strip()}


def java_trust_store(pem: str) -> bytes:
    """A Java key store (JKS, the format of 1996 that every Java reads) that trusts this one authority.

    Ours alone: all of the program's HTTPS goes through us. Written here, so that no keytool is needed.
    """
    certificate = ssl.PEM_cert_to_DER_cert(pem)
    entry = struct.pack(">I", 2) + _utf("recorder") + struct.pack(">Q", 0) + _utf("X.509")
    store = struct.pack(">III", 0xFEEDFEED, 2, 1) + entry + struct.pack(">I", len(certificate)) + certificate
    seal = hashlib.sha1(_STORE_PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + store, usedforsecurity=False)
    return store + seal.digest()


def _utf(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()
