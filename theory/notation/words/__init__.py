"""The words of a tune: what they are, where one word ends and the next begins, and the lines of the text."""
