"""What a school generates beside what it is given and what is spent there; norming; grants that end."""
