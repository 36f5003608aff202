locals {
  name = "acme-${var.environment}"

  zones = {
    a = { public = cidrsubnet(var.vpc_cidr, 8, 0), private = cidrsubnet(var.vpc_cidr, 8, 10) }
    b = { public = cidrsubnet(var.vpc_cidr, 8, 1), private = cidrsubnet(var.vpc_cidr, 8, 11) }
  }

  # Database classes by environment and role. Staging is small on purpose: it only ever sees
  # anonymised dumps.
  db_classes = {
    prod = {
      primary = "db.r5.4xlarge" # sized for the 2023 migration, never revisited
      replica = "db.r5.2xlarge"
      orders  = "db.m5.2xlarge"
    }
    staging = {
      primary = "db.m5.large"
      replica = "db.m5.large"
      orders  = "db.m5.large"
    }
  }
}
