"""Who plays what: the tune, the bass, or an inner part."""

from __future__ import annotations


def roles_of(voices: int, given: int) -> list[str]:
    """Return the role of each voice from the top: the lowest voice without the tune has the bass.

    >>> roles_of(4, 0), roles_of(4, 3)
    (['tune', 'inner1', 'inner2', 'bass'], ['inner1', 'inner2', 'bass', 'tune'])
    """
    others = [voice for voice in range(voices) if voice != given]
    roles = ["tune"] * voices
    for number, voice in enumerate(others, start=1):
        roles[voice] = "bass" if voice == others[-1] else f"inner{number}"
    return roles
