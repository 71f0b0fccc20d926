"""The main job: from a lead sheet to an arrangement, one station per module (`main` is the way through them)."""
