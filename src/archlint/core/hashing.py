"""The one hash function: BLAKE2b (RFC 7693)."""

try:  # what hashlib hands out, without the 2 ms that OpenSSL takes to load
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b"]
