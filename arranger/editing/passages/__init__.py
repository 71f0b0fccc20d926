"""Passages of a finished score composed anew, with everything outside them as it is."""
