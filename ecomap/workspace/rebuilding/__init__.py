"""A file of ours made into a project again: its rows found, its answers asked again, and what comes out laid beside what the file says."""
