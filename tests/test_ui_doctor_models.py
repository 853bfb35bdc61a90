from __future__ import annotations

import pytest

from ui.doctor_models import LARGER, PATIENCE, ROOM, better_model, memory_of, seconds

GB = 1_000_000_000


def test_two_cores_are_given_the_file_that_they_run_fast() -> None:
    check = better_model(16 * GB, 2, bf16=True)
    assert check.ok
    assert check.render() == (
        "ok       better model: Qwen/Qwen2.5-1.5B-Instruct-GGUF fits this machine (8.4 GB of memory); fetch its "
        "qwen2.5-1.5b-instruct-q4_k_m.gguf (1.1 GB) from the model hub and give the file with --model; it is larger "
        "than the default, and so likely to be better; answers take about 2 times as long"
    )


def test_many_cores_are_given_a_larger_one_by_name() -> None:
    value = better_model(64 * GB, 16, bf16=True).value
    assert "`citewire ask --model Qwen/Qwen3-4B-Instruct-2507` fetches it (8.0 GB)" in value


@pytest.mark.parametrize(("free", "cores", "bf16"), [(16, 2, False), (16, 1, True), (4, 16, True), (None, 16, True)])
def test_a_machine_that_runs_none_is_told_of_a_server(free: int | None, cores: int, bf16: bool) -> None:
    check = better_model(free and free * GB, cores, bf16)
    assert check.ok and "--model http://HOST:PORT/v1#NAME" in check.value


def test_the_largest_that_fits_with_room_is_named() -> None:
    for free in range(4, 24):
        for cores in (2, 4, 8, 16):
            value = better_model(free * GB, cores, bf16=True).value
            fit = [m for m in LARGER if memory_of(m, True) + ROOM <= free * GB and seconds(m, cores, True) <= PATIENCE]
            assert value.startswith(fit[-1].name if fit else "none of those known")


def test_the_models_are_told_from_small_to_large() -> None:
    assert list(LARGER) == sorted(LARGER, key=lambda model: model.billions)
