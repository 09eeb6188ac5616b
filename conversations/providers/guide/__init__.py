"""The embedded provider: a Responses API in this process, which has no model.

It answers from the project's documentation, shows what an answer can contain, and goes slow or
fails when told to. `docs/guide.md` lists what one can ask it.
"""
