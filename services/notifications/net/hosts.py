"""Refuses hosts entered by municipalities (mail servers, webhooks) that lead into a private network, such as our own."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

LOCAL = "local"
UNKNOWN, PRIVATE = "this host is not known", "this host has a private address"
CONNECT_TIMEOUT = 10.0
"""Seconds for each address of a host."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""Addresses outside of it may be translated into IPv4 ones, private ones too (RFC 6052, RFC 4291)."""


class NotPublic(ValueError):
    """The host does not exist, or has an address inside a private network."""


class HostCheck:
    """Refuses hosts inside private networks; in a local environment servers on the same machine may be named."""

    def __init__(self, environment: str) -> None:
        self._allow_loopback = environment == LOCAL

    async def addresses(self, host: str) -> list[str]:
        """Resolve a host; every address must be public. Connect to one of these without resolving again: the name may lead elsewhere a
        moment later.

        Raises: NotPublic.
        """
        try:
            resolved = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotPublic(UNKNOWN) from None
        addresses = list(dict.fromkeys(str(text).partition("%")[0] for _, _, _, _, (text, *_) in resolved))
        for text in addresses:
            if not self._may_be_reached(ip_address(text)):
                raise NotPublic(PRIVATE)
        return addresses

    async def connected(self, host: str, port: int) -> socket.socket:
        """Connect to a host.

        Raises: NotPublic, OSError.
        """
        last_error: OSError | None = None
        for address in await self.addresses(host):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            connection = socket.socket(family, socket.SOCK_STREAM)
            connection.setblocking(False)
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT):
                    await asyncio.get_running_loop().sock_connect(connection, (address, port))
            except BaseException as error:
                connection.close()
                if not isinstance(error, OSError):  # a timeout is one
                    raise
                last_error = error
            else:
                return connection
        raise last_error or OSError("no address")

    def _may_be_reached(self, address: IPv4Address | IPv6Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if address.is_loopback:
            return self._allow_loopback
        if isinstance(address, IPv6Address) and (address not in _GLOBAL_UNICAST or address.sixtofour):
            return False
        return address.is_global and not address.is_multicast
