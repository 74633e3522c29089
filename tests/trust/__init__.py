"""What strangers may try: with lyrics, with planted instructions, with files."""
