"""Database work of the event loop: sockets and turns.

Channels and Django's async ORM put all of it on one thread of the process, where one slow query
stalls every socket. It runs on a few threads of its own instead.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")

THREADS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="database")


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that queries the database on one of the threads, and give back its result.

    Whatever a database that is away makes of it is a DatabaseError. It speaks the language of the
    person for whom it is run.
    """
    call = partial(_with_fresh_connection, partial(function, *args, **kwargs))
    spoken = partial(_in_language, translation.get_language(), call)
    return await asyncio.get_running_loop().run_in_executor(THREADS, spoken)


def _in_language(language: str, call: Callable[[], T]) -> T:
    with translation.override(language):
        return call()


def _with_fresh_connection(call: Callable[[], T]) -> T:
    if connection.vendor == "sqlite":
        # A file can't go away as a server can: each thread keeps its connection, whose opening
        # would cost more than most queries.
        return call()
    close_old_connections()
    try:
        return call()
    except InterfaceError as error:
        # What PostgreSQL's driver says of a connection that was lost; not a DatabaseError.
        raise OperationalError(str(error)) from error
    finally:
        close_old_connections()
