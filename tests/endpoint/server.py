#!/usr/bin/python3
"""An OpenAI-compatible server on the loopback for the tests: it behaves, or it lies as the first part of the path says.

    server.py [--replies FILE]    prints its port, then serves until its standard input ends

The base address of an endpoint is http://127.0.0.1:PORT/MODE/v1. MODES says what each mode does. GET /count gives, as
JSON, how many requests each body had. A chat is answered by REPLIES when the last message holds one of its keys, else
by an echo of the last message; in Python a reply may be a function of that message. An embedding depends on the text
alone. In Python the server has a log of what it was asked, and calls `on_request` when something arrives. Nothing here
knows the program under test.
"""

import argparse
import base64
import dataclasses
import hashlib
import http.server
import json
import math
import random
import re
import socket
import struct
import sys
import threading
import time

DIMENSION = 8
TEMPLATE = 8
MODES = {
    "good": "answers; good50 after 50 ms, and so with any number",
    "counting": "answers, and counts the tokens of a chat with its template, as llama.cpp does",
    "tokenizing": "answers, and counts those of a text alone at /tokenize, as an older llama.cpp does",
    "uncounted": "answers without usage",
    "mute": "answers, but says nothing for a while at /tokenize",
    "limited": "answers, cut at the limit of tokens that the request sets: words",
    "pause": "429 at the first attempt, with retry-after: 12",
    "context": "400: longer than the context",
    "busy": "429 at the first attempt of each request, without a header",
    "wait": "429 at the first attempt, with retry-after-ms: 30",
    "burst": "500 at the first two attempts",
    "reset": "resets the connection at the first attempt",
    "half": "closes in the middle of the body at the first attempt",
    "never": "500 at every attempt",
    "final500": "500 with x-should-retry: false",
    "drip": "a byte now and then, without end",
    "silent": "no byte at all",
    "huge": "a body of 100 MB",
    "utf8": "a body with bytes that are no UTF-8",
    "html": "200 with a web page",
    "empty": "200 with nothing",
    "error200": "200 with an error object",
    "redirect": "307 to another host",
    "key": "401 with the key in its message unless the key is sk-right",
    "model": "404",
    "quota": "429 insufficient_quota",
    "bad": "400",
    "cut": "finish_reason length and half of the content",
    "refuse": "a refusal",
    "order": "embeddings in another order",
    "short": "embeddings with one too few",
    "narrow": "embeddings, the last of another dimension",
    "nan": "embeddings with NaN",
    "zero": "embeddings, one of zeros",
    "twice": "embeddings, an index twice",
    "noecho": "completions without log-probabilities",
    "long": "400 after 10 ms for embeddings of \"… thing 7.\" or \"… thing 20.\"",
}


def embedding(text):
    digest = hashlib.sha256(text.encode()).digest()
    values = [digest[i] / 255 + 0.01 for i in range(DIMENSION)]
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]


@dataclasses.dataclass
class Exchange:
    body: bytes
    received: float  # time.monotonic()
    answered: float | None = None  # when the last byte of an honest answer was handed over


def words_of_chat(mode, request):
    """The tokens of a chat: its words, and what a template puts around a message where a server counts that."""
    around = TEMPLATE if mode in ("counting", "tokenizing") else 0
    return sum(len(part["content"].split()) + around for part in request["messages"])


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.seen = {}

    def add(self, key):
        with self.lock:
            self.seen[key] = self.seen.get(key, 0) + 1
            return self.seen[key]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.connected(1)

    def finish(self):
        try:
            super().finish()
        finally:
            self.server.connected(-1)

    def log_message(self, *_arguments):
        pass

    def send(self, status, value, **headers):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def fail(self, status, message, code=None, **headers):
        self.send(status, {"error": {"message": message, "type": "test", "param": None, "code": code}}, **headers)

    def do_GET(self):
        with self.server.counter.lock:
            self.send(200, {"requests": sum(self.server.counter.seen.values()), "by_body": self.server.counter.seen})

    def do_POST(self):
        mode, *path = self.path.strip("/").split("/")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path[-1:] in (["tokenize"], ["input_tokens"]):
            return self.tokenize(mode, path[-1], json.loads(body))  # it costs nothing and is not counted
        attempt = self.server.counter.add(mode + " " + hashlib.sha256(body).hexdigest())
        exchange = self.server.note(body)
        mode = mode.split("-")[0]  # "burst-2" is "burst", with requests of its own
        if not self.lie(mode, attempt):
            return
        try:
            request = json.loads(body)
        except ValueError:
            return self.fail(400, "the body is no JSON")
        if path[-1] == "embeddings":
            reply = self.embeddings(mode, request)
        else:
            reply = self.chat(mode, request) if path[-2] == "chat" else self.completion(mode, request)
        if reply is None:
            return self.fail(400, "the input is too long for the context", "exceed_context_size_error")
        if mode == "half" and attempt == 1:
            return self.hang_up(json.dumps(reply).encode())
        self.send(200, reply)
        exchange.answered = time.monotonic()

    def tokenize(self, mode, what, request):
        if mode == "counting" and what == "input_tokens":
            self.send(200, {"object": "response.input_tokens", "input_tokens": words_of_chat(mode, request)})
        elif mode in ("counting", "tokenizing") and what == "tokenize":
            self.send(200, {"tokens": list(range(len(request["content"].split())))})
        else:
            self.fail(404, "no such address")  # as most servers

    def hang_up(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        self.close_connection = True

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
        self.rfile = self.wfile = open("/dev/null", "r+b", buffering=0)

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def huge(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        block = b" " * 1000000
        for _ in range(100):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
        self.wfile.write(b"0\r\n\r\n")

    def lie(self, mode, attempt):
        """True when an honest answer is still to come."""
        try:
            return self.lie_or_not(mode, attempt)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            return False

    def lie_or_not(self, mode, attempt):
        if re.fullmatch(r"good\d+", mode):
            time.sleep(int(mode[4:]) / 1000)
        elif mode == "long":
            time.sleep(0.01)
        elif mode == "busy" and attempt == 1:
            self.fail(429, "slow down")
            return False
        elif mode == "wait" and attempt == 1:
            self.fail(429, "slow down", retry_after_ms="30")
            return False
        elif mode == "pause" and attempt == 1:
            self.fail(429, "slow down", retry_after="12")
            return False
        elif (mode == "burst" and attempt <= 2) or mode == "never":
            self.fail(500, "it broke")
            return False
        elif mode == "final500":
            self.fail(500, "it broke for good", x_should_retry="false")
            return False
        elif mode == "reset" and attempt == 1:
            self.reset()
            return False
        elif mode == "key" and self.headers.get("Authorization") != "Bearer sk-right":
            self.fail(401, "wrong key: " + str(self.headers.get("Authorization")))
            return False
        elif mode == "redirect":
            self.send(307, b"", Location="http://localhost:1/v1/chat/completions")
            return False
        elif mode in ("drip", "huge"):
            getattr(self, mode)()
            return False
        elif mode == "silent":
            time.sleep(30)
            self.close_connection = True
            return False
        return self.answer_oddly(mode)

    def answer_oddly(self, mode):
        if mode == "utf8":
            self.send(200, b'{"choices": [{"message": {"content": "\xff\xfe"}}]}')
        elif mode == "html":
            self.send(200, b"<html><body>Welcome</body></html>")
        elif mode == "empty":
            self.send(200, b"")
        elif mode == "error200":
            self.fail(200, "in spite of the status")
        elif mode == "model":
            self.fail(404, "no such model", "model_not_found")
        elif mode == "quota":
            self.fail(429, "you have used it up", "insufficient_quota")
        elif mode == "context":
            self.fail(400, "This model's maximum context length is 4096 tokens, yours are 5121", "context_length_exceeded")
        elif mode == "bad":
            self.fail(400, "temperature is no number")
        else:
            return True
        return False

    def chat(self, mode, request):
        last = request["messages"][-1]["content"]
        content = next((reply for key, reply in self.server.replies.items() if key in last), "You said: " + last)
        content = content(last) if callable(content) else content
        message = {"role": "assistant", "content": content}
        finish = "stop"
        if mode == "cut":
            message["content"], finish = content[: len(content) // 2], "length"
        limit = request.get("max_completion_tokens", request.get("max_tokens", 0)) if mode == "limited" else 0
        if 0 < limit < len(content.split()):
            message["content"], finish = " ".join(content.split()[:limit]), "length"
            content = message["content"]
        elif mode == "refuse":
            message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        words = words_of_chat(mode, request)
        reply = {
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": words, "completion_tokens": len(content.split())},
        }
        self.server.bill(reply["usage"])
        if mode == "uncounted":
            del reply["usage"]
        return reply

    def completion(self, mode, request):
        """An echo with log-probabilities: a token is a word with the white space after it, and less likely the longer
        the word; the first has no log-probability, and one token more is written."""
        prompt = request["prompt"]
        found = list(re.finditer(r"\S+\s*", prompt))
        tokens = [match.group() for match in found]
        logprobs = [None] + [-len(token.strip()) / 10 for token in tokens[1:]]
        choice = {"index": 0, "text": prompt + " end", "finish_reason": "length", "logprobs": None}
        if mode != "noecho" and request.get("echo") and request.get("logprobs") is not None:
            choice["logprobs"] = {
                "tokens": tokens + [" end"],
                "token_logprobs": logprobs + [-3.0],
                "text_offset": [match.start() for match in found] + [len(prompt)],
            }
        return {"choices": [choice], "usage": {"prompt_tokens": len(tokens), "completion_tokens": 1}}

    def embeddings(self, mode, request):
        texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
        if mode == "long" and any(text.endswith(("thing 7.", "thing 20.")) for text in texts):
            return None
        vectors = [embedding(text) for text in texts]
        if mode == "narrow":
            vectors[-1] = vectors[-1][:-1]
        elif mode == "nan":
            vectors[-1] = [math.nan] * DIMENSION
        elif mode == "zero":
            vectors[-1] = [0.0] * DIMENSION
        if request.get("encoding_format") == "base64":
            vectors = [base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode() for v in vectors]
        data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
        if mode == "order":
            random.Random(1).shuffle(data)
        elif mode == "short":
            data.pop()
        elif mode == "twice":
            data[-1]["index"] = 0
        return {"data": data, "usage": {"prompt_tokens": sum(len(text.split()) for text in texts)}}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, replies=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.counter = Counter()
        self.replies = replies or {}
        self.tokens_in = self.tokens_out = 0  # of all chats
        self.exchanges = []  # in the order in which they arrived
        self.on_request = None  # called with the exchange that has arrived, before it is answered
        self.connections = 0
        self.change = threading.Condition(self.counter.lock)

    def note(self, body):
        exchange = Exchange(body, time.monotonic())
        with self.counter.lock:
            self.exchanges.append(exchange)
        if self.on_request is not None:
            self.on_request(exchange)
        return exchange

    def connected(self, change):
        with self.change:
            self.connections += change
            self.change.notify_all()

    def wait_until_left(self, seconds=10):
        """Waits until all that was sent by clients which are no more has arrived."""
        with self.change:
            if not self.change.wait_for(lambda: self.connections == 0, seconds):
                raise TimeoutError(f"{self.connections} connections stay open")

    def bill(self, usage):
        """Adds up what chats would cost."""
        with self.counter.lock:
            self.tokens_in += usage["prompt_tokens"]
            self.tokens_out += usage["completion_tokens"]

    def handle_error(self, _request, _address):
        pass  # a client that went away

    @property
    def port(self):
        return self.server_address[1]

    def url(self, mode="good"):
        return f"http://127.0.0.1:{self.port}/{mode}/v1"

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replies", help="a JSON object: part of a last message → the reply to it")
    options = parser.parse_args()
    replies = {}
    if options.replies:
        with open(options.replies, encoding="utf-8") as file:
            replies = json.load(file)
    server = Server(replies).start()
    print(server.port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
