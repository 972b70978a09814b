"""Starts servers and clients, each on a core of its own, and says what CPU time they took."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / 'bench/peers'
CORES = sorted(os.sched_getaffinity(0))
CLIENT_CORE, SERVER_CORE = CORES[0], CORES[-1]


class Absent(Exception):
    """A peer that this system does not have."""


class Bench:
    def __init__(self, build, quick):
        self.bin = build / 'bin'
        self.directory = build / 'bench'
        self.quick = quick
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        subprocess.run([self.bin / 'bench_identity', self.directory], check=True)
        self.build_go()

    def build_go(self):
        if not shutil.which('go'):
            return
        for name in ('client', 'server'):
            command = ['go', 'build', '-o', self.directory / f'go_{name}', PEERS / f'go/{name}.go']
            subprocess.run(command, env={**os.environ, 'GO111MODULE': 'off'}, check=True)

    def server_command(self, name, port, extra=()):
        at = ['--port', str(port), '--certificate', self.directory / 'certificate.pem', '--key', self.directory / 'key.pem']
        commands = {
            'floor': [self.bin / 'peer_floor_server', *at, *extra],
            'sallyport': [self.bin / 'bench_verifier', *at, *extra],
            'go': [self.directory / 'go_server', *at],
            'node': ['node', PEERS / 'node/server.mjs', *at],
            'nginx': ['nginx', '-c', self.directory / 'nginx.conf'],
        }
        if name == 'nginx':
            self.write_nginx_conf(port)
        return found(commands[name])

    def client_command(self, name, port, connections, logins, warm_up, extra=()):
        at = ['--port', str(port), '--ca', self.directory / 'ca.pem', '--connections', str(connections), '--logins',
              str(logins), '--warm-up', str(warm_up), *extra]
        commands = {
            'floor': [self.bin / 'peer_floor_client', *at],
            'sallyport': [self.bin / 'bench_claimant', *at],
            'sallyport with a responder': [self.bin / 'bench_claimant', *at, '--how', 'login'],
            'plain Beast': [self.bin / 'peer_beast_client', *at],
            'libcurl multi': [self.bin / 'peer_curl_client', *at],
            'Go net/http': [self.directory / 'go_client', *at],
            'Node undici': ['node', PEERS / 'node/client.mjs', *at],
        }
        if name == 'Node undici' and not (PEERS / 'node/node_modules/undici').exists():
            raise Absent(name)
        return found(commands[name])

    def handshake_command(self, port, count, extra):
        at = ['--port', str(port), '--ca', self.directory / 'ca.pem', '--count', str(count), *extra]
        return found([self.bin / 'bench_handshake', *at])

    def write_nginx_conf(self, port):
        header = (ROOT / 'bench/dialogue.hpp').read_text()
        first = header.split('replies = {')[1].split(')",\n')[0]
        reply = ''.join(part.split(')"')[0] for part in (first + ')"').split('R"(')[1:])
        conf = (PEERS / 'nginx.conf.in').read_text().replace('@DIRECTORY@', str(self.directory))
        (self.directory / 'nginx.conf').write_text(conf.replace('@PORT@', str(port)).replace('@REPLY@', reply))


def found(command):
    program = shutil.which(str(command[0]), path=os.environ.get('PATH', '') + ':/usr/sbin')
    if not program:
        raise Absent(str(command[0]))
    return [program, *(str(word) for word in command[1:])]


def pinned(core):
    return lambda: os.sched_setaffinity(0, {core})


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Server:
    """A server process and its children; `cpu_us` is what all of them took so far."""

    def __init__(self, bench, name, extra=()):
        self.port = free_port()
        begun = time.monotonic()
        self.process = subprocess.Popen(bench.server_command(name, self.port, extra), preexec_fn=pinned(SERVER_CORE),
                                        stderr=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() - begun > 20:
                    raise RuntimeError(f'{name} does not listen') from None
                time.sleep(0.005)
        self.ready_after_ms = (time.monotonic() - begun) * 1e3

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def processes(self):
        children = Path(f'/proc/{self.process.pid}/task/{self.process.pid}/children').read_text().split()
        return [str(self.process.pid), *children]

    def cpu_us(self):
        total = 0
        for process in self.processes():
            for task in Path(f'/proc/{process}/task').iterdir():
                total += int((task / 'schedstat').read_text().split()[0])
        return total / 1e3

    def resident_bytes(self):
        return sum(int(Path(f'/proc/{p}/statm').read_text().split()[1]) * 4096 for p in self.processes())


def drive(command, server=None, at_hold=None):
    """Runs a client to its end. Gives its lines, and what the server took while the client measured."""
    client = subprocess.Popen(command, preexec_fn=pinned(CLIENT_CORE), stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    lines, before, during = [], None, None
    for line in client.stdout:
        if line.startswith('begin'):
            before = server and (server.cpu_us(), server.resident_bytes())
        elif line.startswith('{'):
            lines.append(json.loads(line))
            if 'units' in lines[-1] and before:
                during = (server.cpu_us() - before[0], server.resident_bytes() - before[1])
            if 'connections' in lines[-1] and at_hold:
                at_hold()
                client.stdin.close()
    if client.wait() != 0:
        raise RuntimeError(f'{Path(command[0]).name} failed')
    return lines, during


def drive_wrk(bench, port, connections):
    """wrk prints no figure of its own CPU time, so the kernel's is taken, start-up and handshakes included."""
    seconds = 1 if bench.quick else 3
    command = found(['wrk', '-t1', f'-c{connections}', f'-d{seconds}', '-s', PEERS / 'wrk.lua', f'https://127.0.0.1:{port}/'])
    client = subprocess.Popen(command, preexec_fn=pinned(CLIENT_CORE), stdout=subprocess.PIPE, text=True)
    said = json.loads(client.stdout.read().splitlines()[-1])
    usage = os.wait4(client.pid, 0)[2]
    client.returncode = 0
    if said['failed'] or not said['units']:
        raise RuntimeError('wrk failed')
    return (usage.ru_utime + usage.ru_stime) * 1e6 / said['units']


def machine():
    info = Path('/proc/cpuinfo').read_text()
    model = next((line.split(':')[1].strip() for line in info.splitlines() if line.startswith('model name')), 'unknown')
    first = lambda command: subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[:1] if shutil.which(command[0]) else []
    return {
        'cpu': model, 'cores': len(CORES), 'kernel': os.uname().release,
        'memory_gib': round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30),
        'compiler': ''.join(first(['g++', '--version'])), 'openssl': ''.join(first(['openssl', 'version'])),
        'go': ''.join(first(['go', 'version'])), 'node': ''.join(first(['node', '--version'])),
        'load_before': os.getloadavg()[0],
    }
