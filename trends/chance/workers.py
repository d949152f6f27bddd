"""Many independent tasks shared by processes: those of this machine, or the workers of a Dask cluster."""

import asyncio
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from trends.errors import InputError
from trends.loading import later

Parallel = later("joblib.Parallel")
cpu_count = later("joblib.cpu_count")

_SECONDS = 10
_VERSION = "trends:__version__"
_ALLOWED = "the address of a running Dask scheduler, such as tcp://127.0.0.1:8786"
_LASTING = "workers and a scheduler that stay until the end"


def shared(calls: Iterable[Any], *, tasks: int, jobs: int | None = None, cluster: str | None = None) -> Iterator[Any]:
    """The results of some calls, in their order, each as soon as it and those before it are there.

    Parameters
    ----------
    calls : iterable of joblib.delayed calls
        Tasks that share nothing and take their random numbers, if any, from a stream of their own.
    tasks : int
        How many these are; no more processes than this are started.
    jobs : int, optional
        Processes of this machine; by default one a core. Not used where there is a cluster.
    cluster : str, optional
        The address of the scheduler of a Dask cluster, whose workers then do the work.

    Raises
    ------
    InputError
        Where the cluster cannot be used: no such address, nobody there, no worker, or not the same `trends`.

    Examples
    --------
    >>> from joblib import delayed
    >>> list(shared((delayed(abs)(value) for value in (-2, 1, -3)), tasks=3, jobs=1))
    [2, 1, 3]
    """
    if not tasks:
        return
    if cluster is None:
        yield from Parallel(n_jobs=min(jobs or cpu_count(), tasks), return_as="generator")(calls)
        return
    with connected(cluster) as client:
        futures = [client.submit(_carry_out, call, pure=False) for call in calls]
        distributed = _distributed(f"use the Dask cluster at {cluster}")
        try:
            for future in futures:
                yield future.result()
        except (distributed.KilledWorker, distributed.client.FutureCancelledError) as error:
            found, do = f"a cluster that lost a task ({_said(error)})", "look at its logs, and begin again"
            raise InputError(f"use the Dask cluster at {cluster}", found=found, allowed=_LASTING, do=do) from None


def _carry_out(call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> Any:
    function, arguments, named = call
    return function(*arguments, **named)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the Dask cluster at an address, closed at the end; see `shared` for what is refused."""
    asked = f"use the Dask cluster at {address}"
    distributed = _distributed(asked)
    try:
        # Called first without a client, which would try on in the background where nobody answers.
        # In a thread, because a notebook has an event loop of its own.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, asyncio.wait_for(_call(distributed.comm.connect, address), _SECONDS)).result()
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        found, do = f"nobody who answers ({_said(error)})", "start one with dask scheduler, or correct the address"
        raise InputError(asked, found=found, allowed=_ALLOWED, do=do) from None
    with client:
        _check_workers(client, asked)
        yield client


def _distributed(asked: str) -> Any:
    """The package of the cluster: an extra, which takes as long to load as a claim to read."""
    try:
        import distributed
        import distributed.comm
    except ImportError:
        do = "install it with pip install 'trends[cluster]', or leave the cluster out"
        raise InputError(asked, found="no package distributed", allowed="it and a running cluster", do=do) from None
    return distributed


async def _call(connect: Callable[..., Any], address: str) -> None:
    comm = await connect(address, timeout=_SECONDS)
    await comm.close()


def _said(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".;: ") or type(error).__name__


def _check_workers(client: Any, asked: str) -> None:
    """Refuse a cluster without workers, or one whose workers would answer with other code than ours."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        do = "start some with dask worker and the same address"
        raise InputError(asked, found="a scheduler without workers", allowed="one worker or more", do=do) from None
    ours = pkgutil.resolve_name(_VERSION)
    allowed, do = f"trends {ours} on every worker", "install the same version in the workers' environment"
    try:
        # A function of the standard library, because what is ours may not be there.
        versions = set(client.run(pkgutil.resolve_name, _VERSION).values())
    except (ImportError, AttributeError):
        raise InputError(asked, found="workers without the package trends", allowed=allowed, do=do) from None
    if versions != {ours}:
        found = f"workers with trends {', '.join(sorted(versions - {ours}))}"
        raise InputError(asked, found=found, allowed=allowed, do=do)
