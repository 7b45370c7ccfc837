"""One file per component: a small function that describes its resources in troposphere."""
