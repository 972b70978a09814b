"""The questions that the benches ask. Each case gives rows: (group, what, unit, samples)."""
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from harness import Absent, Server, drive, drive_wrk, pinned, CLIENT_CORE

CLIENTS = ['floor', 'sallyport', 'sallyport with a responder', 'plain Beast', 'libcurl multi', 'Go net/http', 'Node undici']
SERVERS = ['floor', 'sallyport', 'nginx', 'go', 'node']
TWO_SHARDS = 'sallyport, two shards'  # Half of the requests are moved to the other one.


class Rows:
    """Gathers samples; the rounds of one group are interleaved, so that a slow minute strikes all alike."""

    def __init__(self):
        self.rows = {}

    def add(self, group, what, unit, value):
        self.rows.setdefault((group, what, unit), []).append(value)

    def absent(self, group, what, unit):
        self.rows.setdefault((group, what, unit), [])


def micro(bench, rows, rounds):
    for program in ('engine_step', 'alarm', 'codec'):
        options = ['--benchmark_format=json', f'--benchmark_repetitions={rounds}']
        if bench.quick:
            options.append('--benchmark_min_time=0.02')
        run = subprocess.run([bench.bin / f'bench_{program}', *options], preexec_fn=pinned(CLIENT_CORE),
                             capture_output=True, text=True, check=True)
        for result in json.loads(run.stdout)['benchmarks']:
            if result['run_type'] != 'iteration' or 'error_occurred' in result:
                continue
            name = result['run_name'].removesuffix('/iterations:1')
            if 'worst_ns' in result:
                rows.add('micro', name, 'ms', result['worst_ns'] / 1e6)
            elif 'items_per_second' in result:
                rows.add('micro', name, 'ns', 1e9 / result['items_per_second'])
            else:
                rows.add('micro', name, 'ns', result['cpu_time'])


def claimant(bench, rows, rounds, connections):
    group = f'claimant, {connections} connections'
    logins, warm_up = (2000, max(1000, 2 * connections)) if bench.quick else (5000, 3000)
    with Server(bench, 'floor', ['--tireless', '1']) as server:
        for _ in range(rounds):
            for name in CLIENTS:
                try:
                    command = bench.client_command(name, server.port, connections, logins, warm_up)
                except Absent:
                    rows.absent(group, name, 'µs CPU a round trip')
                    continue
                done = drive(command)[0][-1]
                rows.add(group, name, 'µs CPU a round trip', done['cpu_us'] / done['units'])
                if 'allocations' in done:
                    rows.add('allocations', f'{name}, {connections} connections', 'a round trip',
                             done['allocations'] / done['units'])
            if connections < 1000:
                try:
                    rows.add(group, 'wrk', 'µs CPU a round trip', drive_wrk(bench, server.port, connections))
                except Absent:
                    rows.absent(group, 'wrk', 'µs CPU a round trip')


def verifier(bench, rows, rounds, connections=64):
    group = f'verifier, {connections} connections'
    logins, warm_up = (2000, 500) if bench.quick else (5000, 3000)
    for _ in range(rounds):
        for name in [*SERVERS, TWO_SHARDS]:
            extra = ['--tireless', '1'] + (['--constant', '1'] if name == 'nginx' else [])
            try:
                shards = ['--shards', '2'] if name == TWO_SHARDS else []
                with Server(bench, 'sallyport' if shards else name, shards) as server:
                    command = bench.client_command('floor', server.port, connections, logins, warm_up, extra)
                    lines, during = drive(command, server)
                    rows.add(group, name, 'µs CPU a request', during[0] / lines[-1]['units'])
            except Absent:
                rows.absent(group, name, 'µs CPU a request')


def login(bench, rows, rounds):
    logins, warm_up = (2000, 200) if bench.quick else (5000, 500)
    for _ in range(rounds):
        with Server(bench, 'sallyport') as server:
            lines, during = drive(bench.client_command('sallyport', server.port, 64, logins, warm_up), server)
            rows.add('whole login, three doors', 'claimant', 'µs CPU a login', lines[-1]['cpu_us'] / logins)
            rows.add('whole login, three doors', 'verifier', 'µs CPU a login', during[0] / logins)
            rows.add('whole login, three doors', 'through a core each', 'logins a second', logins / lines[-1]['wall_us'] * 1e6)


def handshake(bench, rows, rounds):
    count = 100 if bench.quick else 500
    for _ in range(rounds):
        with Server(bench, 'sallyport') as server:
            for resume, name in ((0, 'full'), (1, 'resumed')):
                lines, during = drive(bench.handshake_command(server.port, count, ['--resume', str(resume)]), server)
                rows.add('TLS handshake', f'{name}, client', 'µs CPU', lines[-1]['cpu_us'] / count)
                rows.add('TLS handshake', f'{name}, verifier', 'µs CPU', during[0] / count)


def memory(bench, rows, rounds):
    count = 20_000 if bench.quick else 1_000_000
    with Server(bench, 'floor') as server:
        command = bench.client_command('sallyport', server.port, 64, 10, 0, ['--live', str(count)])
        rows.add('memory', 'parked login, claimant', 'B resident', drive(command)[0][0]['bytes'])
    # The table has its slots from the start, so what counts is the difference to a server with hardly any.
    with Server(bench, 'sallyport', ['--sessions', '1']) as server:
        empty = server.resident_bytes()
    with Server(bench, 'sallyport', ['--sessions', str(count + 10)]) as server:
        command = bench.client_command('floor', server.port, 64, count, 0, ['--doors', '1'])
        drive(command)
        rows.add('memory', 'session that waits, verifier', 'B resident', (server.resident_bytes() - empty) / count)
    each, at_once = 'idle connection, server', 'idle connection, server, of 1,000 that came at once'
    for name in (each, at_once):
        with Server(bench, 'sallyport') as server:
            drive(bench.handshake_command(server.port, 20, []))  # The code that a first handshake brings into memory is no connection's.
            before = server.resident_bytes()
            held = []

            def rest():
                time.sleep(1)  # A connection gives its buffers back when it has rested for half a second.
                server.process.send_signal(signal.SIGUSR1)
                time.sleep(0.2)
                held.append((server.resident_bytes() - before) / 1000)
            one_by_one = bench.handshake_command(server.port, 1000, ['--keep', '1'])
            herd = bench.client_command('sallyport', server.port, 1000, 3000, 0, ['--hold', '1'])
            lines = drive(one_by_one if name == each else herd, server, rest)[0]
            rows.add('memory', name, 'KiB resident', held[0] / 1024)
    rows.add('memory', 'idle connection, client', 'KiB resident', lines[-1]['bytes'] / 1024)


def growth(bench, rows, rounds):
    sizes = (100, 1000, 10_000) if bench.quick else (100, 10_000, 100_000)
    logins, warm_up = (1000, 1000) if bench.quick else (6000, 20_000)  # Until what was parked last is folded.
    with Server(bench, 'floor', ['--tireless', '1']) as server:
        for _ in range(rounds):
            for live in sizes:
                command = bench.client_command('sallyport', server.port, 64, logins, warm_up, ['--live', str(live)])
                done = drive(command)[0][-1]
                rows.add('growth', f'{live:,} live logins', 'µs CPU a round trip', done['cpu_us'] / done['units'])


def lateness(bench, rows, rounds):
    sessions, spans = (100_000, (1000, 100)) if bench.quick else (1_000_000, (10_000, 1000))
    for span, name in zip(spans, ('spread', 'storm')):
        command = [bench.bin / 'bench_lateness', '--sessions', str(sessions), '--span', str(span)]
        run = subprocess.run(command, preexec_fn=pinned(CLIENT_CORE), capture_output=True, text=True, check=True)
        said = json.loads(run.stdout)
        group = f'lateness, {sessions:,} alarms in {span / 1000:g} s under load'
        for key in ('p50', 'p99', 'max', 'worst_tick'):
            rows.add(group, f'{name}, {key.replace("_", " ")}', 'ms', said[f'{key}_us'] / 1e3)
        for key in ('lost', 'early'):
            rows.add(group, f'{name}, {key}', 'alarms', said[key])


def start_up(bench, rows, rounds):
    program = str(bench.bin / 'sallyport')
    for _ in range(5 * rounds):
        begun = time.monotonic()
        started = subprocess.Popen([program, '--version'], stdout=subprocess.DEVNULL)
        usage = os.wait4(started.pid, 0)[2]
        started.returncode = 0
        rows.add('start-up', 'sallyport --version', 'ms', (time.monotonic() - begun) * 1e3)
        rows.add('start-up', 'sallyport --version, CPU', 'ms', (usage.ru_utime + usage.ru_stime) * 1e3)
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as directory:
            port_file = Path(directory) / 'port'
            begun = time.monotonic()
            served = subprocess.Popen([program, 'serve', '--self-signed', '--port', '0', '--port-file', port_file],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory)
            while not port_file.exists() and served.poll() is None and time.monotonic() - begun < 10:
                time.sleep(0.001)
            rows.add('start-up', 'sallyport serve, until it listens', 'ms', (time.monotonic() - begun) * 1e3)
            served.terminate()
            served.wait()


CASES = {
    'micro': micro,
    'claimant-64': lambda bench, rows, rounds: claimant(bench, rows, rounds, 64),
    'claimant-1000': lambda bench, rows, rounds: claimant(bench, rows, rounds, 1000),
    'verifier': verifier,
    'login': login,
    'handshake': handshake,
    'memory': memory,
    'growth': growth,
    'lateness': lateness,
    'start-up': start_up,
}
