#!/usr/bin/env python3
"""A venue on 127.0.0.1 that never was: Binance spot and USD-M, Bybit v5 and OKX v5 in their own formats, over one made-up market,
with faults on demand. Standard library only; writes the port it took to standard output. For tests and measurements.

Candles depend on market, timeframe and open time alone. Time runs from --now at --speed (0: it stands still).

Faults: --fault KIND:SHARE (a share of all requests, drawn by --seed) or --fault KIND@PATTERN (requests whose path holds PATTERN), each may be
limited with ,times=N. GET /control?… changes them while the server runs (fault=…, clear=1, now=MILLISECONDS, correct=MILLISECONDS), and tells
the counts as JSON.
"""
import argparse, asyncio, gzip, json, random, sys, time, zlib
from urllib.parse import urlsplit, parse_qs

MINUTE = 60_000
LENGTHS = {'1m': 1, '3m': 3, '5m': 5, '15m': 15, '30m': 30, '1h': 60, '2h': 120, '4h': 240, '6h': 360, '8h': 480, '12h': 720, '1d': 1440, '1w': 10080}
BYBIT = {'1': '1m', '3': '3m', '5': '5m', '15': '15m', '30': '30m', '60': '1h', '120': '2h', '240': '4h', '360': '6h', '720': '12h', 'D': '1d', 'W': '1w'}
OKX = {'1m': '1m', '3m': '3m', '5m': '5m', '15m': '15m', '30m': '30m', '1H': '1h', '2H': '2h', '4H': '4h', '6Hutc': '6h', '12Hutc': '12h', '1Dutc': '1d',
       '1Wutc': '1w'}
BASES = ['BTC', 'ETH', 'BNB', 'SOL', 'XRP', 'USDC', 'FDUSD', 'ADA', 'DOGE', 'AVAX', 'LINK', 'JUP', 'BTCUP', 'ETHDOWN', 'LTC', 'TRX', 'ATOM', 'UNI', 'XLM', 'NEAR',
         'FIL', 'APT', 'ARB', 'SHIB', 'OP', 'INJ'] + [f'C{i:02d}' for i in range(60)]
MONDAY = 345_600_000


def mix(*parts):
    return zlib.crc32('/'.join(map(str, parts)).encode()) & 0xFFFFFFFF


class Market:
    """The candles of one market and timeframe, made when first asked for."""

    def __init__(self, venue, name, label):
        self.length = LENGTHS[label] * MINUTE
        self.phase = MONDAY if label == '1w' else 0
        self.key = f'{name}/{label}'
        self.cache = {}
        self.level = 10 + mix(name) % 50000

    def floor(self, t):
        return (t - self.phase) // self.length * self.length + self.phase

    def price(self, t):
        return round(self.level * (1 + ((mix(self.key, t) % 2000) - 1000) / 50000), 2)

    def row(self, t, corrected=False):
        row = self.cache.get((t, corrected))
        if row is None:
            o, c = self.price(t), self.price(t + self.length)
            spread = (mix(self.key, t, 'h') % 100) / 10000 * self.level
            h, l = round(max(o, c) + spread, 2), round(min(o, c) * 0.999, 2)
            v = 0 if mix(self.key, t, 'v') % 97 == 0 else (mix(self.key, t, 'v') % 900000) / 1000
            if corrected:
                h = round(h * 1.01, 2)
            row = (t, f'{o:.8f}', f'{h:.8f}', f'{l:.8f}', f'{c:.8f}', f'{v:.8f}', f'{v * c:.8f}', mix(self.key, t) % 5000, f'{v / 2:.8f}', f'{v * c / 2:.8f}')
            self.cache[(t, corrected)] = row
        return row


class Venue:
    def __init__(self, options):
        self.o = options
        self.start = time.time()
        self.markets = {}
        self.texts = {}
        self.random = random.Random(options.seed)
        self.faults = [self.parse_fault(f) for f in options.fault]
        self.counts = {'requests': 0, 'weight': 0, 'over': 0, 'peak': 0, 'connections': 0, 'faults': 0}
        self.windows = {}
        self.banned_until = 0
        self.corrected = set()
        self.outages = []
        for part in options.outage:
            a, b = part.split('-')
            self.outages.append((int(a), int(b)))

    @staticmethod
    def parse_fault(text):
        rest, times = (text.split(',times=') + ['0'])[:2]
        if '@' in rest:
            kind, pattern = rest.split('@', 1)
            return {'kind': kind, 'pattern': pattern, 'share': None, 'times': int(times) or None}
        kind, share = rest.split(':')
        return {'kind': kind, 'pattern': None, 'share': float(share), 'times': int(times) or None}

    def now(self):
        return int(self.o.now + (time.time() - self.start) * 1000 * self.o.speed)

    def market(self, name, label):
        key = (name, label)
        if key not in self.markets:
            self.markets[key] = Market(self.o.dialect, name, label)
        return self.markets[key]

    def bases(self):
        return BASES[:self.o.symbols]

    def listed(self, name):
        base = name.split('-')[0].removesuffix('USDT')
        return base in self.bases()

    def since(self, name):
        """When a market opened."""
        return self.o.listed if name.startswith('NEAR') or name.startswith('C00') else self.o.begin

    def opens(self, name, label, start, end, limit, newest):
        """Opens of candles in start…end, both inclusive, at most `limit` of them, from the oldest or the newest."""
        m = self.market(name, label)
        last = min(m.floor(self.now()), m.floor(end))
        if name.startswith('XLM') and self.o.delisted:
            last = min(last, m.floor(self.o.delisted))
        first = max(m.floor(max(start, self.since(name)) + m.length - 1), m.floor(self.o.begin))
        if newest:
            first = max(first, last - (limit - 1) * m.length)
        else:
            last = min(last, first + (limit - 1) * m.length)
        return [m.row(t, (t in self.corrected)) for t in range(first, last + 1, m.length) if not any(a <= t < b for a, b in self.outages)], m

    # Limits: as the venue counts, in fixed windows.
    def charge(self, limit, weight, allowance, seconds):
        window = int(time.time() / seconds)
        key = (limit, window)
        used = self.windows.get(key, 0) + weight
        self.windows[key] = used
        self.counts['weight'] += weight
        self.counts['peak'] = max(self.counts['peak'], used)
        if used > allowance:
            self.counts['over'] += 1
            return False, used
        return True, used

    # Answers: status, headers, body.
    def binance(self, path, q):
        usdm = self.o.dialect == 'binance-usdm'
        limit = int(q.get('limit', 500))
        if path.endswith('/klines'):
            weight = 2 if not usdm else 1 if limit < 100 else 2 if limit < 500 else 5 if limit <= 1000 else 10
        else:
            some = len(json.loads(q['symbols'])) if 'symbols' in q else 1 if 'symbol' in q else 0
            tickers = (1 if some else 40) if usdm else 80 if some == 0 or some > 100 else 2 if some <= 20 else 40
            weight = {'exchangeInfo': 1 if usdm else 20, '24hr': tickers, 'depth': 5}.get(path.rsplit('/')[-1], 1)
        ok, used = self.charge('weight', weight, self.o.weight or (2400 if usdm else 6000), 60)
        headers = {'X-MBX-USED-WEIGHT': str(used), 'X-MBX-USED-WEIGHT-1M': str(used)}
        if not ok:
            return 429, headers | {'Retry-After': '1'}, '{"code":-1003,"msg":"Too much request weight used."}'
        end = path.rsplit('/')[-1]
        if end == 'time':
            return 200, headers, json.dumps({'serverTime': self.now()})
        if end == 'klines':
            name = q['symbol']
            if not self.listed(name):
                return 400, headers, '{"code":-1121,"msg":"Invalid symbol."}'
            if q['interval'] not in LENGTHS:
                return 400, headers, '{"code":-1120,"msg":"Invalid interval."}'
            rows, m = self.opens(name, q['interval'], int(q.get('startTime', 0)), int(q.get('endTime', 1 << 60)), min(limit, 1500 if usdm else 1000),
                                 'startTime' not in q)
            body = '[' + ','.join(self.binance_row(r, m.length) for r in rows) + ']'
            return 200, headers, body
        if end == 'exchangeInfo':
            symbols = []
            for i, b in enumerate(self.bases()):
                symbols.append({'symbol': b + 'USDT', 'pair': b + 'USDT', 'contractType': 'PERPETUAL', 'status': 'BREAK' if b == 'XLM' and self.o.delisted else 'TRADING',
                                'baseAsset': b, 'quoteAsset': 'USDT', 'marginAsset': 'USDT', 'onboardDate': self.since(b),
                                'filters': [{'filterType': 'PRICE_FILTER', 'minPrice': '0.01', 'maxPrice': '1000000', 'tickSize': '0.01000000'},
                                            {'filterType': 'LOT_SIZE', 'minQty': '0.001', 'maxQty': '9000', 'stepSize': '0.00100000'},
                                            {'filterType': 'NOTIONAL', 'minNotional': '5.00000000'}]})
            if 'symbols' in q:
                wanted = json.loads(q['symbols'])
                if any(not self.listed(w) for w in wanted):
                    return 400, headers, '{"code":-1121,"msg":"Invalid symbol."}'
                symbols = [s for s in symbols if s['symbol'] in wanted]
            allowance = self.o.weight or (2400 if usdm else 6000)
            return 200, headers, json.dumps({'timezone': 'UTC', 'serverTime': self.now(),
                                             'rateLimits': [{'rateLimitType': 'REQUEST_WEIGHT', 'interval': 'MINUTE', 'intervalNum': 1, 'limit': allowance}],
                                             'symbols': symbols})
        if end == '24hr':
            items = [{'symbol': b + 'USDT', 'priceChangePercent': '1.5', 'lastPrice': f'{self.market(b + "USDT", "1h").level:.2f}',
                      'openPrice': '10', 'highPrice': '11', 'lowPrice': '9', 'volume': '100',
                      'quoteVolume': f'{1e9 / (i + 1):.2f}', 'closeTime': self.now()} for i, b in enumerate(self.bases())]
            if 'symbol' in q:
                return 200, headers, json.dumps(next(i for i in items if i['symbol'] == q['symbol']))
            wanted = json.loads(q['symbols']) if 'symbols' in q else None
            return 200, headers, json.dumps([i for i in items if wanted is None or i['symbol'] in wanted])
        if end == 'depth':
            return 200, headers, '{"lastUpdateId":1,"bids":[["9.9","1.0"],["9.8","3"]],"asks":[["10.1","2.0"]]}'
        if end == 'fundingRate':
            times = self.funding_times(int(q['startTime']), int(q['endTime']))[:min(int(q.get('limit', 100)), 1000)]
            return 200, headers, json.dumps([{'symbol': q['symbol'], 'fundingRate': self.funding(q['symbol'], t), 'fundingTime': t + 17, 'markPrice': '10.0'}
                                             for t in times])
        if end == 'premiumIndex':
            return 200, headers, json.dumps({'symbol': q['symbol'], 'markPrice': '10.0', 'lastFundingRate': '0.0001', 'nextFundingTime': self.now() + 17,
                                             'time': self.now()})
        return 404, headers, '<html>not found</html>'

    # Every eight hours; told once it is over.
    def funding_times(self, start, end):
        step = 8 * 60 * MINUTE
        return list(range((start + step - 1) // step * step, min(end, self.now()) + 1, step))

    @staticmethod
    def funding(name, t):
        return f'{mix(name, t, "f") % 100 / 1e6 - 2e-5:.8f}'

    def binance_row(self, r, length):
        text = self.texts.get(id(r))
        if text is None:
            t, o, h, l, c, v, qv, n, tb, tq = r
            text = f'[{t},"{o}","{h}","{l}","{c}","{v}",{t + length - 1},"{qv}",{n},"{tb}","{tq}","0"]'
            self.texts[id(r)] = text
        return text

    def bybit(self, path, q):
        ok, used = self.charge('requests', 1, self.o.weight or 600, 5)
        if not ok:
            return 403, {}, '<html>403, access too frequent</html>'
        end = path.rsplit('/')[-1]
        wrap = lambda result, code=0, msg='OK': json.dumps({'retCode': code, 'retMsg': msg, 'result': result, 'retExtInfo': {}, 'time': self.now()})
        if end == 'time':
            return 200, {}, wrap({'timeSecond': str(self.now() // 1000), 'timeNano': str(self.now() * 1000000)})
        category = q.get('category', 'linear')
        if end == 'kline':
            name = q['symbol']
            if not self.listed(name):
                return 200, {}, wrap({}, 10001, 'params error: symbol invalid')
            rows, m = self.opens(name, BYBIT[q['interval']], int(q.get('start', 0)), int(q.get('end', 1 << 60)), min(int(q.get('limit', 200)), 1000), True)
            return 200, {}, wrap({'category': category, 'symbol': name, 'list': [[str(r[0]), *r[1:6], r[6]] for r in reversed(rows)]})
        if end == 'instruments-info':
            items = [{'symbol': b + 'USDT', 'contractType': 'LinearPerpetual', 'status': 'Trading', 'baseCoin': b, 'quoteCoin': 'USDT', 'settleCoin': 'USDT',
                      'launchTime': str(self.since(b)), 'priceFilter': {'tickSize': '0.01'}, 'leverageFilter': {'maxLeverage': '50.00'}, 'fundingInterval': 480,
                      'lotSizeFilter': {'qtyStep': '0.001', 'basePrecision': '0.001', 'minOrderQty': '0.001', 'minNotionalValue': '5', 'minOrderAmt': '5'}}
                     for b in self.bases()]
            first = int(q.get('cursor', 'first=0').removeprefix('first='))
            rest = first + self.o.page < len(items) and category != 'spot'
            return 200, {}, wrap({'category': category, 'list': items[first:first + self.o.page] if category != 'spot' else items,
                                  'nextPageCursor': f'first%3D{first + self.o.page}' if rest else ''})
        if end == 'history':
            times = self.funding_times(int(q['startTime']), int(q['endTime']))[-min(int(q.get('limit', 200)), 200):]
            return 200, {}, wrap({'category': category, 'list': [{'symbol': q['symbol'], 'fundingRate': self.funding(q['symbol'], t), 'fundingRateTimestamp': str(t)}
                                                                 for t in reversed(times)]})
        if end == 'tickers':
            items = [{'symbol': b + 'USDT', 'lastPrice': '10', 'price24hPcnt': '0.015', 'volume24h': '100', 'turnover24h': f'{1e9 / (i + 1):.2f}',
                      'fundingRate': '0.0001', 'nextFundingTime': str(self.now()), 'fundingIntervalHour': '8'} for i, b in enumerate(self.bases())]
            if 'symbol' in q:
                items = [i for i in items if i['symbol'] == q['symbol']]
            return 200, {}, wrap({'category': category, 'list': items})
        if end == 'orderbook':
            return 200, {}, wrap({'s': q['symbol'], 'b': [['9.9', '1']], 'a': [['10.1', '2']], 'ts': self.now(), 'u': 1})
        return 404, {}, 'not found'

    def okx(self, path, q):
        end = path.rsplit('/')[-1]
        ok, used = self.charge(end, 1, self.o.weight or {'candles': 40, 'history-candles': 20, 'books': 40}.get(end, 10), 2)
        wrap = lambda data, code='0', msg='': json.dumps({'code': code, 'msg': msg, 'data': data})
        if not ok:
            return 429, {}, wrap([], '50011', 'Too Many Requests')
        if end == 'time':
            return 200, {}, wrap([{'ts': str(self.now())}])
        if end in ('candles', 'history-candles'):
            name = q['instId']
            if not self.listed(name):
                return 200, {}, wrap([], '51001', "Instrument ID doesn't exist")
            after, before = int(q.get('after', 1 << 60)), int(q.get('before', 0))
            rows, m = self.opens(name, OKX[q['bar']], before + 1, after - 1, min(int(q.get('limit', 100)), 300), True)
            if end == 'candles':
                rows = [r for r in rows if r[0] > self.now() - 1440 * m.length]
            swap = name.endswith('-SWAP')
            data = []
            for r in reversed(rows):
                t, o, h, l, c, v, qv = r[:7]
                data.append([str(t), o, h, l, c, f'{float(v) * 100:.2f}' if swap else v, v if swap else qv, qv, '0' if t + m.length > self.now() else '1'])
            return 200, {}, wrap(data)
        swap = q.get('instType') == 'SWAP'
        if end == 'instruments':
            return 200, {}, wrap([{'instId': f'{b}-USDT' + ('-SWAP' if swap else ''), 'baseCcy': '' if swap else b, 'quoteCcy': '' if swap else 'USDT',
                                   'instFamily': f'{b}-USDT', 'settleCcy': 'USDT', 'ctType': 'linear' if swap else '', 'ctVal': '0.01', 'ctMult': '1',
                                   'tickSz': '0.01', 'lotSz': '0.1', 'minSz': '0.1', 'lever': '50', 'state': 'live', 'listTime': str(self.since(b))}
                                  for b in self.bases()])
        if end == 'tickers':
            return 200, {}, wrap([{'instType': q['instType'], 'instId': f'{b}-USDT' + ('-SWAP' if swap else ''), 'last': '10', 'open24h': '9', 'vol24h': '100',
                                   'volCcy24h': f'{1e9 / (i + 1):.2f}', 'ts': str(self.now())} for i, b in enumerate(self.bases())])
        if end == 'books':
            return 200, {}, wrap([{'asks': [['10.1', '2', '0', '1']], 'bids': [['9.9', '1', '0', '1']], 'ts': str(self.now()), 'seqId': 1}])
        if end == 'funding-rate-history':
            times = self.funding_times(int(q['before']) + 1, int(q['after']) - 1)[-min(int(q.get('limit', 400)), 400):]
            return 200, {}, wrap([{'instId': q['instId'], 'fundingRate': '0.0009', 'realizedRate': self.funding(q['instId'], t), 'fundingTime': str(t)}
                                  for t in reversed(times)])
        if end == 'funding-rate':
            return 200, {}, wrap([{'instId': q['instId'], 'fundingRate': '0.0001', 'fundingTime': str(self.now()), 'nextFundingTime': str(self.now() + 28800000)}])
        return 404, {}, wrap([], '404', 'not found')

    def control(self, q):
        if 'clear' in q:
            self.faults = []
        for text in q.get('fault', '').split(';'):
            if text:
                self.faults.append(self.parse_fault(text))
        if 'now' in q:
            self.o.now, self.start = int(q['now']), time.time()
        if 'correct' in q:
            self.corrected.add(int(q['correct']))
        if 'reset' in q:
            self.counts.update({k: 0 for k in self.counts})
        return json.dumps(self.counts | {'now': self.now()})

    def fault(self, target):
        for f in self.faults:
            if f['times'] is not None and f['times'] <= 0:
                continue
            if f['pattern'] is not None and f['pattern'] not in target:
                continue
            if f['share'] is not None and self.random.random() >= f['share']:
                continue
            if f['times'] is not None:
                f['times'] -= 1
            self.counts['faults'] += 1
            return f['kind']
        return None

    async def serve(self, reader, writer):
        self.counts['connections'] += 1
        try:
            while True:
                head = await reader.readuntil(b'\r\n\r\n')
                target = head.split(b' ', 2)[1].decode()
                keep = await self.answer(target, head.decode('latin-1').lower(), writer)
                if not keep:
                    break
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            pass
        finally:
            try:
                writer.close()
            except Exception:
                pass

    async def answer(self, target, head, writer):
        parts = urlsplit(target)
        q = {k: v[-1] for k, v in parse_qs(parts.query).items()}
        if parts.path == '/control':
            return await self.send(writer, 200, {}, self.control(q).encode(), False)
        self.counts['requests'] += 1
        if self.o.latency:
            await asyncio.sleep(self.o.latency / 1000)
        kind = self.fault(target)
        if time.time() < self.banned_until:
            self.counts['while_banned'] = self.counts.get('while_banned', 0) + 1
            return await self.send(writer, 418, {'Retry-After': str(int(self.banned_until - time.time()) + 1)}, b'{"code":-1003,"msg":"IP banned"}', False)
        simple = {'429': (429, {}, b'{"code":-1003,"msg":"Too many requests."}'), '429ra': (429, {'Retry-After': '1'}, b'{"code":-1003,"msg":"Too many requests."}'),
                  '451': (451, {}, b'{\n  "code": 0,\n  "msg": "Service unavailable from a restricted location"\n}'), '403': (403, {}, b'<html>Forbidden</html>'),
                  '500': (500, {}, b''), '502': (502, {}, b'<html>Bad Gateway</html>'), '503': (503, {}, b'{"code":-1008,"msg":"Server is currently overloaded."}'),
                  'garbage': (200, {}, bytes(range(256)) * 3), 'html': (200, {}, b'<html>hello</html>'), 'none': (200, {}, b''),
                  'redirect': (302, {'Location': 'http://127.0.0.1:1/elsewhere'}, b'')}
        if kind == '418':
            self.banned_until = time.time() + 120
            return await self.send(writer, 418, {'Retry-After': '120'}, b'{"code":-1003,"msg":"Way too much request weight used; IP banned."}', False)
        if kind in simple:
            return await self.send(writer, *simple[kind], False)
        if kind == 'hang':
            await asyncio.sleep(self.o.hang)
            return False
        if kind == 'reset-early':
            writer.transport.abort()
            return False
        call = self.binance if self.o.dialect.startswith('binance') else self.bybit if self.o.dialect == 'bybit' else self.okx
        status, headers, text = call(parts.path, q)
        body = text.encode()
        if kind == 'empty':
            body = {'okx': b'{"code":"0","msg":"","data":[]}', 'bybit': b'{"retCode":0,"result":{"list":[]},"time":1}'}.get(self.o.dialect, b'[]')
        if kind == 'half':
            return await self.send(writer, status, headers, body[:len(body) // 2], False)
        if kind == 'cut':  # the length of the whole, half of the bytes, and an orderly end
            writer.write(self.head(status, headers | {'Content-Length': str(len(body))}) + body[:len(body) // 2])
            await writer.drain()
            return False
        if kind == 'reset':
            writer.write(self.head(status, headers | {'Content-Length': str(len(body))}) + body[:len(body) // 2])
            await writer.drain()
            writer.transport.abort()
            return False
        if kind == 'short':  # a length that is too small
            writer.write(self.head(status, headers | {'Content-Length': str(max(1, len(body) - 7))}) + body)
            await writer.drain()
            return False
        if kind == 'slow':
            writer.write(self.head(status, headers | {'Content-Length': str(len(body))}))
            for i in range(0, min(len(body), 40)):
                writer.write(body[i:i + 1])
                await writer.drain()
                await asyncio.sleep(self.o.slow / 1000)
            writer.write(body[40:])
            await writer.drain()
            return True
        zipped = kind == 'gzip' or (self.o.gzip and 'gzip' in head)
        return await self.send(writer, status, headers, body, zipped)

    @staticmethod
    def head(status, headers):
        lines = [f'HTTP/1.1 {status} X'] + [f'{k}: {v}' for k, v in headers.items()]
        return ('\r\n'.join(lines) + '\r\n\r\n').encode()

    async def send(self, writer, status, headers, body, zipped):
        if zipped:
            body = gzip.compress(body, 1)
            headers = headers | {'Content-Encoding': 'gzip'}
        writer.write(self.head(status, headers | {'Content-Type': 'application/json', 'Content-Length': str(len(body)), 'Connection': 'keep-alive'}) + body)
        await writer.drain()
        return True


async def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--dialect', choices=['binance', 'binance-usdm', 'bybit', 'okx'], default='binance')
    p.add_argument('--now', type=int, default=1_719_792_000_000 + 40 * MINUTE, help='epoch milliseconds; 0 is the real time')
    p.add_argument('--speed', type=float, default=0.0)
    p.add_argument('--begin', type=int, default=1_577_836_800_000, help='first candle of all markets')
    p.add_argument('--listed', type=int, default=1_718_000_000_000, help='when NEAR and C00 opened')
    p.add_argument('--delisted', type=int, default=0, help='when XLM stopped')
    p.add_argument('--symbols', type=int, default=60)
    p.add_argument('--latency', type=float, default=0, help='milliseconds')
    p.add_argument('--page', type=int, default=1000, help='Bybit: instruments on one page')
    p.add_argument('--weight', type=int, default=0, help='allowance of a window; 0 is the venue\'s own')
    p.add_argument('--outage', action='append', default=[], help='FROM-TO in milliseconds: no candles open in it')
    p.add_argument('--fault', action='append', default=[])
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--hang', type=float, default=60, help='seconds')
    p.add_argument('--slow', type=float, default=50, help='milliseconds between the first 40 bytes')
    p.add_argument('--gzip', action='store_true')
    options = p.parse_args()
    if options.now == 0:
        options.now, options.speed = int(time.time() * 1000), options.speed or 1.0
    venue = Venue(options)
    server = await asyncio.start_server(venue.serve, '127.0.0.1', 0, limit=1 << 16, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: sys.exit(0) if not sys.stdin.buffer.raw.read(1) else None)
    await server.serve_forever()

try:
    asyncio.run(main())
except (KeyboardInterrupt, SystemExit):
    pass
