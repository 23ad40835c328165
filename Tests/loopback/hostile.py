#!/usr/bin/env python3
"""A server on 127.0.0.1 whose answers never do what a client hopes for. Standard library only; writes the port it took to standard output.

The first argument is what it does with every request but /control, which tells the count of requests as JSON:
  bomb      a gzip body of 2 GB of zeros, 2 MB on the wire        endless     a body without length or end
  long      2.5 GB without a length                               announced   a Content-Length of 2.5 GB, and a body that goes on
  headers   header lines without an end                           line        one header line without an end
  redirect  302 to itself, for ever                               interim     103 Early Hints, for ever
  drip      one byte a second                                     early       closes in the middle of its headers
  short     closes before its Content-Length                      over        sends more than its Content-Length
  silent    takes the connection and says nothing
A number is a status: --body TEXT and --header NAME:VALUE (repeated) complete the answer. --venue-time answers requests whose path holds "time" with
the venues' time, so that others come after it.
"""
import argparse, asyncio, json, sys, time, zlib

options = argparse.ArgumentParser()
options.add_argument('kind')
options.add_argument('--body', default='')
options.add_argument('--header', action='append', default=[])
options.add_argument('--venue-time', action='store_true')
options = options.parse_args()
count = 0


def bomb():
    """2 GB of zeros as one gzip stream, piece by piece."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(2000):
        yield pack.compress(bytes(1_000_000))
    yield pack.flush()


BOMB = b''.join(bomb()) if options.kind == 'bomb' else b''


async def endless(write, piece, most=None):
    sent = 0
    while most is None or sent < most:
        await write(piece)
        sent += len(piece)


async def answer(kind, write):
    ok = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
    match kind:
        case 'bomb':
            await write(ok + b'Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n' % len(BOMB))
            await write(BOMB)
        case 'endless': await write(ok + b'\r\n['); await endless(write, b'0,' * 50_000)
        case 'long': await write(ok + b'\r\n['); await endless(write, b'0,' * 50_000, 2_500_000_000)
        case 'announced': await write(ok + b'Content-Length: 2500000000\r\n\r\n['); await endless(write, b'0,' * 50_000)
        case 'headers': await write(ok); await endless(write, b'X-More: of the same\r\n' * 1000)
        case 'line': await write(ok + b'X-More: '); await endless(write, b'and more ' * 5000)
        case 'redirect': await write(b'HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n')
        case 'interim': await endless(write, b'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' * 1000)
        case 'drip':
            await write(ok + b'\r\n')
            while True:
                await write(b' ')
                await asyncio.sleep(1)
        case 'early': await write(b'HTTP/1.1 200 OK\r\nContent-Le')
        case 'short': await write(ok + b'Content-Length: 1000\r\n\r\n{"ok":true')
        case 'over': await write(ok + b'Content-Length: 2\r\n\r\n{}' + b'0' * 100_000)
        case 'silent': await asyncio.sleep(3600)
        case status:
            body = options.body.encode()
            lines = ''.join(f'{line.replace(":", ": ", 1)}\r\n' for line in options.header)
            await write(f'HTTP/1.1 {status} Said\r\n{lines}Content-Length: {len(body)}\r\n\r\n'.encode() + body)


async def serve(reader, writer):
    global count

    async def write(piece):
        writer.write(piece)
        await writer.drain()
    try:
        head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1')
        length = next((int(line.split(':')[1]) for line in head.split('\r\n') if line.lower().startswith('content-length:')), 0)
        await reader.readexactly(length)
        path = head.split(' ')[1]
        if path.startswith('/control'):
            body = json.dumps({'requests': count}).encode()
            await write(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
        else:
            count += 1
            if options.venue_time and 'time' in path:
                body = b'{"serverTime":%d}' % int(time.time() * 1000)
                await write(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
            else:
                await answer(options.kind, write)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


asyncio.run(main())
