"""What Qt paints: pictures, vectors and the PDF."""
