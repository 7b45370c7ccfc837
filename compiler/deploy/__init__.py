"""
The deployer: what was compiled and what AWS has become a plan, then an outcome.

It cannot compile.
"""
