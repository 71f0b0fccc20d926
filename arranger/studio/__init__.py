"""The studio: a server on this computer that arranges, checks, edits and plays scores for a page in a browser.

`project` says what a project is, and `shelf` keeps projects on disk. `tasks` holds what is done with music; it runs in
worker processes (`worker`), which `pool` starts, watches and ends. `app` answers requests over HTTP.
"""
