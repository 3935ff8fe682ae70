"""The question: what would change a school's place?"""
