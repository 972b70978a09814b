#!/usr/bin/env python3
"""Passes TCP on and delays every byte, and every end, by so many milliseconds each way.

    delaying_proxy.py PORT TARGET_PORT MILLISECONDS

An end of one side alone is passed on as that: a server's farewell is on its way to the client while the client's request
is on its way to the server, as over a real distance.
"""

import asyncio
import sys


async def write_late(writer, queue):
    """Writes each piece when it is due. Nothing is an end, and False a connection that broke."""
    loop = asyncio.get_running_loop()
    while True:
        due, data = await queue.get()
        await asyncio.sleep(max(0.0, due - loop.time()))
        if data is False:
            writer.transport.abort()
            return
        try:
            if not data:
                writer.write_eof()
                return
            writer.write(data)
            await writer.drain()
        except (OSError, RuntimeError):
            return


async def pass_on(reader, writer, delay):
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()
    late = asyncio.create_task(write_late(writer, queue))
    data = True
    while data:
        try:
            data = await reader.read(65536)
        except OSError:
            data = False
        queue.put_nowait((loop.time() + delay, data))
    await late


async def main(port, target, milliseconds):
    async def serve(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.transport.abort()
            return
        delay = milliseconds / 1000
        await asyncio.gather(pass_on(reader, far_writer, delay), pass_on(far_reader, writer, delay))
        writer.close()
        far_writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1000)
    async with server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
