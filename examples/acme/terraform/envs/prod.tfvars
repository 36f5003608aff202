environment = "prod"

web_servers = {
  web-1 = { instance_type = "m5.2xlarge", zone = "a", root_gb = 60 }
  web-2 = { instance_type = "m5.2xlarge", zone = "b", root_gb = 60 }
  web-3 = { instance_type = "m5.xlarge", zone = "a" } # takes the image resizing as well
  web-4 = { instance_type = "m5.2xlarge", zone = "b" } # no CloudWatch agent on this one yet (OPS-1377)
}

# The index outgrew r5.xlarge in 2024.
instance_type_overrides = {
  search = "r5.2xlarge"
}

gpu_nodes = {
  chat   = { instance_type = "g5.xlarge" }
  vision = { instance_type = "g5.2xlarge", zone = "b" }
  embed  = { instance_type = "g6.xlarge" } # replaced by the hosted model?
}
