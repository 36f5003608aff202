# The shop's front end. Sessions live in the cache, so any of these can be restarted at any time.
resource "aws_instance" "web" {
  for_each = var.web_servers

  ami                    = var.base_ami
  instance_type          = each.value.instance_type
  subnet_id              = aws_subnet.private[each.value.zone].id
  vpc_security_group_ids = [aws_security_group.web.id, aws_security_group.internal.id]

  root_block_device {
    volume_type = "gp3"
    volume_size = each.value.root_gb
    encrypted   = true
  }

  tags = {
    Name = "${local.name}-${each.key}"
    Role = "web"
  }
}
