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
