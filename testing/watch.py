"""A demonstration: one user and three bots over two protocols. Run it after `cargo xtask test`:

    target/clients/python/bin/python testing/watch.py
"""

import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARLOR = ROOT / "target/debug/parlor"
BOTS = {101: ("aiogram, Bot API", "aiogram_bot.py"), 102: ("Telethon, MTProto", "telethon_bot.py"),
        103: ("Folds, MTProto", "folds_bot.py")}


def say(who, what):
    print(f"{who:>18} | {what}", flush=True)


def control(method, path, body=None):
    request = urllib.request.Request(f"{address}/control{path}", method=method, data=json.dumps(body or {}).encode())
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def listen(name, process, begun):
    for line in process.stdout:
        say(name, line.strip())
        begun.set()


server = subprocess.Popen([PARLOR, "--memory", "--no-demo", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
processes = [server]
try:
    line = next(line for line in server.stdout if "Bot API root" in line)
    address = line.split()[-1]
    say("Parlor", address)
    control("POST", "/users", {"id": 1001, "first_name": "Ann"})
    for bot, (name, script) in BOTS.items():
        command = [PARLOR, "run", "--server", address, "--", sys.executable, ROOT / "testing/clients" / script]
        environment = {**os.environ, "BOT_TOKEN": f"{bot}:AAAA"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        processes.append(process)
        begun = threading.Event()
        threading.Thread(target=listen, args=(name, process, begun), daemon=True).start()
        dialog = f"/users/1001/dialogs/{bot}"
        if "MTProto" in name:
            begun.wait(30)
        else:
            while True:
                try:
                    control("GET", f"/bots/{bot}")
                    break
                except urllib.error.HTTPError:
                    pass
        say("Ann", f"presses Start ({name})")
        control("POST", f"{dialog}/start")
        reply = control("GET", f"{dialog}/wait?timeout=30")
        say(name, f"writes: {reply['message']['text']}")
    for what in ("block", "unblock"):
        for bot, (name, _) in BOTS.items():
            say("Ann", f"{what}s {name}")
            control("POST", f"/users/1001/dialogs/{bot}/{what}")
    for bot, (name, _) in BOTS.items():
        dialog = f"/users/1001/dialogs/{bot}"
        sent = control("POST", f"{dialog}/messages", {"text": "still there?"})
        reply = control("GET", f"{dialog}/wait?after={sent['message']['message_id']}&timeout=30")
        say(name, f"writes: {reply['message']['text']}")
finally:
    for process in reversed(processes):
        process.terminate()
        process.wait()
