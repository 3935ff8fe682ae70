"""What an answer rests on: the question asked again at the ends of every assumption, and the range that moves it most."""
