"""The desk of police: what comes first, across the schemes of their districts."""
