"""Tests, on real parts: files, servers, browsers."""
