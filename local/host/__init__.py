"""A small Functions host: runs the app's FunctionApp as the real host does, on a laptop."""
