# A service is a few equal machines spread over the subnets.
module "node" {
  source = "../instance"
  count  = var.replicas

  name               = "${var.name}-${count.index}"
  instance_type      = var.instance_type
  ami                = var.ami
  subnet_id          = var.subnet_ids[count.index % length(var.subnet_ids)]
  security_group_ids = var.security_group_ids
  tags               = { Service = var.name }
}
