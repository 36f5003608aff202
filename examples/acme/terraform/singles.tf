# Machines that exist exactly once.

resource "aws_instance" "search" {
  ami                    = var.base_ami
  instance_type          = lookup(local.instance_types, "search", "r5.large")
  subnet_id              = aws_subnet.private["a"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 40
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-search"
    Role = "search"
  }
}

resource "aws_instance" "reports" {
  ami                    = var.base_ami
  instance_type          = local.instance_types["reports"]
  subnet_id              = aws_subnet.private["b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 100
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-reports"
    Role = "reports"
  }
}

resource "aws_instance" "etl" {
  ami                    = var.base_ami
  instance_type          = local.instance_types.etl
  subnet_id              = aws_subnet.private["a"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 100
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-etl"
    Role = "etl"
  }
}

# The build team resizes this one themselves, in the console, when a release is near.
resource "aws_instance" "jenkins" {
  ami                    = var.base_ami
  instance_type          = "m5.4xlarge"
  subnet_id              = aws_subnet.private["b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 300
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-jenkins"
    Role = "ci"
  }

  lifecycle {
    ignore_changes = [ami, instance_type]
  }
}

# Sales demo. Nobody has logged in since the trade fair?
resource "aws_instance" "demo" {
  ami                    = var.base_ami
  instance_type          = "m5.xlarge"
  subnet_id              = aws_subnet.private["a"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 40
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-demo"
    Role = "demo"
  }
}

# New build of the API, live since 23 October.
resource "aws_instance" "canary" {
  ami                    = var.base_ami
  instance_type          = "c5.xlarge"
  subnet_id              = aws_subnet.private["b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 40
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-canary"
    Role = "api"
  }
}

resource "aws_instance" "ingest" {
  ami                    = var.base_ami
  instance_type          = "m5.2xlarge"
  subnet_id              = aws_subnet.private["a"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 80
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-ingest"
    Role = "ingest"
  }
}

# The data team publishes its size; ask them (#data-platform) before touching it.
data "aws_ssm_parameter" "batch_instance_type" {
  name = "/acme/data-platform/batch/instance-type"
}

resource "aws_instance" "batch" {
  ami                    = var.base_ami
  instance_type          = data.aws_ssm_parameter.batch_instance_type.insecure_value
  subnet_id              = aws_subnet.private["b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 200
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-batch"
    Role = "batch"
  }
}
