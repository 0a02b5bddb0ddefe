"""The chat page. Streamlit has its one home here."""
