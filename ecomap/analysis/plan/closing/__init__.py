"""What it would mean to close or merge schools: whose way grows, what leaves with them, who is hit most."""
