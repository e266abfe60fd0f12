"""`python -m mailer` is `campaign`."""

from mailer.cli import main

if __name__ == "__main__":
    main()
