"""
Questions asked of the running system before a transition, and the evidence of their answers.

The reading is apart from the deciding: `port` says what can be asked, a room for each family of
questions decides on frozen readings, `asking` brings both together, `evidence` keeps the answers.
Nothing here changes anything in AWS, and no value of a secret comes into an answer.
"""
