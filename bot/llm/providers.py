"""The providers of chat models: the package that each needs and the variable that holds its key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """`package` is the name on PyPI; `key` the variable with the key, None where no single one is needed."""

    package: str
    key: str | None = None


# Those that LangChain's `init_chat_model` opens and that ask for at most one key.
PROVIDERS = {
    "anthropic": Provider("langchain-anthropic", "ANTHROPIC_API_KEY"),
    "azure_openai": Provider("langchain-openai", "AZURE_OPENAI_API_KEY"),
    "bedrock_converse": Provider("langchain-aws"),
    "cohere": Provider("langchain-cohere", "COHERE_API_KEY"),
    "deepseek": Provider("langchain-deepseek", "DEEPSEEK_API_KEY"),
    "fireworks": Provider("langchain-fireworks", "FIREWORKS_API_KEY"),
    "google_genai": Provider("langchain-google-genai", "GOOGLE_API_KEY"),
    "google_vertexai": Provider("langchain-google-vertexai"),
    "groq": Provider("langchain-groq", "GROQ_API_KEY"),
    "mistralai": Provider("langchain-mistralai", "MISTRAL_API_KEY"),
    "ollama": Provider("langchain-ollama"),
    "openai": Provider("langchain-openai", "OPENAI_API_KEY"),
    "openrouter": Provider("langchain-openrouter", "OPENROUTER_API_KEY"),
    "perplexity": Provider("langchain-perplexity", "PPLX_API_KEY"),
    "together": Provider("langchain-together", "TOGETHER_API_KEY"),
    "xai": Provider("langchain-xai", "XAI_API_KEY"),
}
