#!/usr/bin/env python3
"""An HTTP server on 127.0.0.1 that gives answers from a file, whatever it is asked. Standard library only; writes the port it took to standard output.

The file is a JSON list of {status, reason, headers, body} or {raw}: the first request gets the first answer, and so on; the last is given again and
again. GET /requests tells all requests that were not GET: a list of {method, path, headers, body}.
"""
import asyncio, json, sys

answers = json.load(open(sys.argv[1]))
requests = []


async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
            method, target, _ = head[0].split(' ', 2)
            headers = {k.strip().lower(): v.strip() for k, v in (line.split(':', 1) for line in head[1:] if ':' in line)}
            body = await reader.readexactly(int(headers.get('content-length', 0)))
            if method == 'GET':
                answer = {'status': 200, 'body': json.dumps(requests)}
            else:
                answer = answers[min(len(requests), len(answers) - 1)]
                requests.append({'method': method, 'path': target, 'headers': headers, 'body': body.decode('latin-1')})
            if 'raw' in answer:
                writer.write(answer['raw'].encode())
                await writer.drain()
                break
            data = answer.get('body', '').encode()
            fields = {**answer.get('headers', {}), 'Content-Length': str(len(data))}
            writer.write(f"HTTP/1.1 {answer['status']} {answer.get('reason', 'X')}\r\n".encode()
                         + ''.join(f'{k}: {v}\r\n' for k, v in fields.items()).encode() + b'\r\n' + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started it holds its standard input: with them it ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
