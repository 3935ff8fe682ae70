"""The outside world: files in and out, the project file, the starter."""
