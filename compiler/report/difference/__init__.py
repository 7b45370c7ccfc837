"""
What changes between two states, in the user's words.

`components` says to which component of the spec a resource belongs, `words` what its change means,
`told` puts both together, and `text` prints them.
"""
