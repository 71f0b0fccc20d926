"""``python -m arranger`` runs the command ``arranger``."""

from arranger.cli import main

if __name__ == "__main__":
    main()
