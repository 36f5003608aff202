# Shared by all environments.
gcp_project = "acme-analytics"
