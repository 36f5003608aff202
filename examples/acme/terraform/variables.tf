variable "environment" {
  description = "Which environment this state holds."
  type        = string

  validation {
    condition     = contains(["prod", "staging"], var.environment)
    error_message = "environment must be prod or staging."
  }
}

variable "aws_region" {
  type    = string
  default = "us-east-1"
}

variable "gcp_project" {
  type    = string
  default = "acme-analytics"
}

variable "vpc_cidr" {
  type    = string
  default = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0))
    error_message = "vpc_cidr must be a CIDR block."
  }
}

# AMIs are baked by the image pipeline and rolled by hand, see RUNBOOK.md in the images repo.
variable "base_ami" {
  description = "Amazon Linux 2023, x86_64, baked 2026-09-03."
  type        = string
  default     = "ami-0c7217cdde317cfec"
}

variable "web_servers" {
  description = "The web tier, one entry per machine. Sizes differ per environment, see envs/."
  type = map(object({
    instance_type = string
    zone          = string
    root_gb       = optional(number, 40)
  }))

  validation {
    condition     = alltrue([for s in values(var.web_servers) : contains(["a", "b"], s.zone)])
    error_message = "zone must be a or b."
  }
}

variable "worker_instance_type" {
  description = "Launch template of the queue workers."
  type        = string
  default     = "c5.2xlarge"
}

variable "worker_floor" {
  description = "The workers never go below this. Raised before Black Friday 2024 (OPS-1182)."
  type        = number
  default     = 8

  validation {
    condition     = var.worker_floor >= 1
    error_message = "At least one worker has to run, or the queue stalls."
  }
}

variable "api_instance_count" {
  type    = number
  default = 3
}

variable "api_instance_type" {
  description = "All API machines are the same. (The third one also builds the search index at night.)"
  type        = string
  default     = "c5.2xlarge"
}

variable "instance_type_overrides" {
  description = "Departures from local.base_instance_types, by role."
  type        = map(string)
  default     = {}
}

variable "gpu_nodes" {
  description = "Inference machines by model."
  type = map(object({
    instance_type = string
    zone          = optional(string, "a")
    root_gb       = optional(number, 200)
  }))
  default = {}
}

variable "gpu_ami" {
  description = "Deep Learning AMI, pinned because the driver has to match the CUDA images."
  type        = string
  default     = "ami-0b4750268a88e78e0"
}

variable "gcp_image" {
  type    = string
  default = "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20260813"
}
