"""Certificates: how they are written, and the five stand-alone checkers."""
