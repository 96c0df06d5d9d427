"""Long work in the background: asked for on a page, done by the worker, seen with its progress."""
