#!/usr/bin/env python3
"""A server on 127.0.0.1 that answers a form (multipart/form-data) with its fields as JSON: a list of [name, file name or null, value]. Standard library
only; writes the port it took to standard output, and ends with its standard input."""
import http.server, json, sys, threading
from email import message_from_bytes
from email.policy import HTTP


class Form(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        kind = self.headers['Content-Type']
        if kind.startswith('multipart/'):
            boundary = b'--' + kind.split('boundary=')[1].encode()
            fields = []
            for part in body.split(boundary)[1:-1]:
                head, _, value = part[2:-2].partition(b'\r\n\r\n')
                parsed = message_from_bytes(head + b'\r\n\r\n', policy=HTTP)
                said = parsed['Content-Disposition'].params
                fields.append([said['name'], said.get('filename'), value.decode()])
        else:
            fields = [['body', None, body.decode()]]
        data = json.dumps(fields).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Form)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
