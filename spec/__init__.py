"""The language: what a user may write, and every rule about it. Pure; imports nothing else of ours."""
