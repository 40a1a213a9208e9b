"""``python -m cogo`` is the command ``cogo``."""

from cogo.cli.main import main

if __name__ == "__main__":
    main()
