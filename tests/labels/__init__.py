"""Access labels: what no entry may betray, and how labels come to documents."""
