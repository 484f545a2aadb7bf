"""An emulated AWS, over loopback: what is costly to make of it is made once a worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import boto3
from moto import backends
from moto.server import ThreadedMotoServer

# Moto looks through its own folder at every request; the folder stays as it is.
backends.list_of_moto_modules = cache(lambda listed=backends.list_of_moto_modules: tuple(listed()))


@contextmanager
def started() -> Iterator[str]:
    """A server for as long as this lasts, by its address; all servers of a process have the same resources."""
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@cache
def client(service: str, endpoint: str, region: str = "us-east-1"):
    """A client of the emulator, for a test to fill it and to look into it."""
    return boto3.client(
        service, region, endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
