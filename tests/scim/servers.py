"""SCIM servers that nobody here wrote, installed at test time into a folder of the build, and nginx.

    server = Scimmy(express="4.22.3", users=[...], groups=[...])   # server.url, .token
    server.stop()

They come from the npm registry and the Python package index. When that cannot be reached the tests
of a server are left out, and main() ends with 77, which ctest shows as skipped, unless others failed;
whatever else goes wrong is a failure. nodejs, npm, nginx and pip are Debian's (tests/install.sh
test); better-auth needs a newer node and brings its own.
"""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = pathlib.Path(os.environ.get("SCIM_SERVERS") or tempfile.mkdtemp(prefix="scim-servers."))
TOKEN = "t0ken-for-tests"
SKIPPED = 77
AWAY = set()  # registries that could not be reached: not asked again
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy leads to this machine


def npm(folder, *words, timeout=600):
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    return subprocess.run(["npm", *words], cwd=folder, capture_output=True, text=True, timeout=timeout,
                          env=environment)


def reachable(folder, package):
    """Asked first, and once: an installation would try for many minutes."""
    try:
        return npm(folder, "view", package, "version", "--fetch-retries=0", "--fetch-timeout=20000",
                   timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def skip(name, registry):
    AWAY.add(registry)
    raise unittest.SkipTest(f"{registry} cannot be reached, and {name} comes from there")


def main():
    result = unittest.main(verbosity=2, exit=False).result
    sys.exit(not result.wasSuccessful() or (SKIPPED if result.skipped else 0))


def away(said):
    """Whether an installation failed for the network or the registry, which is no fault of ours."""
    return re.search(r"code (E\d{3}|ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|EPIPE|"
                     r"ERR_SOCKET_TIMEOUT)\b|ConnectionError|NewConnectionError|ReadTimeoutError|ProtocolError|"
                     r"HTTP error \d{3}|No matching distribution found", said)


def installed_once(name, packages, fill):
    """The folder of this name; fill(folder) puts the packages there, once for each build folder."""
    folder = FOLDER / name
    mark = folder / "installed"
    if mark.exists() and mark.read_text() == json.dumps(packages):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fill(folder)
    mark.write_text(json.dumps(packages))
    return folder


def install(name, packages, *options):
    """The folder with these packages (name -> version) of the npm registry."""
    def fill(folder):
        (folder / "package.json").write_text(json.dumps(
            {"name": "scim-tests", "private": True, "type": "module", "dependencies": packages}))
        if "the npm registry" in AWAY or not reachable(folder, next(iter(packages))):
            skip(name, "the npm registry")
        try:
            done = npm(folder, "install", "--no-audit", "--no-fund", *options)
        except subprocess.TimeoutExpired:
            skip(name, "the npm registry")
        if done.returncode and away(done.stderr):
            skip(name, "the npm registry")
        if done.returncode:
            raise RuntimeError(f"npm install {packages}: {done.stderr}")

    for program in ("node", "npm"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed: tests/install.sh test")
    return installed_once(name, packages, fill)


def pip_install(name, *packages):
    """The folder with these packages of the Python index, and what they need."""
    def pip(*words):
        return subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words],
                              capture_output=True, text=True, timeout=600)

    def fill(folder):
        if pip("download", "--no-deps", "--retries", "0", "--timeout", "20", "--dest", str(folder / "first"),
               packages[0]).returncode:
            skip(name, "the Python package index")
        done = pip("install", "--target", str(folder), *packages)
        if done.returncode and away(done.stderr):
            skip(name, "the Python package index")
        if done.returncode:
            raise RuntimeError(f"pip install {packages}: {done.stderr}")

    if pip("--version").returncode:
        sys.exit("pip is not installed: tests/install.sh test")
    return installed_once(name, packages, fill)


class Server:
    """A process that prints its port, and then whatever it likes."""

    token = TOKEN

    def begin(self, command, folder, base, **environment):
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, env={**os.environ, "TOKEN": TOKEN, **environment})
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("port "):
                self.port = int(line.split()[1])
                break
        else:
            raise RuntimeError("".join(said))
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.port}{base}"

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode() if body is not None else None, method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"})
        with DIRECTLY.open(request, timeout=600) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def stop(self):
        self.process.terminate()
        self.process.wait(600)
        self.process.stdout.close()


class Scimmy(Server):
    def __init__(self, express, users, groups):
        folder = install(f"scimmy-express-{express}", {"scimmy": "1.3.5", "scimmy-routers": "1.3.2",
                                                       "express": express})
        shutil.copy(HERE / "servers" / "scimmy.mjs", folder)
        self.seed = tempfile.NamedTemporaryFile("w", prefix="scim-seed.", suffix=".json")
        json.dump({"users": users, "groups": groups}, self.seed)
        self.seed.flush()
        self.begin(["node", "scimmy.mjs"], folder, "/scim/v2", SEED=self.seed.name)

    def stop(self):
        super().stop()
        self.seed.close()


class BetterAuth(Server):
    def __init__(self, limit=False):
        folder = install("better-auth", {"better-auth": "1.7.25", "@better-auth/scim": "1.7.5", "node": "22.23.3"},
                         "--legacy-peer-deps")
        shutil.copy(HERE / "servers" / "better-auth.mjs", folder)
        self.begin(["node_modules/node/bin/node", "--no-warnings", "better-auth.mjs"], folder,
                   "/api/auth/scim/v2", LIMIT="1" if limit else "0")

    def user(self, **user):
        return self.call("POST", "/Users", {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], **user})["id"]

    def group(self, name, *ids):
        """No more than a hundred members in one call."""
        group = self.call("POST", "/Groups", {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name})["id"]
        for i in range(0, len(ids), 100):
            self.call("PATCH", f"/Groups/{group}", {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
                    {"op": "add", "path": "members", "value": [{"value": one} for one in ids[i:i + 100]]}]})
        return group


class Scim2(Server):
    """scim2-server of the python-scim organisation: pages of fifty at most, all in memory.

    With these models it says that it sorts, and answers 500 when asked to.
    """

    def __init__(self):
        folder = pip_install("scim2-server", "scim2-server==0.1.7", "scim2-models==0.6.12")
        self.begin([sys.executable, HERE / "servers" / "scim2.py"], folder, "/v2", PYTHONPATH=str(folder))

    def user(self, **user):
        return self.call("POST", "/Users", {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], **user})["id"]

    def group(self, name, *members):
        """members: (id, "User" or "Group")."""
        return self.call("POST", "/Groups", {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name,
            "members": [{"value": one, "type": kind, "$ref": f"{self.url}/{kind}s/{one}"}
                        for one, kind in members]})["id"]


class Nginx:
    """In front of another server: TLS with a client certificate and gzip, a rate limit, a redirect."""

    token = TOKEN
    config = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
    proxy_max_temp_file_size 0; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    limit_req_zone $server_name zone=slow:1m rate=2r/s;
    gzip on; gzip_types application/scim+json application/json; gzip_min_length 200; gzip_proxied any;
    server {{
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {pki}/server.pem; ssl_certificate_key {pki}/server.key;
        ssl_client_certificate {pki}/ca.pem; ssl_verify_client on;
        location / {{ proxy_pass {behind}; }}
    }}
    server {{
        listen 127.0.0.1:{slow};
        location / {{ limit_req zone=slow burst=1 nodelay; limit_req_status 429; error_page 429 = @slow;
                      proxy_pass {behind}; }}
        location @slow {{ default_type text/html; add_header Retry-After 1 always; return 429 "<html>slow</html>"; }}
    }}
    server {{ listen 127.0.0.1:{moved}; location / {{ return 308 {behind}$request_uri; }} }}
}}
"""

    def __init__(self, behind, pki):
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        if not os.path.exists(program):
            sys.exit("nginx is not installed: tests/install.sh test")
        for _ in range(8):  # a port may be lost to somebody else
            if self.started(program, behind, pki):
                return
        raise RuntimeError((pathlib.Path(self.folder) / "errors").read_text())

    def started(self, program, behind, pki):
        self.folder = tempfile.mkdtemp(prefix="scim-nginx.")
        # outside what connect() takes for itself
        self.ports = dict(zip(("tls", "slow", "moved"), random.sample(range(20000, 32768), 3)))
        (pathlib.Path(self.folder) / "conf").write_text(self.config.format(
            folder=self.folder, pki=pki, behind=behind.url.partition("/scim")[0], **self.ports))
        self.process = subprocess.Popen([program, "-p", self.folder, "-c", f"{self.folder}/conf"],
                                        stderr=subprocess.DEVNULL)
        while not os.path.exists(f"{self.folder}/pid"):
            if self.process.poll() is not None:
                return False
            time.sleep(0.02)
        return True

    def url(self, which):
        return f"{'https' if which == 'tls' else 'http'}://127.0.0.1:{self.ports[which]}/scim/v2"

    def stop(self):
        self.process.terminate()
        self.process.wait(600)
        shutil.rmtree(self.folder, ignore_errors=True)
