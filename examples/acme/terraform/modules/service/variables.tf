variable "name" { type = string }
variable "ami" { type = string }

variable "instance_type" {
  type    = string
  default = "m5.large"
}

variable "replicas" {
  type    = number
  default = 2
}

variable "subnet_ids" { type = list(string) }
variable "security_group_ids" { type = list(string) }
