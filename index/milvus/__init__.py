"""The index in Milvus: past one machine, with the same answers. docs/decisions/0022 tells why it is made like this."""
