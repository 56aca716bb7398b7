"""Writes a key to the first path, and to the second a token of as many MiB of text as the third argument says."""

import os
import sys

from cryptography.fernet import Fernet

key = Fernet.generate_key()
with open(sys.argv[1], "wb") as file:
    file.write(key)
with open(sys.argv[2], "wb") as file:
    file.write(Fernet(key).encrypt(os.urandom(int(sys.argv[3]) << 20)))
