"""Reading ABC, version 2.1 and the older habits that real books have."""
