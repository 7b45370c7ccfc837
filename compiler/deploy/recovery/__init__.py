"""
Out of trouble: what is wrong with each stack, which ways out there are, and carrying one out.

    sightings.py   reads what AWS has of each stack, at each place where one stands
    troubles.py    what is wrong with it (pure)
    options.py     which ways out there are: what each does, risks, and will not do (pure)
    steps.py       the frozen steps of the chosen one, or why not (pure)
    carry_out.py   does them
    frame.py       the verb: look, choose, agree, do, look again

Nothing here is ever deleted without having been in a plan that the operator agreed to.
"""
