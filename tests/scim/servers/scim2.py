"""scim2-server (python-scim) on a free port of the loopback, which is printed; its own command has no port 0."""

import os

from scim2_server.backend import InMemoryBackend
from scim2_server.provider import SCIMProvider
from scim2_server.utils import load_default_resource_types, load_default_schemas
from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *args):
        pass


app = SCIMProvider(InMemoryBackend())
for schema in load_default_schemas().values():
    app.register_schema(schema)
for resource_type in load_default_resource_types().values():
    app.register_resource_type(resource_type)
app.register_bearer_token(os.environ["TOKEN"])
server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
print(f"port {server.server_port}", flush=True)
server.serve_forever()
