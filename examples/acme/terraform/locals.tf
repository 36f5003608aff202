locals {
  name = "acme-${var.environment}"

  zones = {
    a = { public = cidrsubnet(var.vpc_cidr, 8, 0), private = cidrsubnet(var.vpc_cidr, 8, 10) }
    b = { public = cidrsubnet(var.vpc_cidr, 8, 1), private = cidrsubnet(var.vpc_cidr, 8, 11) }
  }

  internal_sg = [aws_security_group.internal.id]

  # Machines that exist once. A size can be overridden per environment, see instance_type_overrides.
  base_instance_types = {
    search  = "r5.xlarge"
    reports = "m5.4xlarge" # the Monday run needs all of it; tried m5.2xlarge in March, took until noon
    etl     = "c5.4xlarge"
  }
  instance_types = merge(local.base_instance_types, var.instance_type_overrides)

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

  services = {
    payments = {
      instance_type = "c5.4xlarge"
      replicas      = 2
    }
    identity = {
      instance_type = "m5.xlarge"
      replicas      = 1
    }
  }

  worker_pools = {
    # Rendering wants its machines warm at all times, hence min = max.
    render = { instance_type = "c5.2xlarge", min = 6, max = 6 }
    events = { instance_type = "m5.large", min = 2, max = 10 }
  }

  gcp_nodes = {
    api      = { machine_type = "n2-standard-8", disk_gb = 50 }
    features = { machine_type = "e2-highmem-4", disk_gb = 100 }
    notebook = { machine_type = "e2-standard-4", disk_gb = 100 }
    scoring  = { machine_type = "n2-standard-4", disk_gb = 50 }
  }
}
