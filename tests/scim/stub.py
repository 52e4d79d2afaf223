"""A SCIM server whose faults are scripted, for what no real server here does.

    stub = Stub()                          # 127.0.0.1, a free port; stub.url
    stub.user("ada")                       # a user; attributes by keyword, None leaves one out
    stub.group("staff", "ada")             # a group with members by user name or group name
    stub.rule(lambda request: ...)         # may answer in place of the server: see Request
    stub.page_cap, stub.paging, ...        # how it behaves
    stub.requests                          # the paths that came, in order
    stub.stop()

Nothing of seatsync is in it: it is written from RFC 7643, 7644 and 9865.
"""

import base64
import gzip
import http.server
import json
import ssl
import threading
import urllib.parse

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class Answer:
    after = None  # a function that returns when it may be sent

    def __init__(self, status=200, body=b"", kind="application/scim+json", headers=()):
        self.status = status
        self.body = body if isinstance(body, bytes) else \
            body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.kind = kind
        self.headers = list(headers)


def error(status, detail, scim_type=None):
    body = {"schemas": [ERROR], "status": str(status), "detail": detail}
    return Answer(status, {**body, "scimType": scim_type} if scim_type else body)


class Request:
    """path: below the base, decoded; query: name -> value; nr: how many came before it to this path."""

    def __init__(self, path, raw, query, headers, nr):
        self.path, self.raw, self.query, self.headers, self.nr = path, raw, query, headers, nr

    searched = False  # the query came in the body of POST .search

    @property
    def start(self):
        return int(self.query.get("startIndex", 1))


class Stub:
    token = "t0ken-for-tests"

    def __init__(self, base="/scim/v2", tls=None):
        self.base = base
        self.users, self.groups = {}, {}
        self.rules, self.requests, self.tokens = [], [], []
        self.page_cap = 100
        self.paging = "index"          # index | cursor | both | none
        self.config = {}               # the ServiceProviderConfig; None: 404
        self.resources = "Resources"
        self.number = int              # str: totals as text
        self.kind = "application/scim+json"
        self.gzip = False
        self.total = lambda kind, nr: nr  # a server may say another number; None: none
        self.members_shown = "list"    # list | attributes | group | group_attributes | none
        self.user_groups = False
        self.user_filter = False
        self.member_filter = False
        self.sensitive = False         # filters in a URL are refused
        self.search = None             # POST .search: None 404 | list | creates | deaf (to the filter)
        self.searches = []             # what was sent there
        self.oauth = None              # (id, secret, "basic" or "post")
        self.life = 3600
        self.valid = {self.token}
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"stub": self})
        self.server = _Server(("127.0.0.1", 0), handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.origin = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.url = self.origin + base
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # ---- what is in it -------------------------------------------------------------

    def user(self, name, **attributes):
        mail = f"{name}@example.com"
        user = {"id": f"u-{name}", "userName": mail, "active": True,
                "name": {"givenName": name.title(), "familyName": "Test"},
                "emails": [{"value": mail, "type": "work", "primary": True}], **attributes}
        user = {key: value for key, value in user.items() if value is not None}
        self.users[user["id"]] = user
        return user["id"]

    def people(self, *names):
        for name in names:
            self.user(name)

    def group(self, name, *members, **attributes):
        self.groups[f"g-{name}"] = {"id": f"g-{name}", "displayName": name, "members": [
            {"value": f"u-{member}" if f"u-{member}" in self.users else
             f"g-{member}" if f"g-{member}" in self.groups else member} for member in members], **attributes}

    def rule(self, rule):
        """rule(request) -> None, or an Answer; a list of rules is asked in order."""
        self.rules.append(rule)

    # ---- what it answers -------------------------------------------------------------

    def answer(self, request):
        for rule in self.rules:
            answer = rule(request)
            if answer:
                return answer
        head, _, rest = request.path.lstrip("/").partition("/")
        if head == "ServiceProviderConfig":
            return Answer(200, self.config) if self.config is not None else error(404, "no such endpoint")
        if head in ("Users", "Groups"):
            store = self.users if head == "Users" else self.groups
            if not rest:
                return self.list(head, list(store.values()), request)
            if rest not in store:
                return error(404, f"resource {rest} not found")
            return Answer(200, self.shown(head, store[rest], request, one=True), self.kind)
        return error(404, "no such endpoint")

    def shown(self, head, resource, request, one):
        asked = "members" in request.query.get("attributes", "")
        if head == "Groups":
            show = {"list": True, "attributes": asked, "group": one, "group_attributes": one and asked,
                    "none": False}[self.members_shown]
            if request.query.get("excludedAttributes") == "members":
                show = False
            return {**resource, "members": resource["members"] if show else []}
        if self.user_groups:
            return {**resource, "groups": [{"value": g["id"], "display": g["displayName"], "type": "direct"}
                                           for g in self.groups.values()
                                           if any(m["value"] == resource["id"] for m in g["members"])]}
        return resource

    def filtered(self, head, resources, text):
        words = urllib.parse.unquote(text).replace('"', "").split()
        if head == "Users" and self.user_filter and words[:2] == ["groups.value", "eq"]:
            inside = {m["value"] for m in self.groups[" ".join(words[2:])]["members"]}
            return [r for r in resources if r["id"] in inside]
        if head == "Users" and self.search and words[:2] == ["id", "eq"]:
            return [r for r in resources if r["id"] == " ".join(words[2:])]
        if head == "Users" and words[:2] == ["externalId", "eq"]:
            return [r for r in resources if r.get("externalId") == words[2]]
        if head == "Groups" and self.member_filter and words[0] == "id" and words[4:6] == ["members", "eq"]:
            return [r for r in resources if r["id"] == words[2]
                    and any(m["value"] == words[6] for m in r["members"])]
        return None

    def searched(self, request, body):
        """POST .search (RFC 7644 3.4.3); a server that knows none may take it for a new user."""
        self.searches.append(body)
        head = request.path.strip("/").partition("/")[0]
        if self.search == "creates":
            return Answer(201, {"id": f"made-{len(self.searches)}", "schemas": body["schemas"]})
        if self.search == "deaf":
            body = {key: value for key, value in body.items() if key != "filter"}
        elif self.search != "list":
            return error(404, "no such endpoint")
        request.searched = True
        request.query = {key: str(value) for key, value in body.items() if key != "schemas"}
        return self.list(head, list((self.users if head == "Users" else self.groups).values()), request)

    def list(self, head, resources, request):
        query = request.query
        if "filter" in query and self.sensitive and not request.searched:
            return error(403, "no ids in URLs", "sensitive")
        if "filter" in query:
            resources = self.filtered(head, resources, query["filter"])
            if resources is None:
                return error(400, "filter not supported", "invalidFilter")
        count = min(int(query.get("count", self.page_cap)), self.page_cap)
        cursor = query.get("cursor")
        start = int(cursor or 1) if self.paging in ("cursor", "both") and cursor is not None else request.start
        if self.paging == "none":
            start, count = 1, len(resources)
        page = resources[start - 1:start - 1 + count]
        total = self.total(head, len(resources))
        body = {"schemas": [LIST], "itemsPerPage": self.number(len(page)), "startIndex": self.number(start),
                self.resources: [self.shown(head, r, request, one=False) for r in page]}
        if total is not None:
            body["totalResults"] = self.number(total)
        if self.paging == "cursor" or (self.paging == "both" and cursor is not None):
            body.pop("startIndex")
            if start - 1 + count < len(resources):
                body["nextCursor"] = str(start + count)
        return Answer(200, body, self.kind)

    # ---- who may ask -----------------------------------------------------------------

    def refuse(self, headers):
        if headers.get("Authorization") not in {f"Bearer {token}" for token in self.valid}:
            return error(401, "invalid token")
        return None

    def grant(self, headers, form):
        client, secret, way = self.oauth
        given = (form.get("client_id"), form.get("client_secret"))
        if way == "basic":
            scheme, _, pair = headers.get("Authorization", "").partition(" ")
            given = tuple(urllib.parse.unquote(part) for part in base64.b64decode(pair).decode().split(":", 1)) \
                if scheme == "Basic" else (None, None)
        if form.get("grant_type") != "client_credentials" or given != (client, secret):
            return Answer(401, {"error": "invalid_client", "error_description": f"not {given[1]}"},
                          "application/json")
        token = f"granted-{len(self.tokens)}"
        self.tokens.append(form)
        self.valid.add(token)
        return Answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": self.life,
                            "refresh_token": "ignored"}, "application/json")


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # whoever hangs up on an answer that is too long does so on purpose


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_POST(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path.startswith(self.stub.base) and self.path.endswith("/.search"):
            path = self.path[len(self.stub.base):]
            with self.stub.lock:
                self.stub.requests.append(f"POST {path}")
                request = Request(path, path, {}, self.headers, len(self.stub.searches))
                answer = self.stub.refuse(self.headers) or next(
                    (a for a in (rule(request) for rule in self.stub.rules) if a), None)
                answer = answer or self.stub.searched(request, json.loads(sent))
            self.give(answer)
            return
        form = dict(urllib.parse.parse_qsl(sent))
        with self.stub.lock:
            answer = self.stub.grant(self.headers, form) if self.path == "/token" and self.stub.oauth \
                else error(404, "no such endpoint")
        self.give(answer)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        with self.stub.lock:
            if not path.startswith(self.stub.base):
                self.give(Answer(404, "<html>not here</html>", "text/html"))
                return
            path = path[len(self.stub.base):]
            nr = sum(1 for p in self.stub.requests if p.partition("?")[0] == path)
            # parse_qsl would split nothing else than we do, and takes + for a blank
            pairs = [part.partition("=") for part in query.split("&") if part]
            request = Request(urllib.parse.unquote(path), path,
                              {k: urllib.parse.unquote(v) for k, _, v in pairs}, self.headers, nr)
            answer = self.stub.refuse(self.headers) or self.stub.answer(request)
            self.stub.requests.append(self.path[len(self.stub.base):])
        self.give(answer)

    def give(self, answer):
        if answer.after:
            answer.after()
        body = answer.body
        if self.stub.gzip and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            answer.headers.append(("Content-Encoding", "gzip"))
        self.send_response(answer.status)
        if answer.kind:
            self.send_header("Content-Type", answer.kind)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def tls_context(folder, name="server", client_ca=None):
    """A server's context; with client_ca a client certificate is asked for, and must be good."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}.key")
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
