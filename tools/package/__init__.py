"""What is made of the one-folder build and of the wheel for people to install."""
