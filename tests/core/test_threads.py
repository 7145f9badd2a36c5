from __future__ import annotations

from threading import Event, Thread

import numpy as np
from threadpoolctl import threadpool_info

from explorer.core.inference.threads import one_thread


def blas_threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_linear_algebra_takes_one_thread_inside_and_as_many_as_before_outside():
    before = blas_threads()
    with one_thread():
        assert set(blas_threads()) <= {1}
    assert blas_threads() == before


def test_of_blocks_that_overlap_the_last_to_end_lifts_the_limit():
    before, inside, end = blas_threads(), Event(), Event()

    def stay() -> None:
        with one_thread():
            inside.set()
            end.wait(10)

    other = Thread(target=stay)
    with one_thread():
        other.start()
        inside.wait(10)
    assert set(blas_threads()) <= {1}
    end.set()
    other.join()
    assert blas_threads() == before
