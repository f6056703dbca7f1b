"""HTTP transport to hosts that municipalities enter: it connects to the address that was checked."""

from __future__ import annotations

import httpx

from services.notifications.net.hosts import HostCheck

NOT_KEPT = httpx.Limits(max_keepalive_connections=0)
"""No connection is reused: the pool knows it by its address only, so requests for another host of the same machine would use it."""


class PublicTransport(httpx.AsyncBaseTransport):
    """An `httpx` transport that connects to public addresses only; the certificate is checked for the host name. Raises NotPublic beside
    httpx's own errors."""

    def __init__(self, hosts: HostCheck) -> None:
        self._hosts = hosts
        self._http = httpx.AsyncHTTPTransport(limits=NOT_KEPT, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.raw_host.decode("ascii")
        last_error: httpx.TransportError | None = None
        for address in await self._hosts.addresses(name):
            to_address = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # with the host's name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": name},
            )
            try:
                return await self._http.handle_async_request(to_address)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last_error = error
        raise last_error or httpx.ConnectError("no address", request=request)

    async def aclose(self) -> None:
        await self._http.aclose()
