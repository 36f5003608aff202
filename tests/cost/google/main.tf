terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "6.50.0"
    }
  }
}

provider "google" {
  project = "acme"
  region  = "us-central1"
  zone    = "us-central1-a"
}

resource "google_compute_instance" "plain" {
  name         = "plain"
  machine_type = "n1-standard-4"
  zone         = "us-central1-a"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
      size  = 20
      type  = "pd-balanced"
    }
  }

  scratch_disk {
    interface = "NVME"
  }

  guest_accelerator {
    type  = "nvidia-tesla-t4"
    count = 2
  }

  scheduling {
    on_host_maintenance = "TERMINATE"
  }

  network_interface {
    network = "default"

    access_config {
      nat_ip = google_compute_address.plain.address
    }
  }
}

resource "google_compute_instance" "scheduled" {
  name              = "scheduled"
  machine_type      = "n2-custom-4-16384"
  zone              = "us-central1-a"
  resource_policies = [google_compute_resource_policy.night.id]

  boot_disk {
    source = google_compute_disk.boot.self_link
  }

  network_interface {
    network = "default"
  }
}

resource "google_compute_instance" "abroad" {
  name         = "abroad"
  machine_type = "e2-standard-2"
  zone         = "europe-west1-b"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
      size  = 10
    }
  }

  network_interface {
    network = "default"
  }
}

resource "google_compute_instance" "spot" {
  name         = "spot"
  machine_type = "e2-standard-2"
  zone         = "us-central1-a"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
      size  = 10
    }
  }

  network_interface {
    network = "default"
  }

  scheduling {
    preemptible       = true
    automatic_restart = false
  }
}

resource "google_compute_resource_policy" "night" {
  name = "night"

  instance_schedule_policy {
    time_zone = "UTC"

    vm_stop_schedule {
      schedule = "0 20 * * *"
    }
  }
}

resource "google_compute_address" "plain" {
  name = "plain"
}

resource "google_compute_address" "web" {
  name = "web"
}

resource "google_compute_disk" "boot" {
  name = "boot"
  zone = "us-central1-a"
  type = "pd-ssd"
  size = 100
}

resource "google_compute_disk" "fast" {
  name             = "fast"
  zone             = "us-central1-a"
  type             = "pd-extreme"
  size             = 500
  provisioned_iops = 10000
}

resource "google_compute_region_disk" "main" {
  name          = "main"
  region        = "us-central1"
  type          = "pd-balanced"
  size          = 100
  replica_zones = ["us-central1-a", "us-central1-b"]
}

resource "google_compute_instance_template" "web" {
  name_prefix  = "web-"
  machine_type = "n2-standard-2"

  disk {
    source_image = "debian-cloud/debian-12"
    boot         = true
    disk_size_gb = 20
    disk_type    = "pd-balanced"
  }

  network_interface {
    network = "default"
  }
}

resource "google_compute_region_instance_group_manager" "web" {
  name               = "web"
  base_instance_name = "web"
  region             = "us-central1"

  version {
    instance_template = google_compute_instance_template.web.self_link_unique
  }
}

resource "google_compute_region_autoscaler" "web" {
  name   = "web"
  region = "us-central1"
  target = google_compute_region_instance_group_manager.web.id

  autoscaling_policy {
    min_replicas = 3
    max_replicas = 9
  }
}

resource "google_compute_forwarding_rule" "web" {
  name       = "web"
  region     = "us-central1"
  ip_address = google_compute_address.web.address
  target     = google_compute_target_pool.web.self_link
}

resource "google_compute_forwarding_rule" "web_tls" {
  name       = "web-tls"
  region     = "us-central1"
  port_range = "443"
  target     = google_compute_target_pool.web.self_link
}

resource "google_compute_target_pool" "web" {
  name = "web"
}

resource "google_compute_router" "main" {
  name    = "main"
  network = "default"
}

resource "google_compute_router_nat" "main" {
  name                               = "main"
  router                             = google_compute_router.main.name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}

resource "google_container_cluster" "main" {
  name                     = "main"
  location                 = "us-central1"
  remove_default_node_pool = true
  initial_node_count       = 1
}

resource "google_container_node_pool" "main" {
  name    = "main"
  cluster = google_container_cluster.main.id

  autoscaling {
    min_node_count = 1
    max_node_count = 5
  }

  node_config {
    machine_type = "e2-standard-4"
    disk_size_gb = 50
    disk_type    = "pd-ssd"

    ephemeral_storage_local_ssd_config {
      local_ssd_count = 1
    }
  }
}

resource "google_container_cluster" "default" {
  name               = "default"
  location           = "us-central1-a"
  initial_node_count = 2

  node_config {
    machine_type = "n2-standard-2"
    disk_size_gb = 30
  }
}

resource "google_container_cluster" "autopilot" {
  name             = "autopilot"
  location         = "us-central1"
  enable_autopilot = true
}

resource "google_sql_database_instance" "main" {
  name             = "main"
  database_version = "POSTGRES_15"
  region           = "us-central1"

  settings {
    tier              = "db-custom-4-15360"
    availability_type = "REGIONAL"
    disk_size         = 100
  }
}

resource "google_sql_database_instance" "replica" {
  name                 = "replica"
  database_version     = "POSTGRES_15"
  region               = "us-central1"
  master_instance_name = google_sql_database_instance.main.name

  settings {
    tier      = "db-custom-2-7680"
    disk_size = 100
  }
}

resource "google_redis_instance" "main" {
  name           = "main"
  memory_size_gb = 5
  tier           = "STANDARD_HA"
}

resource "google_redis_cluster" "main" {
  name          = "main"
  region        = "us-central1"
  shard_count   = 3
  replica_count = 1
  node_type     = "REDIS_STANDARD_SMALL"

  psc_configs {
    network = "projects/acme/global/networks/default"
  }
}

resource "google_compute_vpn_tunnel" "main" {
  name               = "main"
  peer_ip            = "15.0.0.120"
  shared_secret      = "not a secret"
  target_vpn_gateway = google_compute_vpn_gateway.main.id
}

resource "google_compute_vpn_gateway" "main" {
  name    = "main"
  network = "default"
}

resource "google_dns_managed_zone" "main" {
  name     = "main"
  dns_name = "example.com."
}

resource "google_secret_manager_secret" "key" {
  secret_id = "key"

  replication {
    user_managed {
      replicas {
        location = "us-central1"
      }
      replicas {
        location = "us-east1"
      }
    }
  }
}

resource "google_secret_manager_secret_version" "key" {
  secret      = google_secret_manager_secret.key.id
  secret_data = "not a secret"
}

resource "google_storage_bucket" "main" {
  name     = "acme-main"
  location = "US"
}
