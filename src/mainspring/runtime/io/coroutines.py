"""Waiting for a coroutine from code that is not asynchronous itself."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable
from concurrent import futures
from contextvars import copy_context
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")


def result_of(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end: on a loop of its own, in a thread of its own where a loop runs here
    already.
    """
    asyncio = _asyncio()
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with futures.ThreadPoolExecutor(1, thread_name_prefix="mainspring-io") as thread:
        return thread.submit(copy_context().run, asyncio.run, coroutine).result()


async def all_of(awaitables: Iterable[Awaitable[T]]) -> list[T | BaseException]:
    """The results of awaitables that run at the same time, in order; an error in place of the result of one
    that failed.
    """
    return await _asyncio().gather(*awaitables, return_exceptions=True)


def _asyncio() -> Any:
    return import_module("asyncio")  # costs as much as all else here, and few IO managers are asynchronous
