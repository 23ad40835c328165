#!/usr/bin/env python3
"""Runs golden cases again and again with one number or time of their input made hostile: beyond what an integer holds, not far from it, negative, tiny.
A refusal is fine; a signal, a trap or 70 is a finding. Standard library only.

  hostile_numbers.py EXECUTABLES [--runs N] [--seconds N] [--seed N] [--only TEXT]

Prints each finding as case, file, place and value, and ends with 1 when there is any.
"""
import argparse, os, random, re, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
options = argparse.ArgumentParser()
options.add_argument('executables')
options.add_argument('--runs', type=int, default=1000)
options.add_argument('--seconds', type=float, default=float('inf'))
options.add_argument('--seed', type=int, default=1)
options.add_argument('--only', default='')
options = options.parse_args()

NUMBER = re.compile(rb'(?<=[:\[,"=\s])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[,\]}"\s])')
TIME = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"')
NUMBERS = [b'0', b'-1', b'1e300', b'-1e300', b'1e308', b'1.7976931348623157e308', b'-1.7976931348623157e308', b'9223372036854775807',
           b'-9223372036854775808', b'9223372036854774784', b'1e19', b'4611686018427387904', b'1e15', b'100000000000000000', b'4294967296', b'2147483648',
           b'1e-300', b'5e-324', b'-0.0', b'0.5', b'1e9', b'18446744073709551616', b'999999999999999999', b'99999999999999']
TIMES = [b'"9999-12-31T23:59:59Z"', b'"0000-01-01T00:00:00Z"', b'"1969-12-31T23:59:59Z"', b'"5138-11-16T09:46:39Z"'] + NUMBERS
BAD = re.compile(rb'Illegal instruction|Fatal error|Segmentation fault|Aborted|Trace/breakpoint|Sanitizer|out of range|Killed')

cases = []
for stage in sorted(os.listdir(os.path.join(ROOT, 'Fixtures/cases'))):
    for case in sorted(os.listdir(os.path.join(ROOT, 'Fixtures/cases', stage))):
        folder = os.path.join(ROOT, 'Fixtures/cases', stage, case)
        code = os.path.join(folder, 'code')
        # A case that is about 70 ends with it.
        if os.path.exists(code) and open(code).read().strip() == '70':
            continue
        if options.only in f'{stage}/{case}' and os.path.exists(os.path.join(folder, 'cmd')):
            files = [name for name in sorted(os.listdir(folder)) if name not in ('cmd', 'code', 'err.txt') and not name.startswith('out')]
            if files:
                cases.append((f'{stage}/{case}', folder, files))

draw = random.Random(options.seed)
environment = {'PATH': f'{os.path.abspath(options.executables)}:{os.path.join(ROOT, "pipelines")}:/usr/bin:/bin', 'LC_ALL': 'C', 'SWIFT_BACKTRACE': 'enable=no'}
environment |= {name: value for name, value in os.environ.items() if name.endswith('SAN_OPTIONS')}
findings = 0
seen = {}
started = time.monotonic()
runs = 0
while runs < options.runs and time.monotonic() - started < options.seconds:
    runs += 1
    name, folder, files = draw.choice(cases)
    file = draw.choice(files)
    text = open(os.path.join(folder, file), 'rb').read()
    places = [m.span() for m in NUMBER.finditer(text)] + [m.span() for m in TIME.finditer(text)]
    if not places:
        continue
    for _ in range(draw.choice([1, 1, 1, 2, 4])):
        start, end = draw.choice(places)
        # Behind a change, places have moved.
        if (start, end) == (-1, -1):
            continue
        value = draw.choice(TIMES if text[start:start + 1] == b'"' else NUMBERS)
        before = text[max(0, start - 30):start]
        key = (before.rsplit(b'"', 2)[-2:-1] or [b''])[0].decode('utf-8', 'replace')
        if len(text) == os.path.getsize(os.path.join(folder, file)):
            text = text[:start] + value + text[end:]
            what = f'{key} = {value.decode()}'
    with tempfile.TemporaryDirectory() as scratch:
        for other in os.listdir(folder):
            source = os.path.join(folder, other)
            (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, os.path.join(scratch, other))
        with open(os.path.join(scratch, file), 'wb') as out:
            out.write(text)
        command = open(os.path.join(folder, 'cmd')).read()
        stdin = os.path.join(scratch, 'in.ndjson')
        with open(stdin if os.path.exists(stdin) else '/dev/null', 'rb') as given:
            try:
                done = subprocess.run(['bash', '-o', 'pipefail', '-c', command], cwd=scratch, env=environment | {'HOME': scratch, 'TMPDIR': scratch}, stdin=given,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
                code, said = done.returncode, done.stderr
            except subprocess.TimeoutExpired as late:
                code, said = 'timeout', late.stderr or b''
    if code == 'timeout' or code == 70 or code < 0 or code >= 128 or BAD.search(said):
        place = (name.split('/')[0], key, str(code))
        seen[place] = seen.get(place, 0) + 1
        if seen[place] == 1:
            line = text[:start].count(b'\n') + 1
            print(f'{name} {file}:{line}: {what}: {code} {said[-200:].decode("utf-8", "replace").strip()}', flush=True)
        findings += 1
print(f'{runs} runs, {findings} findings of {len(seen)} kinds')
sys.exit(1 if findings else 0)
