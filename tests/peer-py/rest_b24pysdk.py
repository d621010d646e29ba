"""The official Python SDK of Bitrix24 (PyPI b24pysdk) against the portal of the demo office.

    python3 rest_b24pysdk.py <file with the ready line of hotstart-office --json>

Exits 0 when every step went as the documentation says, 1 with the failed step otherwise. The SDK speaks https only and
knows one authorization server: a relay with a certificate of its own stands before the office, and the address of the
server is set.
"""

import http.client
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import traceback
import urllib.parse
import urllib.request

FOLDER = tempfile.mkdtemp(prefix="peer-")
CERTIFICATE, KEY = os.path.join(FOLDER, "cert.pem"), os.path.join(FOLDER, "key.pem")
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KEY, "-out", CERTIFICATE, "-days", "2"]
    + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    check=True,
    capture_output=True,
)
os.environ["REQUESTS_CA_BUNDLE"] = CERTIFICATE
os.environ["NO_PROXY"] = "127.0.0.1,localhost"

from b24pysdk import BitrixApp, BitrixToken, BitrixWebhook, Client  # noqa: E402
from b24pysdk import errors as b24_errors  # noqa: E402
from b24pysdk.api.requesters.bitrix_oauth_requester import BitrixOAuthRequester  # noqa: E402

READY = json.loads(open(sys.argv[1], encoding="utf-8").read())
PORTAL = urllib.parse.urlsplit(READY["portal"])
HOOK = READY["webhook"].split("/rest/")[1].strip("/")
STEPS = []


class Relay(http.server.BaseHTTPRequestHandler):
    """Passes everything on to the office, over plain HTTP."""

    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(PORTAL.hostname, PORTAL.port)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


def relay():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"


DOMAIN = relay()


def step(function):
    STEPS.append(function)
    return function


def control(path, body):
    request = urllib.request.Request(
        READY["control"] + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def client():
    return Client(BitrixWebhook(domain=DOMAIN, webhook_token=HOOK))


@step
def profile():
    result = client().profile().result
    assert result["ID"] == "1" and result["ADMIN"] is True, result


@step
def the_time_of_an_answer():
    time = client().profile().response.time
    assert time.operating is not None and time.finish >= time.start, time


@step
def a_list_and_an_entity():
    control("/portal/bulk", {"type": 4, "count": 120, "first_id": 1001})
    answer = client().crm.company.list(select=["ID", "TITLE"], order={"ID": "ASC"})
    assert len(answer.result) == 50 and answer.response.total == 123 and answer.response.next == 50
    assert client().crm.deal.get(bitrix_id=123).result["ID"] == "123"


@step
def every_page_of_a_list():
    rows = list(client().crm.company.list(select=["ID"], order={"ID": "ASC"}).as_list().result)
    assert len(rows) == 123 and len({row["ID"] for row in rows}) == 123, len(rows)


@step
def a_list_by_ids_without_counting():
    rows = list(client().crm.company.list(select=["ID"]).as_list_fast().result)
    assert len({row["ID"] for row in rows}) == 123, len(rows)


@step
def a_batch():
    calls = {"me": client().user.current(), "deal": client().crm.deal.get(bitrix_id=124)}
    result = client().call_batch(calls).result.result
    assert result["me"]["ID"] == "1" and result["deal"]["ID"] == "124", result


@step
def errors_are_recognised():
    control("/portal/answer", {"method": "profile", "status": 403, "error": "ACCESS_DENIED", "description": "REST is available only on commercial plans."})
    try:
        client().profile().result
    except b24_errors.BitrixAPIError as error:
        assert error.error.upper() == "ACCESS_DENIED", error.error
    else:
        raise AssertionError("no error")


def code_of(application, login):
    """What the portal sends to the application after the form."""
    connection = http.client.HTTPConnection(PORTAL.hostname, PORTAL.port)
    asked = "/oauth/authorize/?" + urllib.parse.urlencode({"client_id": application["client_id"], "state": "s"})
    form = {"AUTH_FORM": "Y", "backurl": asked, "USER_LOGIN": login, "USER_PASSWORD": "demo"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/auth/?login=yes", urllib.parse.urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    assert answer.status == 302 and answer.getheader("Location") == asked, answer.status
    connection.request("GET", asked, headers={"Cookie": "; ".join(cookies)})
    answer = connection.getresponse()
    answer.read()
    back = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.getheader("Location")).query)
    assert back["state"] == ["s"], back
    return back["code"][0]


@step
def an_application_gets_in_and_refreshes():
    BitrixOAuthRequester._OAUTH_TOKEN_URL = f"https://{DOMAIN}/oauth/token/"
    application = control("/portal/application", {"scopes": ["crm", "user"]})
    app = BitrixApp(client_id=application["client_id"], client_secret=application["client_secret"])
    given = app.get_oauth_token(code_of(application, "lebedev"))
    first = given.oauth_token
    token = BitrixToken(
        domain=DOMAIN, auth_token=first.access_token, refresh_token=first.refresh_token, bitrix_app=app
    )
    assert Client(token).profile().result["ID"] == "2"
    control("/portal/tokens", {"end": "access", "client_id": application["client_id"]})
    assert Client(token).user.current().result["ID"] == "2"
    assert token.refresh_token != first.refresh_token and token.auth_token != first.access_token


@step
def a_dead_refresh_token_is_recognised():
    application = control("/portal/application", {})
    app = BitrixApp(client_id=application["client_id"], client_secret=application["client_secret"])
    token = BitrixToken(domain=DOMAIN, auth_token="old", refresh_token="dead", bitrix_app=app)
    try:
        Client(token).profile().result
    except b24_errors.BitrixAPIError as error:
        assert error.error.upper() in ("INVALID_GRANT", "EXPIRED_TOKEN"), error.error
    else:
        raise AssertionError("no error")


def main():
    for function in STEPS:
        try:
            function()
        except Exception:
            traceback.print_exc()
            print(f"FAIL {function.__name__}")
            return 1
        print(f"ok   {function.__name__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
