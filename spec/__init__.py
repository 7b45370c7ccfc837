"""The language: what a user may write, and every rule about it. Pure; imports nothing of ours."""
