#!/usr/bin/env python3
"""Runs every golden case with executables that are built with sanitizers: the exit code and the standard output must be as recorded, and no process may
leave a report, whatever becomes of its standard error. Standard library only.

  sanitize.py EXECUTABLES

Prints each finding, and ends with 1 when there is any.
"""
import glob, os, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
CASES = os.path.join(ROOT, 'Fixtures/cases')
executables = os.path.abspath(sys.argv[1])


def content(folder, name):
    try:
        with open(os.path.join(folder, name), 'rb') as file:
            return file.read()
    except FileNotFoundError:
        return b''


def run(folder):
    with tempfile.TemporaryDirectory() as scratch:
        # Swift keeps its tables until the process ends, which is no leak. Undefined behaviour in C ends the process by a signal.
        sanitizers = {'ASAN_OPTIONS': f'detect_leaks=0:log_path={scratch}/report', 'UBSAN_OPTIONS': 'halt_on_error=1'}
        environment = sanitizers | {'PATH': f'{executables}:{ROOT}/pipelines:/usr/bin:/bin', 'HOME': scratch, 'TMPDIR': scratch, 'LC_ALL': 'C', 'TZ': 'UTC',
                                    'SWIFT_BACKTRACE': 'enable=no'}
        try:
            done = subprocess.run(['bash', '-o', 'pipefail', '-c', content(folder, 'cmd').decode()], cwd=folder, env=environment,
                                  input=content(folder, 'in.ndjson'), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        except subprocess.TimeoutExpired:
            return ['it did not end within 300 s']
        found = [content(scratch, name).decode('utf-8', 'replace')[:3000] for name in os.listdir(scratch) if name.startswith('report')]
        if done.returncode != int(content(folder, 'code')):
            found.append(f'the exit code is {done.returncode}: {done.stderr[-500:].decode("utf-8", "replace")}')
        if done.stdout != content(folder, 'out.ndjson'):
            found.append('the output is not as recorded')
        return found


folders = [folder for folder in sorted(glob.glob(f'{CASES}/ss-*/*')) if os.path.exists(f'{folder}/cmd')]
with ThreadPoolExecutor(2) as pool:
    results = list(pool.map(run, folders))
for folder, found in zip(folders, results):
    for finding in found:
        print(f'{os.path.relpath(folder, CASES)}: {finding}')
findings = sum(map(len, results))
print(f'{len(folders)} cases, {findings} findings')
sys.exit(1 if findings or not folders else 0)
