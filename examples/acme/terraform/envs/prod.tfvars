environment = "prod"

web_servers = {
  web-1 = { instance_type = "m5.2xlarge", zone = "a", root_gb = 60 }
  web-2 = { instance_type = "m5.2xlarge", zone = "b", root_gb = 60 }
  web-3 = { instance_type = "m5.xlarge", zone = "a" } # takes the image resizing as well
  web-4 = { instance_type = "m5.2xlarge", zone = "b" } # no CloudWatch agent on this one yet (OPS-1377)
}
