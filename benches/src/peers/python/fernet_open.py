"""Opens the token at the second path by the key at the first as often as each line says, and answers with the nanoseconds that one
took; then, when there are no more lines, with the KiB by which the peak of its memory is above what it held with the token."""

import re
import sys
import time

from cryptography.fernet import Fernet


def kibibytes(of):
    with open("/proc/self/status") as status:
        return int(re.search(of + r":\s*(\d+) kB", status.read())[1])


with open(sys.argv[1], "rb") as key, open(sys.argv[2], "rb") as token:
    fernet, token = Fernet(key.read()), token.read()
before = kibibytes("VmRSS")
for line in sys.stdin:
    times = int(line)
    start = time.perf_counter_ns()
    for _ in range(times):
        fernet.decrypt(token)
    print((time.perf_counter_ns() - start) / times, flush=True)
print(kibibytes("VmHWM") - before)
