"""Public data by protocol: one module per kind of service, each declared once; what it brings lands as an ordinary file."""
