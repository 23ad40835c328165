#!/usr/bin/env python3
"""Telegram, Discord, Slack, ntfy and a plain webhook on 127.0.0.1, strict about their limits, with faults on demand. Standard library only; writes the
port it took to standard output. For tests and measurements.

What is taken is kept and told by GET /taken (JSON: a list of {service, method, chat, text, silent, photos, number, key, at}); GET /control?… changes the
faults (fault=KIND:SHARE, or KIND,times=N; clear=1) and tells the counts.

Faults: 429 (with retry_after 1), 500, 502, 401, 403, hang (no answer), reset (the connection is cut before the body is read), lost (taken, then the
connection is cut), markup (400, can't parse entities), photo (400 for pictures), html (a gateway's page with 502), migrate (the group has become the
supergroup -1009).

--rate COUNT/SECONDS: as many messages as a chat takes; more is 429 with what is left to wait, and counted as `over`. --bot-rate: the same for all
chats of a bot together.
"""
import argparse, asyncio, json, random, re, struct, sys, socket, time
from email.header import decode_header, make_header
from urllib.parse import urlsplit, parse_qs

TAGS = {'b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'tg-spoiler', 'span', 'a', 'code', 'pre', 'blockquote', 'tg-emoji', 'tg-time'}
NAMED = {'lt': '<', 'gt': '>', 'amp': '&', 'quot': '"'}


class Unparsable(Exception):
    pass


def parse_html(text):
    """Plain text of Telegram's HTML, by its rules and with its complaints; offsets are UTF-8 bytes."""
    out, stack, i = [], [], 0
    offset = lambda at: len(text[:at].encode())
    while i < len(text):
        c = text[i]
        if c == '&':
            m = re.match(r'&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(lt|gt|amp|quot));', text[i:])
            if m:
                out.append(chr(int(m[1])) if m[1] else chr(int(m[2], 16)) if m[2] else NAMED[m[3]])
                i += len(m[0])
                continue
            out.append(c)
            i += 1
        elif c == '<':
            begin = i
            end = text.find('>', i)
            m = re.match(r'</?([a-zA-Z-]*)', text[i:])
            if text[i + 1:i + 2] == '/':
                if end < 0 or not stack:
                    raise Unparsable(f'Unexpected end tag at byte offset {offset(begin)}')
                name = m[1].lower()
                if name and name != stack[-1][0]:
                    raise Unparsable(f'Unmatched end tag at byte offset {offset(begin)}, expected "</{stack[-1][0]}>", found "</{name}>"')
                stack.pop()
            else:
                name = m[1].lower()
                if end < 0:
                    raise Unparsable(f'Unclosed start tag at byte offset {offset(begin)}')
                if name not in TAGS:
                    raise Unparsable(f'Unsupported start tag "{name}" at byte offset {offset(begin)}')
                stack.append((name, begin))
            i = end + 1
        else:
            out.append(c)
            i += 1
    if stack:
        raise Unparsable(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return ''.join(out)


def multipart(body, kind):
    boundary = re.search('boundary=("?)([^";]+)\\1', kind)[2].encode()
    fields, files, names = {}, {}, []
    for piece in body.split(b'--' + boundary)[1:-1]:
        head, _, value = piece[2:].partition(b'\r\n\r\n')
        name = re.search(rb'name="([^"]*)"', head)[1].decode()
        value = value[:-2]
        if b'filename=' in head:
            files[name] = value
            names.append(re.search(rb'filename="([^"]*)"', head)[1].decode())
        else:
            fields[name] = value.decode()
    return fields, files, names


def photo_fault(data):
    """What Telegram has against a photo, by its size and its PNG header."""
    if len(data) > 10_000_000:
        return 413, 'Request Entity Too Large'
    if not data.startswith(b'\x89PNG'):
        return 400, 'Bad Request: IMAGE_PROCESS_FAILED'
    if data[12:16] == b'IHDR':
        width, height = struct.unpack('>II', data[16:24])
        if width + height > 10000 or max(width, height) > 20 * min(width, height):
            return 400, 'Bad Request: PHOTO_INVALID_DIMENSIONS'


class Chat:
    def __init__(self, options):
        self.o = options
        self.taken = []
        self.number = 100
        self.random = random.Random(options.seed)
        self.faults = [self.fault(f) for f in options.fault]
        self.counts = {'requests': 0, 'over': 0, 'faults': 0, 'taken': 0, 'refused': 0}
        self.times = {}
        self.blocked = {}

    @staticmethod
    def fault(text):
        rest, _, times = text.partition(',times=')
        kind, _, share = rest.partition(':')
        return {'kind': kind, 'share': float(share or 1), 'times': int(times) if times else None}

    def draw(self, has_photo):
        for fault in self.faults:
            if fault['kind'] == 'reset' or fault['times'] == 0 or fault['kind'] == 'photo' and not has_photo or self.random.random() >= fault['share']:
                continue
            if fault['times']:
                fault['times'] -= 1
            self.counts['faults'] += 1
            return fault['kind']

    def wait(self, chat, count, bot=None):
        """Seconds until the chat takes `count` more, and its bot; 0: now."""
        return self.wait_for(bot, count, self.o.bot_rate) or self.wait_for(chat, count, self.o.rate)

    def wait_for(self, chat, count, rate):
        if not rate:
            return 0
        now, (most, seconds) = time.time(), map(float, rate.split('/'))
        if self.blocked.get(chat, 0) > now:
            self.counts['over'] += 1
            return self.blocked[chat] - now
        recent = [t for t in self.times.get(chat, []) if t > now - seconds]
        self.times[chat] = recent
        if len(recent) + count > most:
            self.counts['over'] += 1
            self.blocked[chat] = now + 1
            return 1
        self.times[chat] += [now] * count
        return 0

    def take(self, **message):
        self.number += 1
        self.counts['taken'] += 1
        self.taken.append(dict(message, number=self.number, at=time.time()))
        return self.number

    # Each service answers (status, headers, body).

    def telegram(self, token, method, fields, files, fault):
        def no(code, text, **parameters):
            self.counts['refused'] += 1
            body = {'ok': False, 'error_code': code, 'description': text}
            headers = {}
            if parameters:
                body['parameters'] = parameters
            if 'retry_after' in parameters:
                headers['Retry-After'] = str(parameters['retry_after'])
            return code, headers, json.dumps(body)

        chat = fields.get('chat_id', '')
        if fault == '401':
            return no(401, 'Unauthorized')
        if fault == '403':
            return no(403, 'Forbidden: bot was blocked by the user')
        if fault == '429':
            return no(429, 'Too Many Requests: retry after 1', retry_after=1)
        if fault == '500':
            return no(500, 'Internal Server Error: restart')
        if fault == 'migrate' and chat != '-1009':
            return no(400, 'Bad Request: group chat was upgraded to a supergroup chat', migrate_to_chat_id=-1009)
        if chat == '404':
            return no(400, 'Bad Request: chat not found')
        if fault == 'photo' and files:
            return no(400, 'Bad Request: PHOTO_INVALID_DIMENSIONS')
        if method == 'sendmessage':
            items, limit = [(fields.get('text', ''), fields.get('parse_mode'), None)], 4096
        elif method == 'sendphoto':
            found = photo_fault(files.get('photo', b''))
            if found:
                return no(*found)
            items, limit = [(fields.get('caption', ''), fields.get('parse_mode'), 'photo')], 1024
        elif method == 'sendmediagroup':
            media = json.loads(fields['media'])
            if not 2 <= len(media) <= 10:
                return no(400, 'Bad Request: wrong number of messages in an album')
            if any(m['type'] != 'photo' or m['media'][len('attach://'):] not in files for m in media):
                return no(400, 'Bad Request: wrong file identifier/HTTP URL specified')
            for place, m in enumerate(media):
                found = photo_fault(files[m['media'][len('attach://'):]])
                if found:
                    return no(400, f'Bad Request: failed to send message #{place + 1} with the error message "{found[1].split(": ")[-1]}"')
            items, limit = [(m.get('caption', ''), m.get('parse_mode'), m['media']) for m in media], 1024
        else:
            return no(404, 'Not Found: method not found')
        texts = []
        for text, mode, photo in items:
            if len(text.encode()) > 32768:
                return no(400, 'Bad Request: text is too long')
            if mode:
                if mode.lower() != 'html':
                    return no(400, 'Bad Request: unsupported parse_mode')
                if fault == 'markup':
                    return no(400, 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 4')
                try:
                    text = parse_html(text)
                except Unparsable as error:
                    return no(400, f"Bad Request: can't parse entities: {error}")
            if not text.strip() and not photo:
                return no(400, 'Bad Request: message text is empty' if not text else 'Bad Request: text must be non-empty')
            if len(text) > limit:
                return no(400, 'Bad Request: message is too long' if limit == 4096 else 'Bad Request: message caption is too long')
            texts.append((text, photo))
        wait = self.wait(chat, len(texts), token)
        if wait:
            return no(429, f'Too Many Requests: retry after {int(wait) + 1}', retry_after=int(wait) + 1)
        silent = str(fields.get('disable_notification', '')).lower() == 'true'
        results = []
        for text, photo in texts:
            number = self.take(service='telegram', method=method, chat=chat, text=text, silent=silent, photos=1 if photo else 0, parsed=bool(items[0][1]))
            results.append({'message_id': number, 'chat': {'id': chat}, 'text': text})
        return 200, {}, json.dumps({'ok': True, 'result': results if method == 'sendmediagroup' else results[0]})

    def discord(self, path, fields, files, names, fault):
        no = lambda code, body, **headers: (code, {k.replace('_', '-'): v for k, v in headers.items()}, json.dumps(body))
        if fault == '401':
            return no(401, {'message': 'Invalid Webhook Token', 'code': 50027})
        if fault == '403':
            return no(404, {'message': 'Unknown Webhook', 'code': 10015})
        if fault in ('429',):
            return no(429, {'message': 'You are being rate limited.', 'retry_after': 0.64, 'global': False}, Retry_After='1')
        if fault == '500':
            return no(500, {'message': 'Internal Server Error'})
        if fault == 'photo' and files:
            return no(400, {'message': 'Invalid Form Body', 'code': 50035})
        if any(len(data) > 10 << 20 for data in files.values()):
            return no(413, {'message': 'Request entity too large', 'code': 40005})
        shown = [e['image']['url'] for e in fields.get('embeds', [])]
        if len(shown) > 10 or any(url not in [f'attachment://{name}' for name in names] for url in shown) or \
                any(not re.fullmatch(r'files\[\d\]', name) for name in files):
            return no(400, {'message': 'Invalid Form Body', 'code': 50035})
        content = fields.get('content', '')
        if not content and not fields.get('embeds'):
            return no(400, {'message': 'Cannot send an empty message', 'code': 50006})
        if len(content) > 2000 or 'parse' not in fields.get('allowed_mentions', {}):
            return no(400, {'message': 'Invalid Form Body', 'code': 50035})
        wait = self.wait(path, 1)
        if wait:
            return no(429, {'message': 'You are being rate limited.', 'retry_after': wait, 'global': False}, Retry_After=str(int(wait) + 1))
        number = self.take(service='discord', method='webhook', chat=path, text=content, silent=fields.get('flags') == 4096, photos=len(files))
        return 200, {}, json.dumps({'id': str(number), 'content': content})

    def slack(self, path, fields, fault):
        if fault in ('401', '403'):
            return 403, {}, 'invalid_token'
        if fault == '429':
            return 429, {'Retry-After': '1'}, 'rate_limited'
        if fault == '500':
            return 500, {}, 'rollup_error'
        if not fields.get('text'):
            return 400, {}, 'no_text'
        if len(fields['text']) > 4000 or re.search(r'<(?!!|@|#|http)|&(?!amp;|lt;|gt;)', fields['text']):
            return 400, {}, 'invalid_payload'
        wait = self.wait(path, 1)
        if wait:
            return 429, {'Retry-After': str(int(wait) + 1)}, 'rate_limited'
        self.take(service='slack', method='webhook', chat=path, text=fields['text'], silent=False, photos=0)
        return 200, {}, 'ok'

    def ntfy(self, fields, files, fault):
        no = lambda code, number, text: (number, {}, json.dumps({'code': code, 'http': number, 'error': text}))
        if fault == '401':
            return no(40101, 401, 'unauthorized')
        if fault == '403':
            return no(40301, 403, 'forbidden')
        if fault == '429':
            return no(42901, 429, 'limit reached: too many requests')
        if fault == '500':
            return no(50001, 500, 'internal server error')
        if not re.fullmatch(r'[-_A-Za-z0-9]{1,64}', fields.get('topic', '')):
            return no(40009, 400, 'invalid topic')
        if len(fields.get('message', '').encode()) > 4096:
            return no(41301, 413, 'message too large')
        if fault == 'photo' and files:
            return no(40014, 400, 'invalid request: attachments not allowed')
        if any(len(data) > 15 << 20 for data in files.values()):
            return no(41301, 413, 'attachment too large')
        number = self.take(service='ntfy', method='publish', chat=fields['topic'], text=fields['message'], silent=fields.get('priority', 3) < 3,
                           photos=len(files))
        return 200, {}, json.dumps({'id': f'n{number}', 'event': 'message', 'topic': fields['topic'], 'message': fields['message']})

    def answer(self, method, path, headers, body):
        kind = headers.get('content-type', '')
        files, names = {}, []
        if kind.startswith('multipart/'):
            fields, files, names = multipart(body, kind)
            if 'payload_json' in fields:
                fields = json.loads(fields['payload_json'])
        elif method == 'PUT':
            # ntfy: the body is the attachment, what is said of it stands in headers.
            files = {headers['filename']: body}
            message = str(make_header(decode_header(headers['message']))).replace('\\n', '\n')
            fields, path = {'topic': path[1:], 'message': message, 'priority': int(headers.get('priority', 3))}, '/'
        else:
            fields = json.loads(body)
        fault = self.draw(bool(files))
        if fault == 'hang':
            return None
        if fault == 'html':
            return 502, {'Content-Type': 'text/html'}, '<html><body><h1>502 Bad Gateway</h1></body></html>'
        m = re.fullmatch(r'/bot([^/]+)/(\w+)', path)
        if m:
            result = (401, {}, json.dumps({'ok': False, 'error_code': 401, 'description': 'Unauthorized'})) if self.o.token and m[1] != self.o.token else \
                self.telegram(m[1], m[2].lower(), fields, files, fault)
        elif path.startswith('/api/webhooks/'):
            result = self.discord(path, fields, files, names, fault)
        elif path.startswith('/services/'):
            result = self.slack(path, fields, fault)
        elif path == '/':
            result = self.ntfy(fields, files, fault)
        elif fault in ('401', '403', '429', '500'):
            result = int(fault), {}, ''
        else:
            self.take(service='webhook', method='post', chat=path, text=fields.get('text', ''), silent=fields.get('silent'), photos=0,
                      key=headers.get('idempotency-key'), record=fields.get('record'))
            result = 204, {}, ''
        return 'lost' if fault == 'lost' else result

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
                method, target, _ = head[0].split(' ', 2)
                headers = {k.strip().lower(): v.strip() for k, v in (line.split(':', 1) for line in head[1:] if ':' in line)}
                url = urlsplit(target)
                if method == 'GET':
                    status, extra, text = 200, {}, json.dumps(self.taken if url.path == '/taken' else self.control(parse_qs(url.query)))
                else:
                    self.counts['requests'] += 1
                    if any(f['kind'] == 'reset' and f['times'] != 0 for f in self.faults) and self.draw_reset():
                        return self.cut(writer)
                    body = await reader.readexactly(int(headers['content-length']))
                    if self.o.slow:
                        await asyncio.sleep(self.random.random() * self.o.slow)
                    result = self.answer(method, url.path, headers, body)
                    if self.o.log:
                        said = 'no answer' if result in (None, 'lost') else result[0]
                        shown = re.sub(r'/bot[^/]+/', '/bot…/', url.path) if method == 'POST' else '/…'
                        print(f'{method} {shown} {len(body)} bytes: {said}', file=sys.stderr, flush=True)
                    if result is None:
                        await asyncio.sleep(3600)
                    if result == 'lost':
                        return self.cut(writer)
                    status, extra, text = result
                data = text.encode()
                fields = {'Content-Type': 'application/json', **extra, 'Content-Length': str(len(data))}
                writer.write(f'HTTP/1.1 {status} X\r\n'.encode() + ''.join(f'{k}: {v}\r\n' for k, v in fields.items()).encode() + b'\r\n' + data)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def draw_reset(self):
        for fault in self.faults:
            if fault['kind'] == 'reset' and fault['times'] != 0 and self.random.random() < fault['share']:
                if fault['times']:
                    fault['times'] -= 1
                return True
        return False

    @staticmethod
    def cut(writer):
        writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        writer.transport.abort()

    def control(self, query):
        if 'clear' in query:
            self.faults = []
        self.faults += [self.fault(f) for f in query.get('fault', [])]
        if 'forget' in query:
            self.taken = []
        return self.counts


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--fault', action='append', default=[])
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--rate')
    parser.add_argument('--bot-rate')
    parser.add_argument('--token')
    parser.add_argument('--slow', type=float, default=0, help='seconds that an answer may take')
    parser.add_argument('--log', action='store_true', help='one line for each request on standard error')
    chat = Chat(parser.parse_args())
    server = await asyncio.start_server(chat.serve, '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started it holds its standard input: with them it ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
