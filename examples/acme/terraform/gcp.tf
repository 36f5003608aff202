# Analytics lives in Google Cloud because BigQuery does.
resource "google_compute_network" "analytics" {
  name                    = "analytics"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "analytics" {
  name          = "analytics-us-central1"
  region        = "us-central1"
  network       = google_compute_network.analytics.self_link
  ip_cidr_range = "10.60.0.0/20"
}

resource "google_compute_instance" "node" {
  for_each = local.gcp_nodes

  name         = "analytics-${each.key}"
  machine_type = each.value.machine_type
  zone         = "us-central1-a"

  boot_disk {
    initialize_params {
      image = var.gcp_image
      size  = each.value.disk_gb
      type  = "pd-balanced"
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.analytics.self_link
  }

  allow_stopping_for_update = true

  labels = {
    environment = var.environment
    role        = each.key
  }
}

resource "google_compute_disk" "feature_store" {
  name = "analytics-feature-store"
  zone = "us-central1-a"
  type = "pd-balanced"
  size = 200
}

resource "google_compute_attached_disk" "feature_store" {
  disk     = google_compute_disk.feature_store.id
  instance = google_compute_instance.node["features"].id
}

# For the backfill in spring.
resource "google_compute_disk" "backfill" {
  name = "analytics-backfill"
  zone = "us-central1-a"
  type = "pd-ssd"
  size = 500
}

resource "google_compute_address" "partner_vpn" {
  name   = "partner-vpn"
  region = "us-central1"
}

resource "google_sql_database_instance" "metabase" {
  name                = "metabase"
  database_version    = "POSTGRES_16"
  region              = "us-central1"
  deletion_protection = true

  settings {
    tier              = "db-custom-4-15360"
    availability_type = "ZONAL"
    disk_type         = "PD_SSD"
    disk_size         = 50

    backup_configuration {
      enabled = true

      backup_retention_settings {
        retained_backups = 14
      }
    }
  }
}
