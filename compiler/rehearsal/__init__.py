"""
A migration rehearsed: carried through its phases in an AWS inside this process.

The deployer's own code does it, by the same plans, actions, gates and evidence as in AWS. What is
of the rehearsal alone is here: a clock that need not be waited for (`clock`), users who write
meanwhile (`scenery`), what is to go wrong (`faults`), and the order of it all (`carry`).
"""
