"""One side of a comparison: a process with network and files of its own, in which one tool's commands run and are timed."""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind=None, flags=0, data=None):
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    check(libc.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None), f"mount {target}")


def seclude(scratch, package):
    """A network without anything, and /etc, /run, /sys, /var/tmp that nobody else sees. Nothing of the machine's is touched: the
    unpacked package (None: there is none) lies above its /etc and /usr/share."""
    check(libc.unshare(CLONE_NEWNET | CLONE_NEWNS), "unshare")
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("sysfs", "/sys", "sysfs")
    shelf = f"{scratch}/shelf"
    os.makedirs(shelf, exist_ok=True)
    for folder in ("/run", "/var/tmp", shelf):
        mount("tmpfs", folder, "tmpfs")
    os.makedirs(f"{shelf}/upper/network")
    os.makedirs(f"{shelf}/work")
    below = f"{package}/etc:/etc" if package else "/etc"
    mount("overlay", "/etc", "overlay", 0, f"lowerdir={below},upperdir={shelf}/upper,workdir={shelf}/work")
    if package:
        mount("overlay", "/usr/share", "overlay", 0, f"lowerdir={package}/usr/share:/usr/share")
    os.makedirs("/run/network")
    subprocess.run("ip link add eno1 type veth peer name sw1 && ip link set sw1 up", shell=True, check=True)


def run(argv, quiet=True):
    """Runs and times; the time begins before the process is made and ends when it has been waited for."""
    with open("/run/output", "w+b") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if not quiet or process.returncode != 0:
        sys.stderr.write(text)
    return {"status": process.returncode, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "text": text}


def start(argv, ready):
    """Starts a service, and waits until the path `ready` is there."""
    service = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.perf_counter() + 30
    while not os.path.exists(ready):
        if service.poll() is not None or time.perf_counter() > until:
            raise RuntimeError(f"{argv} does not get ready")
        time.sleep(0.01)
    return service


def state_of(names):
    """What the kernel holds of these links, as far as files ask for it."""
    text = subprocess.run(["ip", "-details", "-json", "address"], check=True, capture_output=True).stdout
    wanted = set(names)
    return {link["ifname"]: facts(link) for link in json.loads(text) if link["ifname"] in wanted}


def facts(link):
    info = link.get("linkinfo", {})
    data = info.get("info_data", {})
    keep = ("stp_state", "forward_delay", "vlan_filtering", "id", "protocol", "local", "port", "learning", "ttl")
    return {
        "kind": info.get("info_kind", ""),
        "up": "UP" in link["flags"],
        "mtu": link["mtu"],
        "master": link.get("master", ""),
        "data": {key: data[key] for key in keep if key in data},
        "learning": info.get("info_slave_data", {}).get("learning"),
        "addresses": sorted(f"{a['local']}/{a['prefixlen']}" for a in link["addr_info"] if not a["local"].startswith("fe80")),
    }


def close_all_but(*kept):
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:
                pass  # the listing's own


class Side:
    """The handle of such a process."""

    def __init__(self, scratch, package=None):
        ours, theirs = os.pipe(), os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            close_all_but(ours[0], theirs[1])  # the pipes of older sides too: they end when those close
            try:
                serve(scratch, package, os.fdopen(ours[0]), os.fdopen(theirs[1], "w"))
            except BaseException as error:  # the parent tells it
                sys.stderr.write(f"bench: {error!r}\n")
            os._exit(1)
        os.close(ours[0])
        os.close(theirs[1])
        self.to, self.back = os.fdopen(ours[1], "w"), os.fdopen(theirs[0])

    def ask(self, action, **words):
        self.to.write(json.dumps({"action": action, **words}) + "\n")
        self.to.flush()
        line = self.back.readline()
        if not line:
            raise RuntimeError("a measuring process has died")
        return json.loads(line)

    def run(self, argv, must_succeed=True):
        result = self.ask("run", argv=argv)
        if must_succeed and result["status"] != 0:
            raise RuntimeError(f"{' '.join(argv)} ended with status {result['status']}:\n{result['text'][-2000:]}")
        return result

    def start(self, argv, ready):
        self.ask("start", argv=argv, ready=ready)

    def write(self, path, text):
        self.ask("write", path=path, text=text)

    def state(self, names):
        return self.ask("state", names=names)

    def close(self):
        self.to.close()
        self.back.close()
        os.waitpid(self.pid, 0)


def serve(scratch, package, orders, answers):
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    seclude(scratch, package)
    services = []
    for line in orders:
        order = json.loads(line)
        if order["action"] == "run":
            answer = run(order["argv"])
        elif order["action"] == "start":
            answer = start(order["argv"], order["ready"])
            services.append(answer)
            answer = None
        elif order["action"] == "write":
            with open(order["path"], "w") as file:
                file.write(order["text"])
            answer = None
        else:
            answer = state_of(order["names"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    for service in services:
        service.terminate()
        service.wait()
    os._exit(0)
