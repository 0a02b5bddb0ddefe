"""The library page: what is indexed, and how articles come in and go out through the browser."""
