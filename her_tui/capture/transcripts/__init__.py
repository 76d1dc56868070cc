"""Adapters for agents that keep a transcript on disk, one package per agent."""
