"""Many inputs: the same work for each, in several processes or on several machines, resumed where it stopped.

``inputs`` finds the files, ``store`` remembers what was done, ``jobs`` holds the work on one piece, ``crews`` who does
it, ``running`` hands it out; ``tables`` and ``report`` say what came out.
"""
