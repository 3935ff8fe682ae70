"""How sure a number is, in numbers only: margins, ranks and their bands, evenness, clusters, steadied rates."""
