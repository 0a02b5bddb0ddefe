"""The one server: `streamlit run app.py` serves the chat page and its routes on one port. No logic here."""

import streamlit as st

from bot.ui.routes.server import lifespan, middleware, routes

app = st.App("bot/ui/page.py", routes=routes, middleware=middleware, lifespan=lifespan)
