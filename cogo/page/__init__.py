"""The page on 127.0.0.1: what its panels show, all of it computed by the library."""
