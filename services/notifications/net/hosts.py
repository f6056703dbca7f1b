"""Hosts that municipalities name (mail servers, webhooks) may not lead into the network this service stands in."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

LOCAL = "local"


class NotPublic(ValueError):
    """The host does not exist, or has an address inside a private network."""


class HostCheck:
    """`allow_loopback`: in a local environment, servers on the same machine may be named."""

    def __init__(self, environment: str) -> None:
        self._allow_loopback = environment == LOCAL

    async def check(self, host: str) -> None:
        """Every address of the host has to be a public one; asked anew before each connection, since names can be moved.

        Raises: NotPublic.
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotPublic("this host is not known") from None
        for _, _, _, _, (text, *_) in found:
            address = ip_address(str(text).partition("%")[0])
            mapped = getattr(address, "ipv4_mapped", None) or address
            if mapped.is_loopback and self._allow_loopback:
                continue
            if not mapped.is_global or mapped.is_multicast:
                raise NotPublic("this host has a private address")
