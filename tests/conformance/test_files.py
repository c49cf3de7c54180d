"""Which recordings are meant: one's own, those that came with the package, or some of them by name."""

from pathlib import Path

import pytest

from conformance import files


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    folder = tmp_path / "package" / "goldens"
    (folder / "s3").mkdir(parents=True)
    for name in ("a", "b"):
        (folder / "s3" / f"{name}.yaml").write_text("")
    (folder / files.GAPS).write_text("")
    monkeypatch.setattr(files, "PACKAGED", folder)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return folder


def test_the_packaged_ones_are_meant_where_there_are_none(packaged):
    assert files.goldens() == packaged
    assert [path.stem for path in files.recordings([files.goldens()])] == ["a", "b"]


def test_one_s_own_come_first(packaged):
    Path("recordings").mkdir()
    assert files.goldens() == Path("recordings")


def test_a_golden_is_found_by_its_name(packaged):
    assert files.recordings([Path("s3/b")]) == [packaged / "s3" / "b.yaml"]
    assert len(files.recordings([Path("s3")])) == 2


def test_a_file_here_is_not_looked_for_there(packaged):
    Path("s3").mkdir()
    own = Path("s3/c.yaml")
    own.write_text("")
    assert files.recordings([Path("s3")]) == [own]


def test_neither_here_nor_there_is_an_error(packaged):
    with pytest.raises(ValueError, match="there is no recording s3/x"):
        files.recordings([Path("s3/x")])
