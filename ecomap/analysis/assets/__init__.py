"""Who is where, who does what, who is alike, and where work overlaps."""
