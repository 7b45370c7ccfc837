"""
The way of a migration: where it stands, and from one phase to the next or back.

Where it stands is read from AWS. A transition is a plan: the next state's steps, what that state no
longer has, and what is done beside stacks, all in one graph. Doors say what leads back.
"""
