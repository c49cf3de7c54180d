"""The emulators that we compare ourselves with, as far as they are ours to set up."""

from __future__ import annotations

from tools.peers.catalogue import PEERS


def test_localstack_finds_the_program_that_it_would_load_from_the_internet(tmp_path):
    localstack = PEERS["localstack"]
    localstack.prepare(tmp_path)
    version = localstack.settings(4566, tmp_path)["LAMBDA_INIT_RELEASE_VERSION"]
    [program] = (path for path in tmp_path.rglob("init") if path.is_file())
    assert program.parts[-5] == version
    assert program.stat().st_size == 0


def test_a_peer_that_needs_nothing_finds_an_empty_folder(tmp_path):
    PEERS["moto"].prepare(tmp_path)
    assert not list(tmp_path.iterdir())
