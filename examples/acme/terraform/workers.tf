resource "aws_launch_template" "workers" {
  name                   = "${local.name}-workers"
  image_id               = var.base_ami
  instance_type          = var.worker_instance_type
  vpc_security_group_ids = [aws_security_group.internal.id]
  update_default_version = true

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size = 50
      volume_type = "gp3"
    }
  }

  tags = { Name = "${local.name}-workers" }
}

resource "aws_autoscaling_group" "workers" {
  name                = "${local.name}-workers"
  min_size            = var.worker_floor
  max_size            = 24
  vpc_zone_identifier = [for zone in sort(keys(local.zones)) : aws_subnet.private[zone].id]
  health_check_type   = "EC2"
  enabled_metrics     = ["GroupInServiceInstances", "GroupDesiredCapacity", "GroupMinSize", "GroupMaxSize"]

  launch_template {
    id      = aws_launch_template.workers.id
    version = "$Latest"
  }

  tag {
    key                 = "Name"
    value               = "${local.name}-worker"
    propagate_at_launch = true
  }

  lifecycle {
    # target tracking moves it
    ignore_changes = [desired_capacity]
  }
}

module "pool" {
  for_each = local.worker_pools
  source   = "./modules/worker-pool"

  name               = "${local.name}-${each.key}"
  instance_type      = each.value.instance_type
  min_size           = each.value.min
  max_size           = each.value.max
  ami                = var.base_ami
  subnet_ids         = [for zone in sort(keys(local.zones)) : aws_subnet.private[zone].id]
  security_group_ids = local.internal_sg
}
