"""
The cutover as one command, and the retirement of the source: what to do next, what it came to.

What is decided here is decided from frozen values: where a cutover may begin, how long it must be
allowed to take, when gates are given up, what a stop means. `conduct` does it in order; who talks
to AWS, tells the time and asks the operator comes in as an argument.
"""
