"""What the commands of the command line do; ``arranger.cli`` says what they are called."""
