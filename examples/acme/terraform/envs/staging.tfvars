environment = "staging"

web_servers = {
  web-1 = { instance_type = "t3.medium", zone = "a" }
}

worker_instance_type = "c5.large"
worker_floor         = 1
