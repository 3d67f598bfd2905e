import pytest
from pipeline import (
    FolderConfig,
    Picture,
    brighten,
    develop,
    develop_all,
    list_files,
    measure,
    read_picture,
    sizes_job,
)

from mainspring import DynamicOutput, Output, RetryRequested, build_op_context


def test_list_files(tmp_path):
    (tmp_path / "a b.pgm").write_text("")
    found = list(list_files(build_op_context(), FolderConfig(folder=str(tmp_path))))
    assert found == [DynamicOutput(str(tmp_path / "a b.pgm"), mapping_key="a_b")]


def test_read_picture(tmp_path):
    (tmp_path / "x.pgm").write_text("P2\n2 1\n9\n4 5\n")
    assert read_picture(build_op_context(), str(tmp_path / "x.pgm")) == Picture("x", 9, [4, 5])
    (tmp_path / "y.pgm").write_text("GIF")
    with pytest.raises(RetryRequested):
        read_picture(build_op_context(), str(tmp_path / "y.pgm"))


def test_measure():
    assert [o.value for o in measure(Picture("x", 9, [4, 6]))] == [5.0]
    [_, dark] = measure(Picture("x", 9, [0, 0]))
    assert dark == Output(Picture("x", 9, [0, 0]), "dark")


def test_brighten():
    assert brighten(
        build_op_context(op_config={"factor": 3, "limit": None}), Picture("x", 9, [1, 5])
    ).pixels == [3, 9]


def test_develop(tmp_path):
    (tmp_path / "x.pgm").write_text("P2\n2 1\n9\n0 1\n")
    result = develop.execute_in_process(input_values={"path": str(tmp_path / "x.pgm")})
    assert result.output_value("brightness") == 0.5
    assert result.output_value("saved").pixels == [0, 9]


def test_develop_all(tmp_path):
    for i in range(4):
        (tmp_path / f"{i}.pgm").write_text(f"P2\n1 1\n9\n{i}\n")
    config = {"ops": {"list_files": {"config": {"folder": str(tmp_path)}}}}
    result = develop_all.execute_in_process(run_config=config)
    assert result.output_for_node("mean_brightness") == 1.5
    assert result.output_for_node("develop.measure", "brightness") == {"0": 0.0, "1": 1.0, "2": 2.0, "3": 3.0}
    assert result.output_for_node("contact_sheet") == ("0", 0)


def test_sizes(tmp_path):
    (tmp_path / "a.txt").write_text("12345")
    (tmp_path / "b.txt").write_text("1")
    assert sizes_job.execute_in_process(run_config={"folder": str(tmp_path)}).output_value() == 12
