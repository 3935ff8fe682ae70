"""Where on Earth rows lie, told by themselves, by the project and by where there is land."""
