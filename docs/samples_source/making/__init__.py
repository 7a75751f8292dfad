"""The texts and the layout of the sample documents that are not plain text; nothing here is part of the product."""
