"""`python -m guywire` is the command `guywire`."""

from guywire.cli import main

if __name__ == "__main__":
    main(prog_name="guywire")
