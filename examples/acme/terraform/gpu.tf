# Inference, one machine per model. Sizes in envs/.
resource "aws_instance" "gpu" {
  for_each = var.gpu_nodes

  ami                    = var.gpu_ami
  instance_type          = each.value.instance_type
  subnet_id              = aws_subnet.private[each.value.zone].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = each.value.root_gb
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-gpu-${each.key}"
    Role = "inference"
  }
}

# Fine-tuning of the ranking model. PyTorch, single process.
resource "aws_instance" "finetune" {
  ami                    = var.gpu_ami
  instance_type          = "g5.12xlarge"
  subnet_id              = aws_subnet.private["a"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 300
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-finetune"
    Role = "training"
  }
}

resource "aws_instance" "pretrain" {
  ami                    = var.gpu_ami
  instance_type          = "p4d.24xlarge"
  subnet_id              = aws_subnet.private["b"].id
  vpc_security_group_ids = local.internal_sg

  root_block_device {
    volume_type = "gp3"
    volume_size = 500
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-pretrain"
    Role = "training"
  }
}
