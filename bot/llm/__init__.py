"""Answers written by a chat model (any that LangChain opens), each sentence checked before it counts."""
