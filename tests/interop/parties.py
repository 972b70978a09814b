"""Programs that this project did not write, each started as it is installed or as near to that as it can be: servers,
reverse proxies and HTTP proxies, on free ports of this machine. And `sallyport serve`, which stands behind some of them.

Whatever a `Party` started is gone when it ends. One that the system does not have raises `Absent`.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
IDENTITY = {"SALLYPORT_CLIENT_ID": "interop-client", "SALLYPORT_CLIENT_SECRET": "interop-secret"}
SERVER_NAME = "sallyport.test"  # A name that no resolver knows.
PATIENCE = 60.0
NAMES_OF_LEAF = f"DNS:localhost,DNS:{SERVER_NAME},IP:127.0.0.1"
APACHE_MODULES = Path("/usr/lib/apache2/modules")


class Absent(Exception):
    """A program that this system does not have, or may not run so."""


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Absent(name)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {PATIENCE:.0f} s for {what}")
        time.sleep(0.05)


class Parties:
    """A folder with an authority and a certificate for this machine, and all that was started with them."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="sallyport-interop-"))
        self.directory.chmod(0o755)  # Some servers give their rights away before they read what is in it.
        self.children = []
        self.ca, self.certificate, self.key = (self.directory / name for name in ("ca.pem", "leaf.pem", "leaf.key"))
        self.make_certificate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            end(child)
        shutil.rmtree(self.directory, ignore_errors=True)

    def make_certificate(self):
        def openssl(*words):
            subprocess.run([program("openssl"), *words], cwd=self.directory, check=True, capture_output=True)

        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        (self.directory / "leaf.ext").write_text(
            f"subjectAltName={NAMES_OF_LEAF}\nbasicConstraints=critical,CA:FALSE\n"
            "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n")
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "1", "-subj", "/CN=interop ca",
                "-addext", "keyUsage=critical,keyCertSign")
        openssl("req", *key, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
        openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                "1", "-extfile", "leaf.ext", "-out", "leaf.pem")
        (self.directory / "both.pem").write_text(self.certificate.read_text() + self.key.read_text())
        self.key.chmod(0o600)

    def start(self, name, command, port=None, **options):
        """Starts a program in a folder of its own and waits until the port, where there is one, is listened at."""
        log = (self.directory / f"{name}.{len(self.children)}.log").open("wb")
        pipes = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
        child = subprocess.Popen([str(word) for word in command], start_new_session=True, cwd=self.directory, **pipes)
        self.children.append(child)

        def is_ready():
            if child.poll() is not None:
                raise RuntimeError(f"{name} ended: {Path(log.name).read_text(errors='replace')[-2000:]}")
            return port is None or answers(port)

        wait_for(is_ready, name)
        return child

    def sallyport(self, executable, *arguments):
        """The server of this project, with its sandbox. Gives its port."""
        port = free_port()
        self.start("sallyport", [executable, "serve", "--listen", f"127.0.0.1:{port}", "--cert", self.certificate,
                                 "--key", self.key, *arguments], port, env={**os.environ, **IDENTITY})
        return port

    def delaying_proxy(self, target, round_trip_ms):
        port = free_port()
        self.start("delay", [sys.executable, HERE / "delaying_proxy.py", port, target, round_trip_ms / 2], port)
        return port

    def node(self):
        """Stock Node, which is the API itself."""
        port = free_port()
        self.start("node", [program("node"), HERE / "scripted_api.mjs", port, self.certificate, self.key], port)
        return port

    def uvicorn(self):
        """Stock uvicorn with an ASGI application that is the API."""
        python = next((python for python in (sys.executable, "/usr/bin/python3") if has_module(python, "uvicorn")), None)
        if not python:
            raise Absent("uvicorn")
        port = free_port()
        self.start("uvicorn", [python, "-m", "uvicorn", "--port", port, "--ssl-keyfile", self.key, "--ssl-certfile",
                               self.certificate, "--log-level", "warning", "--app-dir", HERE, "scripted_asgi:app"],
                   port, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        return port

    def apache(self, target):
        """Apache before the server. Keep-alive and its number of workers are those that are built in."""
        port, home = free_port(), self.directory / "apache"
        home.mkdir(exist_ok=True)
        modules = ("mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http")
        lines = [f"ServerRoot {home}", "ServerName localhost", f"Listen 127.0.0.1:{port}", f"PidFile {home}/pid",
                 f"ErrorLog {home}/error", "LogLevel warn mpm_event:trace1", f"Mutex file:{home}",
                 *(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so" for name in modules),
                 "SSLEngine on", f"SSLCertificateFile {self.certificate}", f"SSLCertificateKeyFile {self.key}",
                 "SSLProxyEngine on", "SSLProxyVerify require", f"SSLProxyCACertificateFile {self.ca}",
                 f"ProxyPass / https://localhost:{target}/"]
        (home / "conf").write_text("\n".join(lines) + "\n")
        self.start("apache", [program("apache2"), "-f", home / "conf", "-DFOREGROUND"], port)
        return port

    def connections_that_apache_ended(self):
        """How many that rested Apache has ended before their time, because it had no worker left."""
        log = self.directory / "apache" / "error"
        said = log.read_text(errors="replace") if log.exists() else ""
        return sum(int(count) for count in re.findall(r"will shutdown (\d+) keep-alive connections", said))

    def nginx(self, target):
        """nginx before the server, as Debian configures it. It speaks HTTP/1.0 to what is behind it."""
        port, home = free_port(), self.directory / "nginx"
        home.mkdir(exist_ok=True)
        paths = "\n".join(f"  {name}_temp_path {home}/{name};" for name in
                          ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (home / "conf").write_text(f"""daemon off;
worker_processes auto;
pid {home}/pid;
error_log {home}/error;
events {{ worker_connections 768; }}
http {{
{paths}
  sendfile on;
  tcp_nopush on;
  gzip on;
  access_log off;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {self.certificate};
    ssl_certificate_key {self.key};
    location / {{
      proxy_pass https://localhost:{target};
      proxy_ssl_trusted_certificate {self.ca};
      proxy_ssl_verify on;
    }}
  }}
}}
""")
        self.start("nginx", [program("nginx"), "-c", home / "conf"], port)
        return port

    def haproxy(self, target, passes_tls=False):
        """HAProxy before the server, with the time-outs of Debian: it ends TLS, or passes it with a PROXY header."""
        port, home = free_port(), self.directory / f"haproxy-{passes_tls}"
        home.mkdir(exist_ok=True)
        bind = "" if passes_tls else f" ssl crt {self.directory}/both.pem"
        behind = " send-proxy-v2" if passes_tls else f" ssl verify required verifyhost localhost ca-file {self.ca}"
        (home / "conf").write_text(f"""defaults
  mode {'tcp' if passes_tls else 'http'}
  timeout connect 5000
  timeout client 50000
  timeout server 50000
listen front
  bind 127.0.0.1:{port}{bind}
  server back 127.0.0.1:{target}{behind}
""")
        self.start("haproxy", [program("haproxy"), "-f", home / "conf"], port)
        return port

    def tinyproxy(self):
        """An HTTP proxy as Debian configures it, but for its port, its user and its log."""
        port, home = free_port(), self.directory / "tinyproxy"
        home.mkdir(exist_ok=True)
        (home / "conf").write_text(f"Port {port}\nListen 127.0.0.1\nTimeout 600\nMaxClients 100\nAllow 127.0.0.1\n"
                                   f'LogLevel Warning\nViaProxyName "tinyproxy"\n')
        self.start("tinyproxy", [program("tinyproxy"), "-d", "-c", home / "conf"], port)
        return port

    def squid(self, target):
        """An HTTP proxy as Debian configures it, but that CONNECT may lead to the server's port besides 443."""
        port, home = free_port(), self.directory / "squid"
        home.mkdir(exist_ok=True)
        home.chmod(0o777)  # It runs as a user of its own.
        (home / "conf").write_text(f"""acl SSL_ports port 443
acl SSL_ports port {target}
http_access deny CONNECT !SSL_ports
http_access allow localhost
http_access deny all
http_port 127.0.0.1:{port}
pid_filename none
cache_log {home}/log
access_log none
cache_store_log none
coredump_dir {home}
shutdown_lifetime 0 seconds
""")
        self.start("squid", [program("squid"), "-N", "-f", home / "conf"], port)
        return port


def end(child):
    """Ends a program and whatever it has started; Apache and nginx have children."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, how)
            child.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def has_module(python, module):
    return shutil.which(python) and subprocess.run([python, "-c", f"import {module}"], capture_output=True,
                                                   check=False).returncode == 0


def columns(lines):
    """Lines of cells as Markdown."""
    lines = [[str(cell) for cell in line] for line in lines]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
