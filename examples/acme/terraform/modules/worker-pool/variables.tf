variable "name" {
  description = "Of the launch template and of the group."
  type        = string
}

variable "ami" { type = string }
variable "instance_type" { type = string }

variable "min_size" {
  type = number

  validation {
    condition     = var.min_size >= 0
    error_message = "min_size cannot be negative."
  }
}

variable "max_size" { type = number }

variable "root_gb" {
  type    = number
  default = 50
}

variable "subnet_ids" { type = list(string) }
variable "security_group_ids" { type = list(string) }
