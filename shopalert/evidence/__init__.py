"""Pictures: received, kept as they came, shown as cleaned copies, and every look at one written down."""
