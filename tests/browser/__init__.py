"""Tests in a real browser. A package, so that Chromium and the server end with these tests."""
