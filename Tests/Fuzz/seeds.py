#!/usr/bin/env python3
"""Writes the corpus that FuzzAnswers begins with: recorded answers of venues, and one of each thing that it reads. seeds.py FOLDER"""
import glob, os, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def seed(name, kind, choice, text):
    with open(os.path.join(folder, name), 'wb') as out:
        out.write(bytes([kind, choice]) + text[:3900])


venues = ['binance', 'binance-usdm', 'bybit', 'okx']
for path in glob.glob(os.path.join(ROOT, 'Fixtures/responses/*/*.json')):
    text, venue = open(path, 'rb').read(), path.split('/')[-2]
    name = f'{venue}-{os.path.basename(path)}'
    for choice in (0, 5):
        seed(f'{name}-{choice}', venues.index(venue), choice, text)
    seed(f'answer-{name}', 4, 0, b'HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nX-MBX-USED-WEIGHT-1M: 1200\r\n\r\n' + text)
for number, text in enumerate([
        b'{"ok":true,"result":{"message_id":7}}', b'{"ok":false,"error_code":429,"description":"slow","parameters":{"retry_after":3}}',
        b'{"ok":false,"error_code":400,"description":"moved","parameters":{"migrate_to_chat_id":-1001}}',
        b'{"message":"slow","code":0,"retry_after":0.5}', b'{"id":"1","error":"x"}']):
    for choice in range(5):
        seed(f'messenger-{number}-{choice}', 5, choice, text)
seed('ledger', 6, 0, b'ban 1719792100000 why\noffset -250\nlimit weight 6000 60.0\npause weight 1719792005000\nspent weight 20 1719792030000 12-3\n')
seed('pace', 7, 1, b'1719792005000\n1719792000000\n1719791990000\n')
seed('journal', 7, 0, b'{"type":"letter","key":"k","time":1719792000000,"kind":"signal","priority":"high","expires":1719793000000,"parts":'
     b'[{"text":"a","photos":[{"path":"/x.png","caption":"c"}]}],"at":1719792000000}\n{"type":"trying","key":"k","at":1719792000001}\n'
     b'{"type":"done","key":"k","outcome":"sent","number":"7","attempts":1}\n')
for name in ('Fixtures/cases/ss-fetch/ndjson/candles.ndjson',):
    seed('candles', 8, 0, open(os.path.join(ROOT, name), 'rb').read())
seed('rows', 8, 0, b'2024-01-01T00:00:00Z,1.5,2,1,1.75,100\n1704070800000,1.75,2,1.5,1.9,50\n')
for path in glob.glob(os.path.join(ROOT, 'Fixtures/cases/ss-risk/*/*')):
    text = open(path, 'rb').read()
    if b'"cash"' in text:
        seed(f'account-{path.split("/")[-2]}', 9, 0, text)
