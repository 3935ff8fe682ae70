"""Reading files of other publishers."""
