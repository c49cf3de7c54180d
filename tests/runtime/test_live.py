"""Background work and waits on the emulator's clock."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ruststack.core.clock import Clock
from ruststack.runtime.live import Live, Workers


def nobody() -> Workers:
    raise AssertionError("no function is invoked here")


def test_waits_end_when_the_clock_is_moved_in_their_order() -> None:
    async def life() -> list[str]:
        clock, ended = Clock(), []
        clock.freeze(1000.0)
        live = Live(clock, nobody, lambda error, title: None)

        async def wait(name: str, seconds: float) -> None:
            await live.sleep(seconds)
            ended.append(name)

        for name, seconds in (("late", 3600.0), ("later", 7200.0), ("soon", 0.0), ("first", 60.0)):
            live.spawn(wait(name, seconds))
        for moved in (0, 60, 3539, 1):
            clock.advance(moved)
            await asyncio.sleep(0)
            live.moved()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            ended.append("|")
        await live.close()
        return ended

    assert asyncio.run(life()) == ["soon", "|", "first", "|", "|", "late", "|"]


def test_waits_end_by_themselves_while_time_runs() -> None:
    async def life() -> float:
        live = Live(Clock(), nobody, lambda error, title: None)
        before = asyncio.get_running_loop().time()
        await live.sleep(0.02)
        await live.close()
        return asyncio.get_running_loop().time() - before

    assert asyncio.run(life()) >= 0.02


def test_what_background_work_raises_is_told_and_what_is_under_way_ends_with_us() -> None:
    told: list[str] = []

    async def life() -> None:
        live = Live(Clock(), nobody, lambda error, title: told.append(str(error)))

        async def fail() -> None:
            raise ValueError("no such thing")

        async def stay() -> None:
            try:
                await live.sleep(3600.0)
            except asyncio.CancelledError:
                told.append("cancelled")
                raise

        live.spawn(fail())
        live.spawn(stay())
        while len(told) < 1:
            await asyncio.sleep(0)
        await live.close()

    asyncio.run(life())
    assert told == ["no such thing", "cancelled"]


def test_nobody_answers_where_nobody_listens() -> None:
    async def life() -> None:
        live = Live(Clock(), nobody, lambda error, title: None)
        with pytest.raises(OSError):
            await live.fetch("GET", "http://127.0.0.1:1/", [], b"", 5.0)

    asyncio.run(life())


def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path) -> None:
    """So there is TLS, and the server at the other end is asked who it is."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start.replace(year=2100))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    forms = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "both.pem").write_bytes(pem + key.private_bytes(*forms))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")

    async def life() -> None:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        live = Live(Clock(), nobody, lambda error, title: None)
        with pytest.raises(ssl.SSLCertVerificationError):
            await live.fetch("GET", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", [], b"", 60.0)
        server.close()
        await server.wait_closed()

    asyncio.run(life())


def test_a_header_of_two_lines_is_not_sent() -> None:
    async def life() -> None:
        live = Live(Clock(), nobody, lambda error, title: None)
        with pytest.raises(ValueError, match="more than one line"):
            await live.fetch("GET", "http://127.0.0.1:1/", [("A", "b\r\nC: d")], b"", 60.0)

    asyncio.run(life())
