"""Libraries of the network are loaded without their trying out what this computer can do: that would open a socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_sockets() -> Iterator[None]:
    """While the block lasts, urllib3 finds at its import that it need not look for IPv6 by opening a socket.

    `ecomap.io.web.wire` puts the answer right before the first request that was allowed.
    """
    before = socket.has_ipv6
    socket.has_ipv6 = False
    try:
        yield
    finally:
        socket.has_ipv6 = before
