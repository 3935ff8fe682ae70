"""The report of a project: a chapter per answer, from plain descriptions to the blocks of a document."""
