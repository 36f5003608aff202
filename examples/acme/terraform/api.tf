resource "aws_instance" "api" {
  count = var.api_instance_count

  ami                    = var.base_ami
  instance_type          = var.api_instance_type # same for all, they sit behind one target group
  subnet_id              = aws_subnet.private[count.index % 2 == 0 ? "a" : "b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 40
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-api-${count.index}"
    Role = "api"
  }
}

# Sessions. Memcached takes whatever memory there is.
resource "aws_instance" "cache" {
  count = 2

  ami                    = var.base_ami
  instance_type          = "r5.xlarge"
  subnet_id              = aws_subnet.private[count.index == 0 ? "a" : "b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 20
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-cache-${count.index}"
    Role = "cache"
  }
}

resource "aws_instance" "admin" {
  ami                    = var.base_ami
  instance_type          = var.environment == "prod" ? "m5.2xlarge" : "m5.large"
  subnet_id              = aws_subnet.private["a"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 40
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-admin"
    Role = "admin"
  }
}

module "service" {
  for_each = local.services
  source   = "./modules/service"

  name               = "${local.name}-${each.key}"
  instance_type      = each.value.instance_type
  replicas           = each.value.replicas
  ami                = var.base_ami
  subnet_ids         = [for zone in sort(keys(local.zones)) : aws_subnet.private[zone].id]
  security_group_ids = local.internal_sg
}
