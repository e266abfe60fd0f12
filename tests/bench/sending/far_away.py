"""A line to a server that is far away: what goes in comes out so much later, in either direction.

python far_away.py PORT SERVER_PORT MILLISECONDS_EACH_WAY
"""

import asyncio
import sys


class _Way(asyncio.Protocol):
    """One end of a line; what it hears, the other end says later."""

    def __init__(self, seconds, server=0):
        self.seconds, self.server, self.other, self.transport = seconds, server, None, None

    def connection_made(self, transport):
        self.transport = transport
        if self.server:
            self.beyond = asyncio.ensure_future(self._connect())

    async def _connect(self):
        loop = asyncio.get_running_loop()
        _, self.other = await loop.create_connection(lambda: _Way(self.seconds), "127.0.0.1", self.server)
        self.other.other = self

    def data_received(self, data):
        asyncio.get_running_loop().call_later(self.seconds, self._pass_on, data)

    def _pass_on(self, data):
        if self.other and not self.other.transport.is_closing():
            self.other.transport.write(data)

    def connection_lost(self, error):
        if self.other:
            asyncio.get_running_loop().call_later(self.seconds, self.other.transport.close)


async def main(port, server, milliseconds):
    """Pass on until somebody ends this process."""
    loop = asyncio.get_running_loop()
    door = await loop.create_server(lambda: _Way(milliseconds / 1000, server), "127.0.0.1", port)
    await door.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
