"""The review pages: FastAPI and Jinja on the server, HTMX and a little JavaScript of our own in the browser.

- They answer this machine alone, or a proxy that ends TLS where the settings name it.
- Who may ask for what is one table (`routes.py`); a route outside it does not exist.
- No word of a document stands in an address or in a log.
"""
